// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "item.hpp"
#include "nnflow/context.hpp"
#include "run_state.hpp"

namespace nnflow::runtime {

/// Where an item input comes from: the producer's slot in a job and its output.
struct InputSlot {
  std::string port;
  std::size_t slot = 0;
  std::size_t output = 0;
  bool required = false;
};

/// Memory of one worker for one stage.
using Scratch = std::map<std::string, std::shared_ptr<void>>;

/// Finds the calling worker's memory for one stage.
class ScratchPool {
 public:
  ScratchPool() = default;
  ScratchPool(const ScratchPool&) = delete;
  ScratchPool& operator=(const ScratchPool&) = delete;
  virtual ~ScratchPool() = default;
  virtual Scratch& local() = 0;
};

/// The context of all four shapes. One object lives for one call into a stage.
class StageContext final : public Emitter {
 public:
  /// `outputs` become those of the call: item outputs by output port, and once outputs likewise;
  /// empty payload = not emitted.
  StageContext(
      RunState& state, std::size_t stage, int threads, ScratchPool* scratch, Outputs& outputs)
      : state_(state),
        stage_(stage),
        threads_(threads),
        scratch_(scratch),
        item_(&kNoItem),
        outputs_(outputs) {
    outputs_.clear();
    outputs_.resize(state_.stages[stage].spec->description.outputs.size());
  }

  /// For a call about items: the jobs (one, or the members of a group) and how ports map to them.
  void set_jobs(std::span<Job* const> jobs, const std::vector<InputSlot>* slots) {
    jobs_ = jobs;
    slots_ = slots;
    item_ = &jobs.front()->item->id;
    ordinal_ = jobs.front()->item->ordinal;
  }

  const Outputs& outputs() const { return outputs_; }
  const std::vector<std::filesystem::path>& artifacts() const { return artifacts_; }
  /// Names the published files in an event, if there are any.
  void list_artifacts(Value& event) const;
  bool item_begun() const { return begun_.has_value(); }
  /// Of an item that was begun.
  const ItemInfo& item_info() const { return begun_->info; }

  /// For stages of the engine itself, which know a value's type only when they run.
  void put(std::string_view port, Payload payload) { emit_payload(port, std::move(payload)); }
  Payload give(std::string_view port) { return take_input(port, 0); }
  /// The item that the call is about; it keeps its place in flight.
  const std::shared_ptr<const Item>& shared_item() const { return jobs_.front()->item; }

  const std::string& item() const override { return *item_; }
  std::uint64_t ordinal() const override { return ordinal_; }
  std::size_t size() const override { return jobs_.empty() ? 1 : jobs_.size(); }
  Rng rng() const override;
  std::uint64_t seed() const override { return state_.pipeline.run.seed; }
  int threads() const override { return threads_; }
  bool cancelled() const override { return state_.cancelled(); }
  bool stop_requested() const override { return state_.stop_requested(); }
  bool forced() const override;
  Value upstream() const override;
  void progress(double done, double total, std::string_view text) override;
  void log(LogLevel level, std::string_view text) override;
  Artifact artifact(const std::filesystem::path& target) override;
  const InterfaceCatalog& interfaces() const override { return state_.plugins; }
  void begin_item(std::string id, ItemInfo info) override;

 protected:
  const Payload* find_input(std::string_view port, std::size_t member) const override;
  const Payload* find_once(std::string_view port) const override;
  Payload take_input(std::string_view port, std::size_t member) override;
  void emit_payload(std::string_view port, Payload payload) override;
  std::shared_ptr<void>& scratch_slot(const char* type) override;

 private:
  [[nodiscard]] Payload* slot(std::string_view port, std::size_t member) const;

  RunState& state_;
  std::size_t stage_;
  int threads_;
  ScratchPool* scratch_;
  std::span<Job* const> jobs_;
  const std::vector<InputSlot>* slots_ = nullptr;
  static inline const std::string kNoItem;
  struct Begun {
    std::string item;
    ItemInfo info;
  };
  std::optional<Begun> begun_;  ///< of a source
  const std::string* item_;
  std::uint64_t ordinal_ = 0;
  Outputs& outputs_;
  std::vector<std::filesystem::path> artifacts_;
};

}  // namespace nnflow::runtime
