// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nnflow/context.hpp>
#include <nnflow/executor.hpp>
#include <nnflow/payload.hpp>

namespace nnflow {

/// Asks a run to end. Shared between a run, its sub-pipelines and whoever ends it, such as a signal
/// handler (both members are lock-free).
struct StopFlags {
  std::atomic<bool> cancel{false};  ///< tear down now; finished items are kept
  std::atomic<bool> stop{false};    ///< finish units (an epoch), write what is due, end
};

/// How a run ended, and what it leaves.
struct RunResult {
  RunStatus status = RunStatus::kOk;
  ErrorCode code = ErrorCode::kInternal;   ///< of `error`
  std::string error;                       ///< with context, when failed or interrupted
  std::vector<std::string> skipped;        ///< "stage X: item Y: reason"
  std::map<std::string, Payload> exports;  ///< once values by exported name

  /// 0 ok; failed: 1 where the pipeline or a value given to it is wrong, else 3; 4 some items
  /// skipped; 130 interrupted.
  [[nodiscard]] int exit_code() const;
  /// An exported value. Throws Error(kInternal) naming the exports when there is none of this name,
  /// or when it is of another type.
  template <class T>
  [[nodiscard]] const T& get(std::string_view name) const {
    return find(name).template get<T>();
  }
  /// Throws Error(code, error) when the run failed or was interrupted.
  void check() const;

 private:
  [[nodiscard]] const Payload& find(std::string_view name) const;
};

/// How far one stage is.
struct StageProgress {
  std::string run;    ///< the pipeline; inside a foreach with stage and element
  std::string stage;  ///< id
  std::uint64_t done = 0;
  std::uint64_t kept = 0;    ///< items whose result was there from an earlier run
  std::uint64_t failed = 0;  ///< items given up
  std::uint64_t total = 0;   ///< expected items; 0 = unknown
  std::string text;          ///< what the stage says of a long call
};

/// What a run is told. A designated initialiser names what differs: `{.run_dir = "run"}`.
struct RunOptions {
  /// Record and ledgers of the run, which later runs go on from. Empty = `.nnflow/NAME` in the
  /// current folder. Two runs at a time need two folders.
  std::filesystem::path run_dir{};
  std::optional<int> threads{};        ///< over `run.threads` of the pipeline
  std::optional<std::int64_t> seed{};  ///< over `run.seed`
  std::vector<std::string> force{};    ///< stages that ignore earlier results; "*" = all
  std::string until{};                 ///< run this stage and what it depends on; empty = all
  StopFlags* flags = nullptr;          ///< outlive the run; null = those of the RunHandle
  /// Messages of stages and of the engine; called from several threads.
  std::function<void(LogLevel level, const std::string& text)> on_log{};
  /// The stages that are at work now, about five times a second and once at the end of each phase;
  /// called from one thread at a time. It must not throw.
  std::function<void(const std::vector<StageProgress>& stages)> on_progress{};
};

/// A run in threads of its own. Destroying it cancels the run and waits for its end.
class RunHandle {
 public:
  RunHandle(RunHandle&& other) noexcept;
  RunHandle& operator=(RunHandle&& other) noexcept;
  ~RunHandle();

  /// Waits for the end; once. Errors of stages are in the result. Throws Error when the run could
  /// not start (run folder in use, a plugin that cannot be opened, parameters that a stage
  /// refuses).
  [[nodiscard]] RunResult wait();
  /// Whether wait() would return at once.
  [[nodiscard]] bool done() const;
  /// Asks for an orderly end, or for an end now. Returns at once.
  void stop();
  void cancel();

 private:
  friend class Pipeline;
  struct Impl;
  explicit RunHandle(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace nnflow
