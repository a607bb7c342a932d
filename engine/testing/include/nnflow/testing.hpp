// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nnflow/nnflow.hpp"

namespace nnflow::testing {

/// What a stage emitted in one call, by output port.
class Outputs {
 public:
  [[nodiscard]] bool has(std::string_view port) const {
    return values_.contains(std::string(port));
  }
  /// Throws Error(kInternal) when the port emitted nothing or something else.
  template <class T>
  [[nodiscard]] const T& get(std::string_view port) const {
    const auto value = values_.find(std::string(port));
    if (value == values_.end()) {
      throw Error(ErrorCode::kInternal, "nothing was emitted on port '" + std::string(port) + "'");
    }
    return value->second.template get<T>();
  }
  std::string item;                              ///< of a source: the item's id
  ItemInfo info;                                 ///< of a source
  std::vector<std::filesystem::path> artifacts;  ///< files that were committed
  std::map<std::string, Payload, std::less<>> values_;
};

/// Runs one stage by itself, from the same parameter text that a pipeline file holds:
///
///     StageRunner runner("acme.crop", "margin: 2");
///     runner.put("image", phantom);
///     const Outputs out = runner.run();
///
/// Plugins are found through NNFLOW_PLUGIN_PATH. Errors of the stage come out as they are
/// (nnflow::Error).
class StageRunner {
 public:
  /// Throws Error(kPlugin) for an unknown stage and Error(kInvalidParam) for parameters it refuses.
  explicit StageRunner(std::string stage_id,
                       std::string_view params_yaml = {},
                       std::string name = "stage");
  ~StageRunner();

  /// Sets an item or once input; ports are checked against the stage's description.
  template <class T>
  StageRunner& put(std::string_view port, T value) {
    return put_payload(port, Payload::make<T>(std::move(value)));
  }
  StageRunner& put_payload(std::string_view port, Payload value);
  /// Id and ordinal of the next item, and the run's seed (default "item", 0, 1234).
  StageRunner& item(std::string id, std::uint64_t ordinal = 0);
  StageRunner& seed(std::uint64_t seed);
  StageRunner& threads(int threads);
  /// Makes cancelled() true.
  StageRunner& cancel();
  /// Makes forced() true; what upstream() returns (default: no stages).
  StageRunner& force();
  StageRunner& upstream(Value stages);

  /// Map: processes the item. Reduce: accumulates the item. The item inputs are gone afterwards.
  Outputs run();
  /// Group: one call over members that were put by `put` and closed by `next_member()`.
  StageRunner& next_member();
  [[nodiscard]] std::size_t group_size();
  /// Reduce: `finish`; and its resume point.
  Outputs finish();
  [[nodiscard]] std::uint64_t resume_point();
  /// Source: opens it at the first call, then emits one item; false at the end.
  bool next(Outputs& out);
  void seek(std::uint64_t ordinal);
  /// Source: all remaining items.
  std::vector<Outputs> drain();

  [[nodiscard]] const StageDescription& description() const;
  /// Messages that the stage logged.
  [[nodiscard]] const std::vector<std::string>& log() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nnflow::testing
