// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nnflow/elements.hpp>
#include <nnflow/spec.hpp>
#include <nnflow/value.hpp>

namespace nnflow::runtime {

/// What happens to a run when one item fails in a stage.
enum class OnError { kStop, kSkipItem };

/// How much a run record holds: one event per item, or sums per stage.
enum class RecordDetail { kItems, kSummary };

/// The executor that is built in; others come from plugins.
inline constexpr std::string_view kLocalExecutor = "local";

/// The `run:` block; 0 stands for "auto".
struct RunSettings {
  std::uint64_t seed = 1234;
  int threads = 0;                ///< workers of the whole process
  std::int64_t memory_bytes = 0;  ///< bytes in flight
  int in_flight = 0;              ///< items between source and sink
  OnError on_error = OnError::kStop;
  RecordDetail record = RecordDetail::kItems;
  std::string executor{kLocalExecutor};  ///< where the elements of a foreach run
  Value executor_params;                 ///< object, or null = none
};

/// Scheduling hints; they never change results.
struct StageHints {
  int concurrency = 0;  ///< 0 = what the stage's spec declares
  std::string memory;   ///< "512MiB", "4*input"; empty = what the spec declares
  int in_flight = 0;    ///< upper bound of items queued before the stage; 0 = auto
};

/// An output port of a stage of the same pipeline.
struct PortRef {
  std::size_t stage = 0;  ///< index into ResolvedPipeline::stages
  std::string port;       ///< name of the producer's output port

  friend bool operator==(const PortRef&, const PortRef&) = default;
};

/// What feeds one input port. An optional port that nothing feeds has no InputWiring at all.
struct InputWiring {
  std::string port;              ///< name of the consumer's input port
  std::vector<PortRef> sources;  ///< one; several for a merge
  bool once = false;             ///< the port carries one value per run
  bool merge = false;            ///< ordered union of item streams by sequence number
};

struct ResolvedPipeline;

/// A sub-pipeline that runs once per element. Either `elements` is set (a list in YAML) or `from`
/// names a once output whose payload is `nnflow.elements/1`. A foreach has no readable outputs:
/// other stages wait for it by `after`. The values of an element replace `${each.NAME}` in the
/// parameters of the sub-pipeline.
struct Foreach {
  std::optional<std::vector<Element>> elements;
  std::optional<PortRef> from;
  std::string pipeline;  ///< absolute path of the sub-pipeline
  Value overrides;       ///< `stages` of the sub-pipeline that the stage changes; null = none
  /// Resolves the sub-pipeline for one element. Throws Error(kInvalidPipeline) with all findings.
  std::function<ResolvedPipeline(const Element&)> resolve;
};

/// One stage of a validated pipeline. A sub-pipeline without `foreach` has been replaced by its
/// stages, which are named "<stage>/<inner stage>".
struct ResolvedStage {
  std::string id;   ///< unique within the pipeline
  std::string use;  ///< "crop.nonzero_box", or "pipeline:train.yaml" for a foreach
  std::shared_ptr<const StageDescription> spec;  ///< null exactly for a foreach
  Value params;  ///< object of the given parameters; the rest take their defaults
  std::vector<InputWiring> inputs;  ///< in the order of the spec's ports
  std::vector<std::size_t> after;   ///< stages that have to be complete before this one starts
  StageHints hints;
  OnError on_error = OnError::kStop;
  bool cache = false;
  std::string doc;
  std::optional<Foreach> foreach;
};

/// One phase: first the `once` stages one after the other, then one streaming graph of the `stream`
/// stages. Values of once ports are ready when the stage has finished (a `once` stage: at once; a
/// streaming reduce: for the next phase). Only those consumers count that are in the same phase's
/// `stream`.
struct Phase {
  std::vector<std::size_t>
      once;  ///< topological order: foreach and stages that take no item input and emit once
  std::vector<std::size_t> stream;  ///< topological order, producers before consumers
};

/// An exported port: the outer name and the port behind it.
struct Export {
  std::string name;
  PortRef port;
};

/// The only thing that the executor accepts. Made by resolve_pipeline(); immutable afterwards.
/// Stages are in topological order. A stage that feeds several phases is in several `stream` lists:
/// it is replayed.
struct ResolvedPipeline {
  std::string name;
  std::string summary;
  std::filesystem::path file;  ///< absolute
  RunSettings run;
  Value vars;  ///< object: name -> value, as resolved
  std::vector<ResolvedStage> stages;
  std::vector<Phase> phases;
  std::vector<Export> exports;
  Value document;  ///< the resolved pipeline as a pipeline document

  /// Index of the stage with this id.
  [[nodiscard]] std::optional<std::size_t> find_stage(std::string_view id) const;
  /// The resolved pipeline as YAML text that is itself a valid pipeline file.
  [[nodiscard]] std::string to_yaml() const;
};

}  // namespace nnflow::runtime
