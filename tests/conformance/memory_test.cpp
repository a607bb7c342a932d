// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: `memory` bounds what a run holds, at any number of threads. Measured as the peak of the
// resident set of a process that does nothing else: 2,000 items of 1 to 64 MiB.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "engine_fixture.hpp"

namespace nnflow::runtime::testing {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

std::string pipeline_text() {
  return std::string(kHead) + R"(
stages:
  inflate: {use: probe.inflate, params: {count: 2000, smallest_bytes: 1048576, largest_bytes: 67108864}}
  quick: {use: probe.work, from: inflate, params: {passes: 0}}
  slow: {use: probe.work, from: inflate, params: {passes: 2}}
  slower: {use: probe.work, from: slow, params: {passes: 1, delay_us: 3000}}
  uneven: {use: probe.work, from: quick, params: {passes: 1}, hints: {concurrency: 1}}
  both: {use: probe.join, from: {left: slower.balloon, right: uneven.balloon}, hints: {memory: "2*input"}}
  hash: {use: probe.hash, from: both}
exports: {report: hash.report}
run: {memory: 256MiB, record: summary}
)";
}

struct Outcome {
  std::int64_t peak_bytes = 0;
  std::string hash;
};

/// Runs the pipeline with the program, as a user does.
Outcome run_program(const std::filesystem::path& folder, int threads) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "pipeline.yaml") << pipeline_text();
  const std::string program = std::string(NNFLOW_BUILD_DIR) + "/bin/nnflow";
  const std::string file = (folder / "pipeline.yaml").string();
  const std::string run_dir = (folder / "run").string();
  const std::string count = std::to_string(threads);
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl(program.c_str(), "nnflow", "run", file.c_str(), "--plugin-dir", NNFLOW_FAKES_DIR,
            "--run-dir", run_dir.c_str(), "--threads", count.c_str(), "--quiet", nullptr);
    ::_exit(127);
  }
  struct rusage usage {};
  int status = 0;
  ::wait4(child, &status, 0, &usage);
  Outcome outcome;
  EXPECT_EQ(status, 0);
  outcome.peak_bytes = std::int64_t{usage.ru_maxrss} * 1024;
  std::ifstream log(folder / "run" / "log.txt");
  std::getline(log, outcome.hash);
  outcome.hash.erase(0, std::string("hash: ").size());
  return outcome;
}

TEST(Memory, StaysInItsBudgetAtAnyNumberOfThreads) {
  const nnflow::test::TempDir dir;
  std::string hash;
  for (const int threads : {1, 2, 8}) {
    const Outcome outcome = run_program(dir.path() / std::to_string(threads), threads);
    std::printf("%d threads: peak %lld MiB, %s\n", threads,
                static_cast<long long>(outcome.peak_bytes / kMiB), outcome.hash.c_str());
    EXPECT_LT(outcome.peak_bytes, 450 * kMiB);
    const std::string first = outcome.hash.substr(0, outcome.hash.find(' '));
    if (hash.empty()) hash = first;
    EXPECT_EQ(first, hash);
  }
}

}  // namespace
}  // namespace nnflow::runtime::testing
