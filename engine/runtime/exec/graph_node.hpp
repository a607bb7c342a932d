// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tbb/enumerable_thread_specific.h>
#include <tbb/flow_graph.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "admitted_item.hpp"
#include "ordering.hpp"
#include "program/end_stages.hpp"
#include "stage_call.hpp"
#include "stage_start.hpp"

namespace nnflow::runtime {

namespace flow = tbb::flow;

/// An item that a source emitted, before the first stage sees it.
struct Emitted {
  std::shared_ptr<AdmittedItem> item;
  std::string digest;
  Outputs outputs;
};

/// Scratch memory of every worker.
class WorkerScratch final : public ScratchPool {
 public:
  Scratch& local() override { return workers_.local(); }

 private:
  tbb::enumerable_thread_specific<Scratch> workers_;
};

/// A stage of a running graph.
struct GraphNode {
  StreamStage* plan = nullptr;
  LiveStage* live = nullptr;
  std::unique_ptr<flow::function_node<Packet>>
      entry;  ///< joins and orders; absent when packets are jobs as they come
  std::unique_ptr<flow::function_node<JobPtr>> work;  ///< absent when jobs are done in the entry
  std::unique_ptr<Joiner> joiner;
  std::unique_ptr<Sequencer> sequencer;
  std::unique_ptr<Merger> merger;
  WorkerScratch scratch;
  bool free_running = false;  ///< a map that takes items at once, in any order, as many as come
  bool ended = false;         ///< a sink of a stream saw its end
  StageStart start;
  // Of a group:
  std::vector<JobPtr> members;
  std::uint64_t seen = 0;  ///< items, given up ones too: they keep their places in the groups
  std::uint64_t groups = 0;
  // Of a source:
  std::unique_ptr<flow::function_node<int>> pump;
  std::unique_ptr<flow::function_node<std::shared_ptr<Emitted>>>
      decide;                            ///< absent where nothing is remembered
  std::unordered_set<std::string> ids;   ///< of items that can be remembered
  std::shared_ptr<Admission> admission;  ///< shared with tokens, which may outlive the node
  std::atomic<bool> pump_scheduled{false};
  ProgramStage* program = nullptr;  ///< not null when the program feeds it
  bool exhausted = false;
  bool end_sent = false;
  std::uint64_t emitted = 0;
  std::uint64_t next_ordinal = 0;
  Emitted pending;  ///< emitted but not admitted yet
};

/// What a thread does next with the item in its hands.
struct Next {
  const JobPtr& job;  ///< made from the outputs of the stage before, which had the same object
  GraphNode* node = nullptr;
  std::uint64_t now = 0;  ///< when the stage before was done, in ticks; 0 at first
};

}  // namespace nnflow::runtime
