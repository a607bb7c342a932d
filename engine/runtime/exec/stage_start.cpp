// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "stage_start.hpp"

#include <algorithm>
#include <utility>

namespace nnflow::runtime {
namespace {

/// Calls `call(context)` for a stage; an error names the stage, and files that it wrote become an
/// event.
template <class F>
void call_outside_items(RunState& state, const StreamStage& stage, F&& call) {
  Outputs outputs;
  StageContext ctx(state, stage.index, state.threads, nullptr, outputs);
  try {
    call(ctx);
  } catch (...) {
    throw current_error(state.stages[stage.index].resolved->id, {});
  }
  Value event;
  event.set("event", "start");
  event.set("stage", state.stages[stage.index].resolved->id);
  ctx.list_artifacts(event);
  if (event.find("files") != nullptr) state.record.event(std::move(event));
}

template <class Shape>
Shape& live(RunState& state, const StreamStage& stage) {
  return dynamic_cast<Shape&>(*state.stages[stage.index].stage);
}

/// A source starts where the first of the reduces that it feeds left off; where other sinks make it
/// start earlier, a reduce passes over what it has.
void find_resume_points(RunState& state, const StreamPlan& plan, std::vector<StageStart>& starts) {
  std::vector<std::uint64_t> first(plan.stages.size(), 0);
  for (std::size_t i = plan.stages.size(); i-- > 0;) {
    const StreamStage& stage = plan.stages[i];
    if (stage.shape == StageShape::kReduce) {
      call_outside_items(state, stage, [&](Context& ctx) {
        first[i] = live<ReduceStage>(state, stage).resume_point(ctx);
      });
      starts[i].resume_point = first[i];
      continue;
    }
    for (std::size_t k = 0; k < stage.consumers.size(); ++k) {
      const std::uint64_t consumer = first[stage.consumers[k]];
      first[i] = k == 0 ? consumer : std::min(first[i], consumer);
    }
    if (stage.shape != StageShape::kSource || first[i] == 0) continue;
    call_outside_items(state, stage, [&](Context&) { live<Source>(state, stage).seek(first[i]); });
    starts[i].first_ordinal = first[i];
  }
}

void set_totals(RunState& state, const StreamPlan& plan, const std::vector<StageStart>& starts) {
  std::vector<std::uint64_t> total(plan.stages.size(), 0);
  for (std::size_t i = 0; i < plan.stages.size(); ++i) {
    const StreamStage& stage = plan.stages[i];
    if (stage.shape == StageShape::kSource) {
      total[i] = live<Source>(state, stage).size().value_or(0);
    } else if (stage.merge) {
      for (const std::size_t p : stage.producers) total[i] += total[p];
    } else {
      total[i] = total[stage.producers.front()];
    }
    total[i] = (total[i] + starts[i].group_size - 1) / starts[i].group_size;
    // Stages whose items are wanted in several phases make them in each, and count them each time.
    state.stages[stage.index].counters->total += total[i];
  }
}

}  // namespace

std::vector<StageStart> start_stages(RunState& state, StreamPlan& plan) {
  std::vector<StageStart> starts(plan.stages.size());
  for (std::size_t i = 0; i < plan.stages.size(); ++i) {
    const StreamStage& stage = plan.stages[i];
    if (stage.shape == StageShape::kSource) {
      call_outside_items(state, stage, [&](Context& ctx) { live<Source>(state, stage).open(ctx); });
    } else if (stage.shape == StageShape::kGroup) {
      call_outside_items(state, stage, [&](Context& ctx) {
        starts[i].group_size =
            std::max<std::size_t>(1, live<GroupStage>(state, stage).group_size(ctx));
      });
    }
  }
  for (std::size_t i = plan.stages.size(); i-- > 0;) {
    std::uint64_t largest = 1;
    for (const std::size_t c : plan.stages[i].consumers)
      largest = std::max(largest, plan.stages[c].largest_group);
    plan.stages[i].largest_group = largest * starts[i].group_size;
  }
  find_resume_points(state, plan, starts);
  set_totals(state, plan, starts);
  return starts;
}

}  // namespace nnflow::runtime
