// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "graph.hpp"

namespace nnflow::runtime {
namespace {

/// A stage that runs between streaming graphs: a foreach, or a reduce without item inputs.
bool runs_between(const ResolvedStage& stage) {
  if (stage.spec == nullptr) return true;
  if (stage.spec->shape != StageShape::kReduce) return false;
  return std::none_of(stage.inputs.begin(), stage.inputs.end(),
                      [](const InputWiring& wiring) { return !wiring.once; });
}

/// Earliest phase of every stage: a value that a streaming graph makes is there in the next phase.
std::vector<std::size_t> earliest_phases(const std::vector<ResolvedStage>& stages) {
  std::vector<std::size_t> phase(stages.size(), 0);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const auto done_by = [&](std::size_t before) {
      return phase[before] + (runs_between(stages[before]) ? 0U : 1U);
    };
    for (const InputWiring& wiring : stages[i].inputs) {
      for (const PortRef& ref : wiring.sources) {
        phase[i] = std::max(phase[i], wiring.once ? done_by(ref.stage) : phase[ref.stage]);
      }
    }
    for (const std::size_t before : stages[i].after) phase[i] = std::max(phase[i], done_by(before));
    if (stages[i].foreach && stages[i].foreach->from) {
      phase[i] = std::max(phase[i], done_by(stages[i].foreach->from->stage));
    }
  }
  return phase;
}

}  // namespace

std::vector<Phase> cut_phases(const std::vector<ResolvedStage>& stages) {
  const std::vector<std::size_t> earliest = earliest_phases(stages);
  // A streaming stage runs in each phase in which something reads its items, and in its own phase
  // when it is an end of the stream or somebody waits for it.
  std::vector<std::set<std::size_t>> runs_in(stages.size());
  std::vector<bool> is_read(stages.size(), false);
  for (const ResolvedStage& stage : stages) {
    for (const std::size_t before : stage.after) runs_in[before].insert(earliest[before]);
  }
  for (std::size_t i = stages.size(); i-- > 0;) {
    if (!is_read[i] || runs_between(stages[i])) runs_in[i].insert(earliest[i]);
    for (const InputWiring& wiring : stages[i].inputs) {
      if (wiring.once) continue;
      for (const PortRef& ref : wiring.sources) {
        is_read[ref.stage] = true;
        runs_in[ref.stage].insert(runs_in[i].begin(), runs_in[i].end());
      }
    }
  }
  std::vector<Phase> phases;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    for (const std::size_t phase : runs_in[i]) {
      if (phases.size() <= phase) phases.resize(phase + 1);
      (runs_between(stages[i]) ? phases[phase].once : phases[phase].stream).push_back(i);
    }
  }
  std::erase_if(phases,
                [](const Phase& phase) { return phase.once.empty() && phase.stream.empty(); });
  return phases;
}

void keep_ancestors(std::vector<ResolvedStage>& stages,
                    std::vector<Export>& exports,
                    std::size_t until) {
  std::vector<bool> keep(stages.size(), false);
  keep[until] = true;
  for (std::size_t i = until + 1; i-- > 0;) {
    if (!keep[i]) continue;
    for (const InputWiring& wiring : stages[i].inputs) {
      for (const PortRef& ref : wiring.sources) keep[ref.stage] = true;
    }
    for (const std::size_t before : stages[i].after) keep[before] = true;
    if (stages[i].foreach && stages[i].foreach->from) keep[stages[i].foreach->from->stage] = true;
  }
  std::vector<std::size_t> place(stages.size(), 0);
  std::vector<ResolvedStage> kept;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (!keep[i]) continue;
    place[i] = kept.size();
    ResolvedStage stage = std::move(stages[i]);
    for (InputWiring& wiring : stage.inputs) {
      for (PortRef& ref : wiring.sources) ref.stage = place[ref.stage];
    }
    for (std::size_t& before : stage.after) before = place[before];
    if (stage.foreach && stage.foreach->from)
      stage.foreach->from->stage = place[stage.foreach->from->stage];
    kept.push_back(std::move(stage));
  }
  std::erase_if(exports, [&keep](const Export& exported) { return !keep[exported.port.stage]; });
  for (Export& exported : exports) exported.port.stage = place[exported.port.stage];
  stages = std::move(kept);
}

}  // namespace nnflow::runtime
