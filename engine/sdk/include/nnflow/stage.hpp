// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "nnflow/context.hpp"
#include "nnflow/export.hpp"
#include "nnflow/spec.hpp"

namespace nnflow {
inline namespace abi_v2 {

/// What a stage is constructed from: its bound parameters and its id in the pipeline.
class NNFLOW_SDK_EXPORT StageConfig {
 public:
  StageConfig(std::string stage, std::shared_ptr<const void> params)
      : stage_(std::move(stage)), params_(std::move(params)) {}
  /// The struct bound by `spec.params<P>()`; `P` must be that type.
  template <class P>
  [[nodiscard]] const P& params() const {
    return *static_cast<const P*>(params_.get());
  }
  /// The stage's id in the pipeline file.
  [[nodiscard]] const std::string& stage() const { return stage_; }

 private:
  std::string stage_;
  std::shared_ptr<const void> params_;
};

/// Base of the four shapes. A derived class has `static void describe(StageSpec&)` and a
/// constructor from `const StageConfig&` that does no I/O. One object serves one run; nothing is
/// shared between runs.
class NNFLOW_SDK_EXPORT Stage {
 public:
  Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  virtual ~Stage();
};

/// Emits items one at a time. All calls come from one thread at a time, in the order open, (seek),
/// next, next, ...
class NNFLOW_SDK_EXPORT Source : public Stage {
 public:
  static constexpr StageShape kShape = StageShape::kSource;
  ~Source() override;
  /// Called once, before the first `next`; once inputs are readable. Called again when the items
  /// are replayed in a later phase; must restart from the first item.
  virtual void open(Context& ctx);
  /// Emits the next item (`begin_item`, then `emit`) and returns true, or returns false when there
  /// is none.
  virtual bool next(Emitter& out) = 0;
  /// Number of items, when known after `open`. For progress only.
  [[nodiscard]] virtual std::optional<std::uint64_t> size() const;
  /// Goes on from the item with the first ordinal >= `ordinal`; O(1). Default: throws
  /// Error(kInternal).
  virtual void seek(std::uint64_t ordinal);
};

/// One item in, at most one value per output port out; an output without a value skips what depends
/// on it. `process` is const and may run on several threads at once for different items. A stage
/// without item outputs is a sink (a writer).
class NNFLOW_SDK_EXPORT MapStage : public Stage {
 public:
  static constexpr StageShape kShape = StageShape::kMap;
  ~MapStage() override;
  virtual void process(Context& ctx) const = 0;
};

/// Joins consecutive items into one (batching): serial, in item order. The last group may be
/// smaller. A group keeps its members' places in flight; the engine makes the limit at least twice
/// the largest group.
class NNFLOW_SDK_EXPORT GroupStage : public Stage {
 public:
  static constexpr StageShape kShape = StageShape::kGroup;
  ~GroupStage() override;
  /// Members per group, >= 1; asked once, when once inputs are readable.
  [[nodiscard]] virtual std::size_t group_size(Context& ctx) = 0;
  virtual void process(Context& ctx) = 0;
};

/// All items in, once values out. `accumulate` is called for one item at a time, in item order
/// unless the stage declared `order_free()`; `finish` once, after the last item. With no item
/// inputs only `finish` is called: such a stage turns once values into once values.
class NNFLOW_SDK_EXPORT ReduceStage : public Stage {
 public:
  static constexpr StageShape kShape = StageShape::kReduce;
  ~ReduceStage() override;
  /// The ordinal of the first source item whose effect is not yet durable; called once before the
  /// first item, with once inputs readable. The sources then start from there. 0 = from the
  /// beginning.
  [[nodiscard]] virtual std::uint64_t resume_point(Context& ctx);
  virtual void accumulate(Context& ctx);
  virtual void finish(Context& ctx) = 0;
};

}  // namespace abi_v2
}  // namespace nnflow
