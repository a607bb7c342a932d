// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "stage_context.hpp"

namespace nnflow::runtime {

/// One stage of a phase's stream, with everything about its wiring that does not change while it
/// runs.
struct StreamStage {
  std::size_t index = 0;     ///< in ResolvedPipeline::stages
  std::size_t position = 0;  ///< in StreamPlan::stages
  StageShape shape = StageShape::kMap;
  std::vector<std::size_t>
      producers;  ///< positions of distinct stages that feed item inputs; the slots of a job
  std::vector<InputSlot> inputs;
  std::vector<std::size_t> consumers;    ///< positions
  std::vector<std::uint8_t> read_whole;  ///< by consumer: whether it reads every output
  std::size_t stream = 0;                ///< number of the item stream that it processes
  bool merge = false;               ///< its one item input is an ordered union of several streams
  bool ordered = false;             ///< takes items in sequence order, one at a time
  bool sink = false;                ///< nothing in the phase consumes its items
  bool feeds_group = false;         ///< a group is on some way to a sink
  bool remembers = false;           ///< some result of its stream may be there from an earlier run
  int concurrency = 0;              ///< 0 = as many as threads
  std::string base_key;             ///< key of all but the item; empty = not cacheable
  std::uint64_t largest_group = 1;  ///< on any path to a sink; filled when group sizes are known

  [[nodiscard]] std::size_t slot(std::size_t producer) const {
    return static_cast<std::size_t>(std::find(producers.begin(), producers.end(), producer) -
                                    producers.begin());
  }
};

/// The streaming part of a phase. Positions follow the phase's topological order.
struct StreamPlan {
  std::vector<StreamStage> stages;
  std::size_t streams = 0;  ///< number of item streams: sources, groups and merges start one each
};

/// Wires one phase. Throws Error(kInvalidPipeline) for a join of two streams and for a merge that
/// feeds anything but a group or a reduce.
[[nodiscard]] StreamPlan plan_stream(const RunState& state, const Phase& phase);

/// The largest memory factor declared by a stage on the way of a source's items.
[[nodiscard]] double memory_factor(const RunState& state,
                                   const StreamPlan& plan,
                                   std::size_t source);

/// Empties those outputs of the stage at position `from` that the stage at `consumer` does not
/// read.
void keep_outputs_read(const StreamPlan& plan,
                       std::size_t from,
                       std::size_t consumer,
                       Outputs& outputs);

/// Decides what every stage of the plan does for an item of the given source, and the keys of its
/// results; reads the cached outputs that will be used. Thread-safe for different items.
void decide_actions(const RunState& state,
                    const StreamPlan& plan,
                    std::size_t source,
                    const std::string& item_digest,
                    Item& item);

}  // namespace nnflow::runtime
