// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "stage_call.hpp"

#include <algorithm>
#include <utility>

#include "record/trace.hpp"

namespace nnflow::runtime {
namespace {

/// Stores what later runs can keep.
void remember(RunState& state, const StreamStage& stage, const Item& item, StageContext& ctx) {
  const LiveStage& live = state.stages[stage.index];
  if (stage.position >= item.keys.size() || item.keys[stage.position].empty()) return;
  const std::string& key = item.keys[stage.position];
  if (stage.sink && live.spec->description.writes_artifacts) {
    state.ledger.record(live.resolved->id, item.id, key, ctx.artifacts());
    return;
  }
  if (!live.resolved->cache || stage.shape != StageShape::kMap) return;
  std::vector<CacheStore::Entry> entries;
  const auto& ports = live.spec->description.outputs;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const Payload& payload = ctx.outputs()[i];
    if (payload.empty()) continue;
    if (payload.type()->save == nullptr) {
      throw Error(ErrorCode::kInvalidPipeline,
                  "output '" + ports[i].name + "' (" + ports[i].payload + ") cannot be cached");
    }
    entries.emplace_back(ports[i].name, payload);
  }
  try {
    state.cache.put(live.resolved->id, key, entries);
  } catch (const Error& error) {
    // What is made does not depend on it: the run goes on without.
    if (!state.cache_failed.exchange(true))
      state.log(LogLevel::kWarning, live.resolved->id, item.id,
                std::string("results are not cached: ") + error.what());
  }
}

void record_call(RunState& state,
                 const LiveStage& live,
                 const Item& item,
                 const StageContext& ctx,
                 std::uint64_t started,
                 std::uint64_t elapsed,
                 std::uint64_t bytes) {
  if (state.options.trace != nullptr)
    state.options.trace->add(live.traced, item.id, CallClock::time(started), bytes);
  Value event;
  event.set("event", "item");
  event.set("stage", live.resolved->id);
  event.set("item", item.id);
  event.set("seconds", static_cast<double>(state.clock.nanoseconds(elapsed)) * 1e-9);
  event.set("bytes", static_cast<std::int64_t>(bytes));
  ctx.list_artifacts(event);
  state.record.event(std::move(event));
}

void account(RunState& state,
             const StreamStage& stage,
             const Item& item,
             const StageContext& ctx,
             std::uint64_t started,
             std::uint64_t elapsed) {
  const LiveStage& live = state.stages[stage.index];
  std::uint64_t bytes = 0;
  for (const Payload& payload : ctx.outputs()) bytes += payload.bytes();
  live.counters->calls.add(1, elapsed, bytes);
  if (state.pipeline.run.record == RecordDetail::kItems)
    record_call(state, live, item, ctx, started, elapsed, bytes);
}

}  // namespace

bool skippable(ErrorCode code) {
  return code == ErrorCode::kInvalidData || code == ErrorCode::kIo || code == ErrorCode::kResource;
}

void call_stage(RunState& state,
                const StreamStage& stage,
                std::span<Job* const> jobs,
                const Item& item,
                ScratchPool& scratch,
                std::uint64_t& now,
                Outputs& outputs) {
  const LiveStage& live = state.stages[stage.index];
  if (now == 0) now = state.clock.now();
  const std::uint64_t started = now;
  const bool parallel = stage.shape == StageShape::kMap && stage.concurrency != 1;
  StageContext ctx(state, stage.index, parallel ? 1 : state.threads, &scratch, outputs);
  ctx.set_jobs(jobs, &stage.inputs);
  try {
    switch (stage.shape) {
      case StageShape::kMap:
        live.map->process(ctx);
        break;
      case StageShape::kGroup:
        live.group->process(ctx);
        break;
      case StageShape::kReduce:
        live.reduce->accumulate(ctx);
        break;
      case StageShape::kSource:
        break;
    }
    remember(state, stage, item, ctx);
  } catch (...) {
    throw current_error(live.resolved->id, item.id);
  }
  now = state.clock.now();
  account(state, stage, item, ctx, started, CallClock::between(started, now));
}

void record_failure(RunState& state,
                    const StreamStage& stage,
                    const Item& item,
                    const Error& error) {
  const LiveStage& live = state.stages[stage.index];
  live.counters->failed.fetch_add(1, std::memory_order_relaxed);
  Value event;
  event.set("event", "item_failed");
  event.set("stage", live.resolved->id);
  event.set("item", item.id);
  event.set("error", error.full_message());
  state.record.event(std::move(event));
}

}  // namespace nnflow::runtime
