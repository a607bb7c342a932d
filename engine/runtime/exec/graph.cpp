// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "graph.hpp"

#include <algorithm>
#include <chrono>
#include <span>

#include "gate.hpp"
#include "graph_node.hpp"
#include "resource_pool.hpp"
#include "stage_call.hpp"

namespace nnflow::runtime {
namespace {

class StreamGraph final : private RoomListener {
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
    open_gate();
    for (GraphNode& node : nodes_) {
      if (node.pump) schedule(node);
    }
    if (gate_ == nullptr) {
      do {
        guarded([this] { graph_.wait_for_all(); });
      } while (relax());
    } else {
      run_with_program();
    }
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
  bool guarded(F&& call) {
    try {
      call();
      return true;
    } catch (...) {
      state_.fail(current_error({}, {}));
    }
    return false;
  }

  /// Two merges of the same streams may each hold the item that the other one waits for (they list
  /// streams with equal ordinals in another order). When all is at rest and a source still waits
  /// for a place, it gets one more.
  bool relax() {
    if (state_.cancelled() || stopped_) return false;
    std::vector<GraphNode*> waiting;  // all of them, before the first one runs again
    for (GraphNode& node : nodes_) {
      if (node.pump && node.pending.item != nullptr) waiting.push_back(&node);
    }
    for (GraphNode* const node : waiting) {
      node->admission->grow();
      schedule(*node);
    }
    return !waiting.empty();
  }

  // --- the program around the engine ---------------------------------------------------------

  void open_gate() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      auto* const end = dynamic_cast<ProgramStage*>(nodes_[i].live->stage.get());
      if (end == nullptr) continue;
      if (gate_ == nullptr) gate_ = std::make_shared<Gate>([this](std::size_t n) { start(n); });
      end->attach(gate_, i);
      if (nodes_[i].pump) nodes_[i].program = end;
    }
  }

  /// On any thread.
  void start(std::size_t source) {
    graph_.reserve_wait();
    schedule(nodes_[source]);
    graph_.release_wait();
  }

  /// As long as the program may push items, or has to take some before others can start, the graph
  /// may be at rest and yet not at its end.
  void run_with_program() {
    for (bool more = true; more;) {
      const std::uint64_t seen = gate_->events();
      guarded([this] { graph_.wait_for_all(); });
      if (gate_->rest(seen)) more = go_on();
    }
    gate_->close();
  }

  /// While the gate is at rest. False at the end.
  bool go_on() {
    if (state_.cancelled() || stopped_) return false;
    bool fed = false;      // the program may push more
    bool blocked = false;  // a source waits for a place
    for (const GraphNode& node : nodes_) {
      if (!node.pump) continue;
      blocked = blocked || node.pending.item != nullptr;
      fed = fed || (node.program != nullptr && !node.exhausted && node.pending.item == nullptr);
    }
    if (!fed && !(blocked && gate_->holds())) {
      if (!relax()) return false;
      for (const std::size_t source : gate_->resume()) schedule(nodes_[source]);
      return true;
    }
    constexpr std::chrono::milliseconds kPoll{20};  // nobody tells that a flag of the run is set
    for (const std::size_t source : gate_->wait(kPoll)) schedule(nodes_[source]);
    for (GraphNode& node : nodes_) {
      if (node.pump && state_.stop_requested()) schedule(node);
    }
    return true;
  }

  void build(std::size_t i) {
    GraphNode& node = nodes_[i];
    const StreamStage& plan = *node.plan;
    if (plan.shape == StageShape::kSource) {
      node.admission = make_admission(state_, plan_, i);
      node.pump = std::make_unique<flow::function_node<int>>(graph_, flow::serial,
                                                             [this, &node](int) { pump(node); });
      if (plan.remembers) {
        node.decide = std::make_unique<flow::function_node<std::shared_ptr<Emitted>>>(
            graph_, flow::unlimited,
            [this, &node](const std::shared_ptr<Emitted>& emitted) { decide(node, *emitted); });
      }
      return;
    }
    const bool serial = plan.shape != StageShape::kMap || plan.concurrency == 1;
    std::size_t limit = flow::unlimited;
    if (plan.concurrency > 0) limit = static_cast<std::size_t>(plan.concurrency);
    if (serial) limit = 1;
    if (plan.merge) {
      node.merger = std::make_unique<Merger>(plan.producers.size());
    } else {
      if (plan.producers.size() > 1) node.joiner = std::make_unique<Joiner>(plan.producers.size());
      if (plan.ordered) node.sequencer = std::make_unique<Sequencer>();
    }
    const bool frugal = node.live->spec->description.resources.empty();
    node.free_running = !serial && limit == flow::unlimited && frugal && plan.producers.size() == 1;
    const bool enters = node.merger || node.joiner || node.sequencer;
    if (enters) {
      node.entry = std::make_unique<flow::function_node<Packet>>(
          graph_, flow::serial, [this, &node](const Packet& packet) { enter(node, packet); });
    }
    if (enters && serial && frugal) return;  // the entry takes one at a time as well
    node.work = std::make_unique<flow::function_node<JobPtr>>(
        graph_, limit, [this, &node](const JobPtr& job) { work(node, job); });
  }

  // --- sources -----------------------------------------------------------------------------------

  void schedule(GraphNode& node) {
    if (!node.pump_scheduled.exchange(true)) node.pump->try_put(0);
  }

  /// Emits items while there is room. Serial per source; runs again whenever a place becomes free.
  void pump(GraphNode& node) {
    node.pump_scheduled = false;
    while (!state_.cancelled() && !node.exhausted) {
      // What is grouped has units (an epoch) that only the stage behind the groups can end.
      if (state_.stop_requested() && !node.plan->feeds_group) {
        stopped_ = true;
        return;
      }
      if (node.pending.item == nullptr && !produce(node)) return;
      if (node.pending.item == nullptr) {
        if (node.program != nullptr && node.program->waiting()) return;
        node.exhausted = true;
        break;
      }
      if (!node.admission->enter(node.pending.item->bytes)) return;
      node.pending.item->admission = node.admission;
      Emitted emitted = std::exchange(node.pending, Emitted{});
      node.live->counters->calls.add(1, 0, 0);
      if (node.decide) {
        node.decide->try_put(std::make_shared<Emitted>(std::move(emitted)));
      } else {
        deliver(node, emitted.item, std::move(emitted.outputs), false);
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

  void room(std::size_t source) override {
    if (running_.load()) schedule(nodes_[source]);
  }

  /// Finds out what earlier runs left of an item, then sends it on.
  void decide(GraphNode& node, Emitted& emitted) {
    if (state_.cancelled()) return;
    if (guarded([&] {
          decide_actions(state_, plan_, position(node), emitted.digest, *emitted.item);
        })) {
      deliver(node, emitted.item, std::move(emitted.outputs), false);
    }
  }

  /// Fetches the next item into `pending` (null at the end). False when the source failed.
  bool produce(GraphNode& node) {
    const std::uint64_t started = state_.clock.now();
    Outputs outputs;
    StageContext ctx(state_, node.plan->index, state_.threads, nullptr, outputs);
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
    node.live->counters->calls.add(0, CallClock::between(started, state_.clock.now()), 0);
    if (!more) return true;
    auto item = std::make_shared<AdmittedItem>();
    item->id = ctx.item();
    item->bytes = ctx.item_info().bytes;
    item->source = position(node);
    item->gate = gate_;
    item->listener = this;
    item->stream = node.plan->stream;
    item->sequence = node.emitted++;
    item->ordinal = ctx.item_info().ordinal == ItemInfo::kNextOrdinal ? node.next_ordinal
                                                                      : ctx.item_info().ordinal;
    node.next_ordinal = item->ordinal + 1;
    node.pending = {std::move(item), ctx.item_info().digest, std::move(outputs)};
    return true;
  }

  // --- edges -------------------------------------------------------------------------------------

  [[nodiscard]] std::size_t position(const GraphNode& node) const {
    return static_cast<std::size_t>(&node - nodes_.data());
  }

  /// Sends the outputs of a stage for an item to all consumers. Every consumer gets a vector of its
  /// own with just the ports that it reads, so that a value with one reader can be moved out. One
  /// consumer that can run at once on this thread may be left in `next` instead.
  void deliver(GraphNode& node,
               const std::shared_ptr<const Item>& item,
               Outputs&& outputs,
               bool dropped,
               Next* next = nullptr) {
    const std::size_t from = position(node);
    const auto& consumers = node.plan->consumers;
    if (dropped) outputs.clear();
    if (consumers.size() == 1) {
      if (!node.plan->read_whole.front())
        keep_outputs_read(plan_, from, consumers.front(), outputs);
      send(from, nodes_[consumers.front()], item, std::move(outputs), dropped, next, true);
      return;
    }
    boost::container::small_vector<Outputs, 2> own(consumers.size());
    for (std::size_t k = 0; k < consumers.size(); ++k) {
      own[k] = k + 1 < consumers.size() ? Outputs(outputs) : std::move(outputs);
      if (!node.plan->read_whole[k]) keep_outputs_read(plan_, from, consumers[k], own[k]);
    }
    outputs.clear();
    for (std::size_t k = 0; k < consumers.size(); ++k)
      send(from, nodes_[consumers[k]], item, std::move(own[k]), dropped, next, false);
  }

  void send(std::size_t from,
            GraphNode& consumer,
            const std::shared_ptr<const Item>& item,
            Outputs&& outputs,
            bool dropped,
            Next* next,
            bool only) {
    if (next != nullptr && next->node == nullptr && consumer.free_running && !consumer.entry) {
      next->node = &consumer;
      next->job->set(item, dropped, std::move(outputs));
      return;
    }
    // The job in this thread's hands goes on to an only consumer; the thread is done with it.
    JobPtr job = only && next != nullptr ? next->job : std::make_shared<Job>();
    job->set(item, dropped, std::move(outputs));
    if (consumer.entry) {
      consumer.entry->try_put({std::move(job), from});
    } else {
      submit(consumer, std::move(job));
    }
  }

  void enter(GraphNode& node, const Packet& packet) {
    if (state_.cancelled()) return;
    const std::size_t slot = node.plan->slot(packet.producer);
    const JobSink sink = [this, &node](JobPtr job) { submit(node, std::move(job)); };
    JobPtr job;
    if (node.joiner) {
      job = node.joiner->add(packet, slot);
      if (job == nullptr) return;
    } else {
      job = packet.job;
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
  void submit(GraphNode& node, JobPtr job) {
    const auto& needs = node.live->spec->description.resources;
    if (!node.work) {
      work(node, job);
      // The message that it came with may live on while others that waited for it are worked on.
      // Its values go before its place in flight.
      if (node.plan->shape != StageShape::kGroup) {
        job->inputs.clear();
        job->item.reset();
      }
    } else if (needs.empty()) {
      node.work->try_put(std::move(job));
    } else {
      resources_.acquire(needs, [&node, job = std::move(job)] { node.work->try_put(job); });
    }
  }

  void work(GraphNode& node, const JobPtr& job) {
    if (!state_.cancelled()) {
      if (node.plan->shape == StageShape::kGroup) {
        work_group(node, job);
      } else if (!node.free_running) {
        work_item(node, *job, nullptr);
      } else {
        // The item goes on from stage to stage in this thread, as far as nothing has to wait. The
        // job has no other owner: the outputs of one stage take the place of its inputs.
        Next next{job};
        for (GraphNode* at = &node; at != nullptr && !state_.cancelled();
             at = std::exchange(next.node, nullptr)) {
          work_item(*at, *job, &next);
        }
      }
    }
    const auto& needs = node.live->spec->description.resources;
    if (!needs.empty()) resources_.release(needs);
  }

  void work_item(GraphNode& node, Job& job, Next* next) {
    StageCounters& counters = *node.live->counters;
    if (job.item->end) {
      node.ended = true;
      return deliver(node, job.item, {}, false, next);
    }
    if (job.dropped) {
      counters.bypassed.fetch_add(1, std::memory_order_relaxed);
      return deliver(node, job.item, {}, true, next);
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
      if (!inputs_present(*node.plan, job)) {
        counters.bypassed.fetch_add(1, std::memory_order_relaxed);
      } else {
        Job* const one = &job;
        std::uint64_t now = 0;
        if (!process(node, {&one, 1}, job.item, outputs, next != nullptr ? next->now : now)) return;
      }
    }
    deliver(node, job.item, std::move(outputs), false, next);
  }

  void work_group(GraphNode& node, const JobPtr& job) {
    if (!job->item->end) {
      if (!job->dropped && inputs_present(*node.plan, *job)) node.members.push_back(job);
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

  void emit_group(GraphNode& node) {
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
    std::uint64_t now = 0;
    const bool done = process(node, jobs, item, outputs, now);
    node.members.clear();
    if (done) deliver(node, item, std::move(outputs), false);
  }

  /// One call into a stage. False when it failed; then the tombstone is already on its way or the
  /// run ends.
  bool process(GraphNode& node,
               std::span<Job* const> jobs,
               const std::shared_ptr<const Item>& item,
               Outputs& outputs,
               std::uint64_t& now) {
    try {
      call_stage(state_, *node.plan, jobs, *item, node.scratch, now, outputs);
      return true;
    } catch (const Error& error) {
      give_up(node, item, error);
    }
    return false;
  }

  void give_up(GraphNode& node, const std::shared_ptr<const Item>& item, Error error) {
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
    for (const GraphNode& node : nodes_) {
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
  std::shared_ptr<Gate> gate_;  ///< null unless the program feeds or collects
  flow::graph graph_;
  std::vector<GraphNode> nodes_;
};

}  // namespace

void run_stream(RunState& state, StreamPlan& plan) { StreamGraph(state, plan).run(); }

}  // namespace nnflow::runtime
