// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "provenance.hpp"

#include <set>

#include "cache/files.hpp"
#include "cache/ledger.hpp"
#include "exec/run_state.hpp"
#include "pipeline/scalar.hpp"

namespace nnflow::runtime {
namespace {

/// Names of what differs between two objects: "order 3 -> 1, mode \"a\" -> \"b\"".
std::string differences(const Value& before, const Value& now) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  for (const auto& [name, value] : now.as_object()) {
    const Value* const old = before.find(name);
    if (old == nullptr) {
      add(name + " is new");
    } else if (old->canonical_json() != value.canonical_json()) {
      add(name + " " + shown(*old) + " -> " + shown(value));
    }
  }
  for (const auto& [name, value] : before.as_object()) {
    if (now.find(name) == nullptr) add(name + " is gone");
  }
  return text;
}

/// What changed in the stage itself; empty when nothing.
std::string own_reason(const ResolvedStage& stage, const Value* before, std::uint64_t seed) {
  if (before == nullptr) return "never run here";
  const std::string use = before->find("use")->as_string();
  if (use != stage.use) return "was " + use;
  const std::int64_t version = before->find("cache_version")->as_integer();
  if (version != stage.spec->cache_version) {
    return "cache_version " + std::to_string(version) + " -> " +
           std::to_string(stage.spec->cache_version);
  }
  const std::string changed =
      differences(*before->find("params"), full_params(*stage.spec, stage.params));
  if (!changed.empty()) return "param changed: " + changed;
  const std::int64_t old_seed = before->find("seed")->as_integer();
  if (old_seed == static_cast<std::int64_t>(seed)) return {};
  return "seed " + std::to_string(old_seed) + " -> " + std::to_string(seed);
}

/// The run folder's `stages.json`; null when there is none, or a damaged one.
Value read_provenance(const std::filesystem::path& run_dir) {
  const auto text = read_file(run_dir / "stages.json");
  if (!text) return {};
  try {
    return Value::parse_json(*text);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

std::string provenance_json(const RunState& state) {
  Value stages = Value::Object{};
  const Value before = read_provenance(state.record.folder());
  if (const Value* const old = before.find("stages")) stages = *old;
  for (std::size_t i = 0; i < state.stages.size(); ++i) {
    const LiveStage& live = state.stages[i];
    if (live.spec == nullptr || !live.ended) continue;
    Value entry;
    entry.set("use", live.resolved->use);
    entry.set("cache_version", live.spec->description.cache_version);
    entry.set("params", live.params);
    Value once = Value::Object{};
    for (const PortSpec& port : live.spec->description.inputs) {
      const OnceValue* const value = port.once ? state.once_input(i, port.name) : nullptr;
      if (value != nullptr) once.set(port.name, value->digest);
    }
    entry.set("once", std::move(once));
    entry.set("seed", static_cast<std::int64_t>(state.pipeline.run.seed));
    stages.set(live.resolved->id, std::move(entry));
  }
  Value document;
  document.set("stages", std::move(stages));
  return document.to_json() + "\n";
}

std::vector<Reason> rerun_reasons(const ResolvedPipeline& pipeline,
                                  const std::filesystem::path& run_dir,
                                  const std::vector<std::string>& force) {
  const Value before = read_provenance(run_dir);
  const Value* const stages = before.find("stages");
  const ArtifactLedger ledger(run_dir / "ledger");
  std::vector<Reason> reasons;
  std::vector<bool> anew(pipeline.stages.size(), false);
  for (std::size_t i = 0; i < pipeline.stages.size(); ++i) {
    const ResolvedStage& stage = pipeline.stages[i];
    Reason reason{stage.id, ""};
    if (stage.foreach) {
      reason.text = std::filesystem::is_directory(run_dir / stage.id)
                        ? "compares inside every element"
                        : "never run here";
      reasons.push_back(std::move(reason));
      continue;
    }
    if (is_forced(force, stage.id)) reason.text = "forced";
    if (reason.text.empty())
      reason.text = own_reason(stage, stages == nullptr ? nullptr : stages->find(stage.id),
                               pipeline.run.seed);
    std::set<std::string> upstream;
    for (const InputWiring& input : stage.inputs) {
      for (const PortRef& source : input.sources) {
        if (anew[source.stage]) upstream.insert(pipeline.stages[source.stage].id);
      }
    }
    if (reason.text.empty() && !upstream.empty()) {
      reason.text = "upstream";
      for (const std::string& id : upstream) reason.text += " " + id;
    }
    anew[i] = !reason.text.empty();
    if (reason.text.empty() && stage.spec->writes_artifacts &&
        stage.spec->shape == StageShape::kMap) {
      const ArtifactLedger::Tally tally = ledger.tally(stage.id);
      reason.text = "cached: " + std::to_string(tally.intact) + " of " +
                    std::to_string(tally.items) + " results";
      if (!tally.first_wanting.empty()) reason.text += ", " + tally.first_wanting;
    }
    if (reason.text.empty()) reason.text = "unchanged";
    reasons.push_back(std::move(reason));
  }
  return reasons;
}

}  // namespace nnflow::runtime
