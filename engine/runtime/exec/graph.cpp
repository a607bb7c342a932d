// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "graph.hpp"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/flow_graph.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <unordered_set>

#include "admission.hpp"
#include "budget.hpp"
#include "ordering.hpp"
#include "resource_pool.hpp"
#include "stage_call.hpp"
#include "stage_start.hpp"

namespace nnflow::runtime {
namespace {

namespace flow = tbb::flow;

/// An item that a source emitted, before the first stage sees it.
struct Emitted {
  std::shared_ptr<Item> item;
  std::string digest;
  std::shared_ptr<Outputs> outputs;
};

/// Scratch memory of every worker.
class WorkerScratch final : public ScratchPool {
 public:
  Scratch& local() override { return workers_.local(); }

 private:
  tbb::enumerable_thread_specific<Scratch> workers_;
};

struct Node {
  StreamStage* plan = nullptr;
  LiveStage* live = nullptr;
  std::unique_ptr<flow::function_node<Packet>>
      entry;  ///< joins and orders; absent when packets are jobs as they come
  std::unique_ptr<flow::function_node<JobPtr>> work;
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
  std::unique_ptr<flow::function_node<Emitted>> decide;  ///< absent where nothing is remembered
  std::unordered_set<std::string> ids;                   ///< of items that can be remembered
  std::shared_ptr<Admission> admission;  ///< shared with tokens, which may outlive the node
  std::atomic<bool> pump_scheduled{false};
  bool exhausted = false;
  bool end_sent = false;
  std::uint64_t emitted = 0;
  std::uint64_t next_ordinal = 0;
  Emitted pending;  ///< emitted but not admitted yet
  std::uint64_t pending_bytes = 0;
};

/// What a thread does next with the item in its hands.
struct Next {
  Node* node = nullptr;
  Job job;
  StageClock::time_point now;  ///< when the stage before was done; not set at first
};

class StreamGraph {
 public:
  StreamGraph(RunState& state, StreamPlan& plan)
      : state_(state), plan_(plan), nodes_(plan.stages.size()) {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      nodes_[i].plan = &plan.stages[i];
      nodes_[i].live = &state.stages[plan.stages[i].index];
    }
  }

  void run() {
    const bool ready = guarded([this] {
      const std::vector<StageStart> starts = start_stages(state_, plan_);
      for (std::size_t i = 0; i < nodes_.size(); ++i) {
        nodes_[i].start = starts[i];
        nodes_[i].next_ordinal = starts[i].first_ordinal;
      }
    });
    if (!ready) return;
    for (std::size_t i = 0; i < nodes_.size(); ++i) build(i);
    for (Node& node : nodes_) {
      if (node.pump) schedule(node);
    }
    do {
      guarded([this] { graph_.wait_for_all(); });
    } while (relax());
    running_ = false;
    if (state_.cancelled()) return;
    if (stopped_) {
      state_.fail(Error(ErrorCode::kCancelled, "stopped on request; finished items are kept"));
    } else {
      check_complete();
    }
  }

 private:
  /// Runs a call that is not about an item; a failure ends the run.
  template <class F>
  bool guarded(F&& call, const std::string& stage = {}) {
    try {
      call();
      return true;
    } catch (const Error& error) {
      Error copy = error;
      if (!stage.empty()) copy.with_context("stage " + stage);
      state_.fail(copy);
    } catch (...) {
      state_.fail(current_error(stage, {}));
    }
    return false;
  }

  /// Two merges of the same streams may each hold the item that the other one waits for (they list
  /// streams with equal ordinals in another order). When all is at rest and a source still waits
  /// for a place, it gets one more.
  bool relax() {
    if (state_.cancelled() || stopped_) return false;
    bool any = false;
    for (Node& node : nodes_) {
      if (!node.pump || node.pending.item == nullptr) continue;
      node.admission->grow();
      schedule(node);
      any = true;
    }
    return any;
  }

  /// For a call that is not about an item.
  StageContext context(const Node& node) {
    return StageContext(state_, node.plan->index, state_.threads, nullptr);
  }

  void build(std::size_t i) {
    Node& node = nodes_[i];
    const StreamStage& plan = *node.plan;
    if (plan.shape == StageShape::kSource) {
      const double factor = memory_factor(state_, plan_, i);
      const auto sources =
          static_cast<std::uint64_t>(std::count_if(nodes_.begin(), nodes_.end(), [](const Node& n) {
            return n.plan->shape == StageShape::kSource;
          }));
      node.admission = std::make_shared<Admission>(
          in_flight_limit(state_.pipeline.run.in_flight, state_.threads, plan.largest_group),
          plan.largest_group,
          static_cast<std::uint64_t>(static_cast<double>(state_.memory) / factor) / sources);
      node.pump = std::make_unique<flow::function_node<int>>(graph_, flow::serial,
                                                             [this, &node](int) { pump(node); });
      if (plan.remembers) {
        node.decide = std::make_unique<flow::function_node<Emitted>>(
            graph_, flow::unlimited,
            [this, &node](const Emitted& emitted) { decide(node, emitted); });
      }
      return;
    }
    const bool serial = plan.shape != StageShape::kMap || plan.concurrency == 1;
    std::size_t limit = flow::unlimited;
    if (plan.concurrency > 0) limit = static_cast<std::size_t>(plan.concurrency);
    if (serial) limit = 1;
    node.work = std::make_unique<flow::function_node<JobPtr>>(
        graph_, limit, [this, &node](const JobPtr& job) { work(node, job); });
    if (plan.merge) {
      node.merger = std::make_unique<Merger>(plan.producers.size());
    } else {
      if (plan.producers.size() > 1) node.joiner = std::make_unique<Joiner>(plan.producers.size());
      if (plan.ordered) node.sequencer = std::make_unique<Sequencer>();
    }
    node.free_running = !serial && limit == flow::unlimited &&
                        node.live->spec->description.resources.empty() &&
                        plan.producers.size() == 1;
    if (node.merger || node.joiner || node.sequencer) {
      node.entry = std::make_unique<flow::function_node<Packet>>(
          graph_, flow::serial, [this, &node](const Packet& packet) { enter(node, packet); });
    }
  }

  // --- sources -----------------------------------------------------------------------------------

  void schedule(Node& node) {
    if (!node.pump_scheduled.exchange(true)) node.pump->try_put(0);
  }

  /// Emits items while there is room. Serial per source; runs again whenever a place becomes free.
  void pump(Node& node) {
    node.pump_scheduled = false;
    while (!state_.cancelled() && !node.exhausted) {
      // What is grouped has units (an epoch) that only the stage behind the groups can end.
      if (state_.stop_requested() && !node.plan->feeds_group) {
        stopped_ = true;
        return;
      }
      if (node.pending.item == nullptr && !produce(node)) return;
      if (node.pending.item == nullptr) {
        node.exhausted = true;
        break;
      }
      if (!node.admission->enter(node.pending_bytes)) return;
      node.pending.item->token = std::make_shared<Token>(
          [this, &node, admission = node.admission, bytes = node.pending_bytes] {
            admission->leave(bytes);
            if (running_.load()) schedule(node);
          });
      const Emitted emitted = std::exchange(node.pending, Emitted{});
      node.live->counters->done.fetch_add(1, std::memory_order_relaxed);
      if (node.decide) {
        node.decide->try_put(emitted);
      } else {
        deliver(node, emitted.item, std::move(*emitted.outputs), false);
      }
    }
    if (node.exhausted && !node.end_sent && !state_.cancelled()) {
      node.end_sent = true;
      auto end = std::make_shared<Item>();
      end->end = true;
      end->stream = node.plan->stream;
      end->sequence = node.emitted;
      deliver(node, end, {}, false);
    }
  }

  /// Finds out what earlier runs left of an item, then sends it on.
  void decide(Node& node, const Emitted& emitted) {
    if (state_.cancelled()) return;
    if (guarded([&] {
          decide_actions(state_, plan_, position(node), emitted.digest, *emitted.item);
        })) {
      deliver(node, emitted.item, std::move(*emitted.outputs), false);
    }
  }

  /// Fetches the next item into `pending` (null at the end). False when the source failed.
  bool produce(Node& node) {
    const auto started = StageClock::now();
    StageContext ctx = context(node);
    const std::string& id = node.live->resolved->id;
    bool more = false;
    try {
      more = dynamic_cast<Source&>(*node.live->stage).next(ctx);
      if (more && !ctx.item_begun())
        throw Error(ErrorCode::kInternal, "next() returned true without begin_item()");
      if (more && node.plan->remembers && !ctx.item_info().digest.empty() &&
          !node.ids.insert(ctx.item()).second) {
        throw Error(ErrorCode::kInvalidData, "two items have this id; ids are unique in a source");
      }
    } catch (...) {
      state_.fail(current_error(id, ctx.item()));
      return false;
    }
    node.live->counters->busy_ns.fetch_add(nanoseconds(StageClock::now() - started),
                                           std::memory_order_relaxed);
    if (!more) return true;
    auto item = std::make_shared<Item>();
    item->id = ctx.item();
    item->stream = node.plan->stream;
    item->sequence = node.emitted++;
    item->ordinal = ctx.item_info().ordinal == ItemInfo::kNextOrdinal ? node.next_ordinal
                                                                      : ctx.item_info().ordinal;
    node.next_ordinal = item->ordinal + 1;
    node.pending = {std::move(item), ctx.item_info().digest,
                    std::make_shared<Outputs>(std::move(ctx.outputs()))};
    node.pending_bytes = ctx.item_info().bytes;
    return true;
  }

  // --- edges -------------------------------------------------------------------------------------

  [[nodiscard]] std::size_t position(const Node& node) const {
    return static_cast<std::size_t>(&node - nodes_.data());
  }

  /// Sends the outputs of a stage for an item to all consumers. Every consumer gets a vector of its
  /// own with just the ports that it reads, so that a value with one reader can be moved out. One
  /// consumer that can run at once on this thread may be left in `next` instead.
  void deliver(Node& node,
               const std::shared_ptr<const Item>& item,
               Outputs outputs,
               bool dropped,
               Next* next = nullptr) {
    const std::size_t from = position(node);
    const auto& consumers = node.plan->consumers;
    boost::container::small_vector<Outputs, 2> own(consumers.size());
    if (!outputs.empty() && !dropped) {
      for (std::size_t k = 0; k + 1 < consumers.size(); ++k)
        own[k] = outputs_read(plan_, from, consumers[k], Outputs(outputs));
      if (!own.empty())
        own.back() = outputs_read(plan_, from, consumers.back(), std::move(outputs));
    }
    outputs.clear();
    for (std::size_t k = 0; k < consumers.size(); ++k) {
      Node& consumer = nodes_[consumers[k]];
      if (consumer.entry) {
        consumer.entry->try_put(
            {item, from, dropped, std::make_shared<Outputs>(std::move(own[k]))});
        continue;
      }
      Job job{item, dropped, {}};
      job.inputs.push_back(std::move(own[k]));
      if (next != nullptr && next->node == nullptr && consumer.free_running) {
        next->node = &consumer;
        next->job = std::move(job);
      } else {
        submit(consumer, std::make_shared<Job>(std::move(job)));
      }
    }
  }

  void enter(Node& node, const Packet& packet) {
    if (state_.cancelled()) return;
    const auto& producers = node.plan->producers;
    const auto slot = static_cast<std::size_t>(
        std::find(producers.begin(), producers.end(), packet.producer) - producers.begin());
    const JobSink sink = [this, &node](JobPtr job) { submit(node, std::move(job)); };
    JobPtr job;
    if (node.joiner) {
      job = node.joiner->add(packet, slot);
      if (job == nullptr) return;
    } else {
      job = std::make_shared<Job>();
      job->item = packet.item;
      job->dropped = packet.dropped;
      job->inputs.push_back(std::move(*packet.outputs));
    }
    if (node.merger) {
      node.merger->add(std::move(job), slot, sink);
    } else if (node.sequencer) {
      node.sequencer->add(std::move(job), sink);
    } else {
      sink(std::move(job));
    }
  }

  // --- stages ------------------------------------------------------------------------------------

  /// Starts a job, as soon as what the stage needs for itself is free.
  void submit(Node& node, JobPtr job) {
    const auto& needs = node.live->spec->description.resources;
    if (needs.empty()) {
      node.work->try_put(std::move(job));
    } else {
      resources_.acquire(needs, [&node, job = std::move(job)] { node.work->try_put(job); });
    }
  }

  void work(Node& node, const JobPtr& job) {
    if (!state_.cancelled()) {
      if (node.plan->shape == StageShape::kGroup) {
        work_group(node, job);
      } else if (!node.free_running) {
        work_item(node, *job, nullptr);
      } else {
        // The item goes on from stage to stage in this thread, as far as nothing has to wait.
        Next next;
        work_item(node, *job, &next);
        while (next.node != nullptr && !state_.cancelled()) {
          Node& following = *std::exchange(next.node, nullptr);
          Job current = std::move(next.job);
          work_item(following, current, &next);
        }
      }
    }
    const auto& needs = node.live->spec->description.resources;
    if (!needs.empty()) resources_.release(needs);
  }

  void work_item(Node& node, Job& job, Next* next) {
    StageCounters& counters = *node.live->counters;
    if (job.item->end) {
      node.ended = true;
      deliver(node, job.item, {}, false, next);
      return;
    }
    if (job.dropped) {
      counters.bypassed.fetch_add(1, std::memory_order_relaxed);
      deliver(node, job.item, {}, true, next);
      return;
    }
    const std::size_t at = position(node);
    const Action action = at < job.item->actions.size() ? job.item->actions[at] : Action::kRun;
    Outputs outputs;
    if (action == Action::kKept || job.item->ordinal < node.start.resume_point) {
      counters.kept.fetch_add(1, std::memory_order_relaxed);
    } else if (action == Action::kCached) {
      outputs = std::move(*std::exchange(job.item->cached[at], nullptr));
      counters.kept.fetch_add(1, std::memory_order_relaxed);
    } else if (action == Action::kRun) {
      if (!inputs_present(state_, *node.plan, job)) {
        counters.bypassed.fetch_add(1, std::memory_order_relaxed);
      } else {
        Job* const one = &job;
        StageClock::time_point now;
        if (!process(node, {&one, 1}, job.item, outputs, next != nullptr ? next->now : now)) return;
      }
    }
    deliver(node, job.item, std::move(outputs), false, next);
  }

  void work_group(Node& node, const JobPtr& job) {
    if (!job->item->end) {
      if (!job->dropped && inputs_present(state_, *node.plan, *job)) node.members.push_back(job);
      if (++node.seen % node.start.group_size != 0) return;
    }
    if (!node.members.empty()) emit_group(node);
    if (job->item->end) {
      node.ended = true;
      auto end = std::make_shared<Item>();
      end->end = true;
      end->stream = node.plan->stream;
      end->sequence = node.groups;
      deliver(node, end, {}, false);
    }
  }

  void emit_group(Node& node) {
    auto item = std::make_shared<Item>();
    item->id = node.members.front()->item->id;
    item->stream = node.plan->stream;
    item->sequence = node.groups++;
    item->ordinal = node.members.front()->item->ordinal;
    std::vector<Job*> jobs;
    for (const JobPtr& member : node.members) {
      item->members.push_back(member->item);
      jobs.push_back(member.get());
    }
    Outputs outputs;
    StageClock::time_point now;
    const bool done = process(node, jobs, item, outputs, now);
    node.members.clear();
    if (done) deliver(node, item, std::move(outputs), false);
  }

  /// One call into a stage. False when it failed; then the tombstone is already on its way or the
  /// run ends.
  bool process(Node& node,
               std::span<Job* const> jobs,
               const std::shared_ptr<const Item>& item,
               Outputs& outputs,
               StageClock::time_point& now) {
    try {
      outputs = call_stage(state_, *node.plan, jobs, *item, node.scratch, now);
      return true;
    } catch (const Error& error) {
      give_up(node, item, error);
    }
    return false;
  }

  void give_up(Node& node, const std::shared_ptr<const Item>& item, Error error) {
    record_failure(state_, *node.plan, *item, error);
    if (node.live->resolved->on_error == OnError::kSkipItem && skippable(error.code())) {
      state_.skip(node.live->resolved->id, item->id, error.full_message());
      deliver(node, item, {}, true);
    } else {
      state_.fail(std::move(error));
    }
  }

  /// Every sink must have seen the end of its stream; anything else is a stall, a bug here or in a
  /// stage.
  void check_complete() {
    for (const Node& node : nodes_) {
      if (node.plan->shape != StageShape::kSource && !node.ended) {
        state_.fail(Error(ErrorCode::kInternal, "stage " + node.live->resolved->id +
                                                    ": stalled before the end of its items"));
        return;
      }
    }
  }

  RunState& state_;
  StreamPlan& plan_;
  std::atomic<bool> running_{true};
  std::atomic<bool> stopped_{false};
  ResourcePool resources_;
  flow::graph graph_;
  std::vector<Node> nodes_;
};

}  // namespace

void run_stream(RunState& state, StreamPlan& plan) { StreamGraph(state, plan).run(); }

}  // namespace nnflow::runtime
