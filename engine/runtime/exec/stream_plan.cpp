// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "stream_plan.hpp"

#include <algorithm>

#include "budget.hpp"
#include "cache/key.hpp"

namespace nnflow::runtime {
namespace {

std::size_t output_index(const StageSpec& spec, const std::string& port) {
  const auto& outputs = spec.description.outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].name == port) return i;
  }
  throw Error(ErrorCode::kInternal, "no output '" + port + "'");
}

/// Keys of everything but the item: what the stage is, its parameters and its once inputs. Empty =
/// not cacheable.
std::string stage_key(const RunState& state, std::size_t index) {
  const LiveStage& live = state.stages[index];
  const StageDescription& description = live.spec->description;
  if (!description.deterministic) return {};
  KeyBuilder builder;
  builder.add("stage", description.id).add("version", std::to_string(description.cache_version));
  builder.add("params", live.params_key);
  // The random stream is keyed by the pipeline's stage id and the seed.
  builder.add("id", live.resolved->id).add("seed", std::to_string(state.pipeline.run.seed));
  for (const PortSpec& port : description.inputs) {
    if (!port.once) continue;
    const OnceValue* const value = state.once_input(index, port.name);
    if (value == nullptr) continue;
    if (value->digest.empty()) return {};
    builder.add("once " + port.name, value->digest);
  }
  return builder.key();
}

/// The outputs of a stage by port index under a key; null when the cache has no whole entry.
std::shared_ptr<Outputs> cached_outputs(const RunState& state,
                                        const LiveStage& live,
                                        const std::string& key) {
  const std::vector<std::pair<std::string, const PayloadType*>> types(
      live.spec->payload_types.begin(), live.spec->payload_types.end());
  auto entry = state.cache.get(live.resolved->id, key, types);
  if (!entry) return nullptr;
  auto outputs = std::make_shared<Outputs>(live.spec->description.outputs.size());
  for (auto& [port, payload] : *entry)
    (*outputs)[output_index(*live.spec, port)] = std::move(payload);
  return outputs;
}

bool reads(const StreamStage& reader, std::size_t from, std::size_t output) {
  return std::any_of(reader.inputs.begin(), reader.inputs.end(), [&](const InputSlot& input) {
    return input.output == output && (reader.merge || reader.producers[input.slot] == from);
  });
}

bool reads_whole(const StreamStage& reader, std::size_t from, std::size_t outputs) {
  for (std::size_t i = 0; i < outputs; ++i) {
    if (!reads(reader, from, i)) return false;
  }
  return true;
}

}  // namespace

StreamPlan plan_stream(const RunState& state, const Phase& phase) {
  StreamPlan plan;
  std::vector<std::size_t> position(state.pipeline.stages.size(), ~std::size_t{0});
  for (const std::size_t index : phase.stream) {
    const ResolvedStage& resolved = state.pipeline.stages[index];
    const StageDescription& description = state.stages[index].spec->description;
    StreamStage stage;
    stage.index = index;
    stage.shape = description.shape;
    for (const InputWiring& wiring : resolved.inputs) {
      if (wiring.once) continue;
      const PortSpec* const port = description.input(wiring.port);
      const bool required = port != nullptr && !port->optional;
      stage.merge = stage.merge || wiring.merge;
      for (const PortRef& source : wiring.sources) {
        const std::size_t producer = position[source.stage];
        auto slot = std::find(stage.producers.begin(), stage.producers.end(), producer);
        if (slot == stage.producers.end()) slot = stage.producers.insert(slot, producer);
        const auto slot_index = static_cast<std::size_t>(slot - stage.producers.begin());
        const std::size_t output = output_index(*state.stages[source.stage].spec, source.port);
        if (!wiring.merge) {
          stage.inputs.push_back({wiring.port, slot_index, output, required});
        } else if (stage.inputs.empty()) {
          stage.inputs.push_back({wiring.port, 0, output, required});
        } else if (stage.inputs.front().output != output ||
                   stage.inputs.front().port != wiring.port) {
          throw Error(ErrorCode::kInvalidPipeline, "stage " + resolved.id +
                                                       ": a merge takes the same output of stages "
                                                       "of one kind, into its only item input");
        }
      }
    }
    if (stage.merge && stage.shape != StageShape::kReduce && stage.shape != StageShape::kGroup) {
      throw Error(ErrorCode::kInvalidPipeline,
                  "stage " + resolved.id + ": a merge can only feed a group or a reduce");
    }
    for (const std::size_t producer : stage.producers) {
      if (!stage.merge &&
          plan.stages[producer].stream != plan.stages[stage.producers.front()].stream) {
        throw Error(ErrorCode::kInvalidPipeline, "stage " + resolved.id +
                                                     ": joins items of different sources; join "
                                                     "them in one source or use {merge: [...]}");
      }
      plan.stages[producer].consumers.push_back(plan.stages.size());
    }
    stage.ordered = stage.shape == StageShape::kGroup ||
                    (stage.shape == StageShape::kReduce && !description.order_free);
    const bool starts_stream =
        stage.shape == StageShape::kSource || stage.shape == StageShape::kGroup || stage.merge;
    stage.stream = starts_stream ? plan.streams++ : plan.stages[stage.producers.front()].stream;
    stage.concurrency = description.concurrency;
    if (resolved.hints.concurrency > 0) {
      stage.concurrency = stage.concurrency > 0
                              ? std::min(stage.concurrency, resolved.hints.concurrency)
                              : resolved.hints.concurrency;
    }
    if (!description.resources.empty()) stage.concurrency = 1;
    stage.base_key = stage_key(state, index);
    stage.position = plan.stages.size();
    position[index] = stage.position;
    plan.stages.push_back(std::move(stage));
  }
  for (StreamStage& stage : plan.stages) {
    stage.sink = stage.consumers.empty();
    const std::size_t outputs = state.stages[stage.index].spec->description.outputs.size();
    for (const std::size_t consumer : stage.consumers) {
      const bool whole = reads_whole(plan.stages[consumer], stage.position, outputs);
      stage.read_whole.push_back(whole ? 1 : 0);
    }
  }
  for (std::size_t i = plan.stages.size(); i-- > 0;) {
    StreamStage& stage = plan.stages[i];
    const LiveStage& live = state.stages[stage.index];
    stage.feeds_group = stage.shape == StageShape::kGroup;
    stage.remembers = stage.shape == StageShape::kMap &&
                      (live.resolved->cache || live.spec->description.writes_artifacts);
    for (const std::size_t consumer : stage.consumers) {
      stage.feeds_group = stage.feeds_group || plan.stages[consumer].feeds_group;
      stage.remembers = stage.remembers || plan.stages[consumer].remembers;
    }
  }
  return plan;
}

double memory_factor(const RunState& state, const StreamPlan& plan, std::size_t source) {
  double factor = 1.0;
  for (const StreamStage& stage : plan.stages) {
    if (stage.stream != plan.stages[source].stream) continue;
    const LiveStage& live = state.stages[stage.index];
    const std::string& hint = live.resolved->hints.memory;
    factor =
        std::max(factor, memory_factor(hint.empty() ? live.spec->description.memory_hint : hint));
  }
  return factor;
}

void keep_outputs_read(const StreamPlan& plan,
                       std::size_t from,
                       std::size_t consumer,
                       Outputs& outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!reads(plan.stages[consumer], from, i)) outputs[i] = Payload();
  }
}

void decide_actions(const RunState& state,
                    const StreamPlan& plan,
                    std::size_t source,
                    const std::string& item_digest,
                    Item& item) {
  const std::size_t count = plan.stages.size();
  if (item_digest.empty() || !plan.stages[source].remembers) return;
  item.actions.assign(count, Action::kRun);
  item.keys.assign(count, {});
  item.cached.resize(count);
  const std::size_t stream = plan.stages[source].stream;
  const auto in_stream = [&](std::size_t i) {
    return i == source ||
           (plan.stages[i].stream == stream && plan.stages[i].shape == StageShape::kMap) ||
           (plan.stages[i].shape == StageShape::kReduce && !plan.stages[i].merge &&
            plan.stages[i].stream == stream);
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (!in_stream(i)) continue;
    const StreamStage& stage = plan.stages[i];
    if (stage.base_key.empty()) continue;
    KeyBuilder builder;
    builder.add("base", stage.base_key).add("item", item.id);
    if (i == source) {
      item.keys[i] = builder.add("digest", item_digest).key();
      continue;
    }
    bool known = true;
    for (const InputSlot& input : stage.inputs) {
      const std::string& key = item.keys[stage.producers[input.slot]];
      known = known && !key.empty();
      builder.add(input.port, key).add("output", std::to_string(input.output));
    }
    if (known) item.keys[i] = builder.key();
  }
  // What a forced stage makes anew is made anew by all that depends on it.
  std::vector<bool> anew(count, false);
  for (std::size_t i = 0; i < count; ++i) {
    const StreamStage& stage = plan.stages[i];
    anew[i] = state.forced(state.stages[stage.index].resolved->id) ||
              std::any_of(stage.producers.begin(), stage.producers.end(),
                          [&](std::size_t p) { return anew[p]; });
  }
  for (std::size_t i = count; i-- > 0;) {
    if (!in_stream(i) || i == source) continue;
    const StreamStage& stage = plan.stages[i];
    const LiveStage& live = state.stages[stage.index];
    const bool forced = anew[i];
    if (stage.sink) {
      if (stage.shape == StageShape::kMap && live.spec->description.writes_artifacts && !forced &&
          !item.keys[i].empty() && state.ledger.intact(live.resolved->id, item.id, item.keys[i])) {
        item.actions[i] = Action::kKept;
      }
      continue;
    }
    const bool needed = std::any_of(
        stage.consumers.begin(), stage.consumers.end(),
        [&](std::size_t c) { return !in_stream(c) || item.actions[c] == Action::kRun; });
    if (!needed) {
      item.actions[i] = Action::kUnused;
    } else if (live.resolved->cache && !forced && !item.keys[i].empty()) {
      // Read now: what its producers have to do depends on whether the entry is whole.
      item.cached[i] = cached_outputs(state, live, item.keys[i]);
      if (item.cached[i] != nullptr) item.actions[i] = Action::kCached;
    }
  }
}

}  // namespace nnflow::runtime
