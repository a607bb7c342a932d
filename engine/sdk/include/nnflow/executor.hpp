// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/context.hpp"
#include "nnflow/error.hpp"
#include "nnflow/export.hpp"

namespace nnflow {
inline namespace abi_v2 {

/// How a run, or the run of one element of a `foreach`, ended.
enum class RunStatus { kOk, kItemsSkipped, kFailed, kInterrupted };

/// "ok", "items skipped", "failed" or "interrupted", as `summary.json` says it.
[[nodiscard]] NNFLOW_SDK_EXPORT std::string_view to_string(RunStatus status);

/// One element of a `foreach`: a run of its own, which needs nothing of the run around it.
struct ElementRun {
  std::string id;                  ///< of the element
  std::string title;               ///< for people: "train/each fold_0"
  std::string pipeline;            ///< text of a pipeline file with every value filled in
  std::filesystem::path run_dir;   ///< where its record goes, absolute; may hold an earlier run's
  std::vector<std::string> force;  ///< stages that ignore earlier results, as `--force` takes them
};

/// What became of an element.
struct ElementResult {
  RunStatus status = RunStatus::kOk;
  ErrorCode code = ErrorCode::kInternal;  ///< of `error`
  std::string error;                      ///< with context, when failed or interrupted
  std::vector<std::string> skipped;       ///< "stage X: item Y: reason"
};

/// What the engine offers to an executor while it runs the elements of one stage. All members are
/// thread-safe.
class NNFLOW_SDK_EXPORT ExecutorHost {
 public:
  ExecutorHost() = default;
  ExecutorHost(const ExecutorHost&) = delete;
  ExecutorHost& operator=(const ExecutorHost&) = delete;
  virtual ~ExecutorHost();

  /// In the order of the `foreach`.
  [[nodiscard]] virtual const std::vector<ElementRun>& elements() const = 0;
  /// Folders in which the engine looks for plugins, in order of precedence; absolute.
  [[nodiscard]] virtual const std::vector<std::filesystem::path>& plugin_dirs() const = 0;
  /// The folder of cached results; absolute.
  [[nodiscard]] virtual const std::filesystem::path& cache_dir() const = 0;
  /// Runs an element in this process, on the calling thread and the threads of a run. Does not
  /// throw; ends early when the run is cancelled.
  [[nodiscard]] virtual ElementResult run_here(std::size_t element) = 0;
  /// Says what became of an element, once per element and in any order.
  virtual void report(std::size_t element, ElementResult result) = 0;
  /// The run is being torn down: end what was started and return.
  [[nodiscard]] virtual bool cancelled() const = 0;
  /// The user asked for an orderly end: ask what was started to stop, then return.
  [[nodiscard]] virtual bool stop_requested() const = 0;
  /// A short text beside the stage ("3 waiting, 2 running").
  virtual void progress(std::string_view text) = 0;
  virtual void log(LogLevel level, std::string_view text) = 0;
};

/// Where the elements of a `foreach` run: `run: {executor: NAME}` in a pipeline. A plugin registers
/// an implementation with
///
///     registry.add<Executor, Mine>(std::string(Executor::kInterface), "mine", "what it does");
///
/// It is made from the executor's `params` in the pipeline (an object) before the run begins; an
/// Error(kInvalidParam) of its constructor refuses the run. `local` is built in: one element after
/// the other, in this process.
class NNFLOW_SDK_EXPORT Executor {
 public:
  static constexpr std::string_view kInterface = "nnflow.executor/1";

  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor();
  /// Runs the elements and returns when nothing of them is running any more. An element that is not
  /// reported fails the stage, unless another one failed or the run is ending. What it throws fails
  /// the stage.
  virtual void run(ExecutorHost& host) = 0;
};

/// Reads what became of a run from the `summary.json` in its folder. For an executor that starts
/// `nnflow run FILE --run-dir DIR` somewhere: it removes the file first, and where none appeared
/// (the run was killed, or could not start) the result is a failure that says so.
[[nodiscard]] NNFLOW_SDK_EXPORT ElementResult
read_element_result(const std::filesystem::path& run_dir);

}  // namespace abi_v2
}  // namespace nnflow
