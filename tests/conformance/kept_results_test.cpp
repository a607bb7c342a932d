// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: what is there and whole is kept, everything else is made anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "cache/store.hpp"
#include "engine_fixture.hpp"

namespace nnflow::runtime::testing {
namespace {

class KeptResults : public EngineTest {
 protected:
  /// Three numbers, changed with a cache, each in a file.
  [[nodiscard]] std::string cached_and_written() const {
    return std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 3}}
  add: {use: fake.add, from: numbers, cache: true}
  write: {use: fake.write, from: add, params: {folder: )" +
           (dir_.path() / "out").string() + "}}\n";
  }
};

INSTANTIATE_TEST_SUITE_P(Threads, KeptResults, kThreads);

TEST_P(KeptResults, KeepsFilesThatAreIntactAndRemakesTheOthers) {
  const std::string text = std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 6}}
  add: {use: fake.add, from: numbers, params: {amount: 1}}
  write: {use: fake.write, from: add, params: {folder: )" +
                           (dir_.path() / "out").string() + "}}\n";
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  EXPECT_EQ(pipeline_.count("write", "done"), 6);
  std::filesystem::remove(dir_.path() / "out" / "n1.txt");
  std::ofstream(dir_.path() / "out" / "n4.txt") << "edited by hand\n";
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  EXPECT_EQ(pipeline_.count("write", "kept"), 4);
  EXPECT_EQ(pipeline_.count("write", "done"), 2);
  EXPECT_EQ(pipeline_.count("add", "done"), 2);
  EXPECT_EQ(pipeline_.read("out/n4.txt"), "5\n");
  std::string changed = text;
  changed.replace(changed.find("amount: 1"), 9, "amount: 2");
  ASSERT_EQ(pipeline_.run(changed).status, RunStatus::kOk);
  EXPECT_EQ(pipeline_.count("write", "done"), 6);
  EXPECT_EQ(pipeline_.read("out/n4.txt"), "6\n");
}

TEST_P(KeptResults, ForcingAStageMakesTheFilesAnewThatDependOnIt) {
  const std::string text = std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 3}}
  add: {use: fake.add, from: numbers}
  write: {use: fake.write, from: add, params: {folder: )" +
                           (dir_.path() / "out").string() + R"(}}
  other: {use: fake.write, from: numbers, params: {folder: )" +
                           (dir_.path() / "other").string() + "}}\n";
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  RunOptions forced;
  forced.force = {"add"};
  ASSERT_EQ(pipeline_.run(text, forced).status, RunStatus::kOk);
  EXPECT_EQ(pipeline_.count("add", "done"), 3);
  EXPECT_EQ(pipeline_.count("write", "done"), 3);
  EXPECT_EQ(pipeline_.count("other", "kept"), 3);
}

TEST_P(KeptResults, CachedStagesAreNotRunAgainAndNeitherIsWhatOnlyTheyNeed) {
  const std::string text = std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 8}}
  a: {use: fake.add, from: numbers}
  b: {use: fake.add, from: a, cache: true}
  sum: {use: fake.sum, from: b}
exports: {total: sum.total}
)";
  const std::string first = TestPipeline::exported(pipeline_.run(text), "total");
  const RunResult again = pipeline_.run(text);
  EXPECT_EQ(TestPipeline::exported(again, "total"), first);
  EXPECT_EQ(pipeline_.count("a", "done"), 0);
  EXPECT_EQ(pipeline_.count("b", "kept"), 8);
  RunOptions forced;
  forced.force = {"b"};
  EXPECT_EQ(TestPipeline::exported(pipeline_.run(text, forced), "total"), first);
  EXPECT_EQ(pipeline_.count("b", "done"), 8);
}

/// Every file below a folder.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST_P(KeptResults, ADamagedCacheEntryIsMadeAnewWithWhatItNeeds) {
  const std::string text = std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 8}}
  a: {use: fake.add, from: numbers}
  b: {use: fake.add, from: a, cache: true}
  sum: {use: fake.sum, from: b}
exports: {total: sum.total}
)";
  const std::string first = TestPipeline::exported(pipeline_.run(text), "total");
  const auto entries = files_below(pipeline_.cache());
  ASSERT_EQ(entries.size(), 8U);
  std::filesystem::resize_file(entries[1], 20);                              // cut short
  std::ofstream(entries[5], std::ios::in | std::ios::out).seekp(40) << '#';  // one byte changed
  const RunResult again = pipeline_.run(text);
  ASSERT_EQ(again.status, RunStatus::kOk) << again.error;
  EXPECT_EQ(TestPipeline::exported(again, "total"), first);
  EXPECT_EQ(pipeline_.count("b", "kept"), 6);
  EXPECT_EQ(pipeline_.count("b", "done"), 2);
  EXPECT_EQ(pipeline_.count("a", "done"), 2);
  EXPECT_EQ(files_below(pipeline_.cache()).size(), 8U);
}

TEST_P(KeptResults, TheCacheStaysBelowItsLimitAndIsSharedByRuns) {
  const std::string text = std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 200}}
  b: {use: fake.add, from: numbers, cache: true}
  sum: {use: fake.sum, from: b}
exports: {total: sum.total}
)";
  RunOptions options;
  options.cache_limit = 4000;  // about 40 entries
  const RunResult first = pipeline_.run(text, options);
  ASSERT_EQ(first.status, RunStatus::kOk) << first.error;
  const CacheStore store(pipeline_.cache());
  std::uint64_t bytes = 0;
  for (const auto& [stage, usage] : store.usage()) bytes += usage.bytes;
  EXPECT_LE(bytes, 4000U);
  EXPECT_GT(bytes, 1000U);
  RunOptions elsewhere = options;
  elsewhere.run_dir = dir_.path() / "run2";
  const RunResult second = pipeline_.run(text, elsewhere);
  EXPECT_EQ(TestPipeline::exported(second, "total"), TestPipeline::exported(first, "total"));
}

TEST_P(KeptResults, AFullCacheFolderCostsAWarningOnly) {
  std::ofstream(dir_.path() / "file") << "not a folder\n";
  RunOptions options;
  options.cache_dir = dir_.path() / "file" / "cache";
  std::vector<std::string> log;
  options.log = [&log](LogLevel, const std::string& line) { log.push_back(line); };
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 8}}
  b: {use: fake.add, from: numbers, cache: true}
  sum: {use: fake.sum, from: b}
)",
                                         options);
  EXPECT_EQ(result.status, RunStatus::kOk) << result.error;
  ASSERT_EQ(log.size(), 1U);
  EXPECT_NE(log[0].find("results are not cached: "), std::string::npos) << log[0];
}

TEST_P(KeptResults, ReasonsNameWhatChanged) {
  const std::string text = std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 3}}
  add: {use: fake.add, from: numbers, params: {amount: 1}}
  write: {use: fake.write, from: add, params: {folder: )" +
                           (dir_.path() / "out").string() + "}}\n";
  const auto reasons = [&](const std::string& pipeline,
                           const std::vector<std::string>& force = {}) {
    std::string all;
    for (const Reason& reason : pipeline_.reasons(pipeline, force))
      all += reason.stage + ": " + reason.text + "\n";
    return all;
  };
  EXPECT_EQ(reasons(text), "numbers: never run here\nadd: never run here\nwrite: never run here\n");
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  EXPECT_EQ(reasons(text), "numbers: unchanged\nadd: unchanged\nwrite: cached: 3 of 3 results\n");
  std::string changed = text;
  changed.replace(changed.find("amount: 1"), 9, "amount: 2");
  EXPECT_EQ(reasons(changed),
            "numbers: unchanged\nadd: param changed: amount 1 -> 2\nwrite: upstream add\n");
  EXPECT_EQ(reasons(text + "run: {seed: 7}\n"),
            "numbers: seed 1234 -> 7\nadd: seed 1234 -> 7\nwrite: seed 1234 -> 7\n");
  EXPECT_EQ(reasons(text, {"add"}), "numbers: unchanged\nadd: forced\nwrite: upstream add\n");
  std::filesystem::remove(dir_.path() / "out" / "n1.txt");
  EXPECT_EQ(reasons(text), "numbers: unchanged\nadd: unchanged\nwrite: cached: 2 of 3 results, " +
                               (dir_.path() / "out" / "n1.txt").string() + " is missing\n");
}

TEST_P(KeptResults, ARecordThatWasCutOffCostsOneItem) {
  const std::string text = cached_and_written();
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  const std::filesystem::path ledger = dir_.path() / "run" / "ledger" / "write.jsonl";
  std::filesystem::resize_file(ledger, std::filesystem::file_size(ledger) - 10);
  std::ofstream(ledger, std::ios::app) << "\n{}\n0\n{\"item\":1,\"key\":\"k\",\"files\":[]}";
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  EXPECT_EQ(pipeline_.count("write", "kept"), 2);
  EXPECT_EQ(pipeline_.count("write", "done"), 1);
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  EXPECT_EQ(pipeline_.count("write", "kept"), 3);
}

TEST_P(KeptResults, RecordsThatWereReplacedDoNotPileUp) {
  const std::string text = cached_and_written();
  const std::filesystem::path ledger = dir_.path() / "run" / "ledger" / "write.jsonl";
  std::uintmax_t first = 0;
  for (int run = 0; run < 20; ++run) {
    ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
    if (run == 0) first = std::filesystem::file_size(ledger);
    for (int i = 0; i < 3; ++i) {
      const std::string name = "n" + std::to_string(i) + ".txt";
      std::filesystem::remove(dir_.path() / "out" / name);
    }
  }
  EXPECT_LE(std::filesystem::file_size(ledger), 12 * first);
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  EXPECT_EQ(pipeline_.count("write", "kept"), 3);
}

TEST_P(KeptResults, WhatAKilledRunLeftIsSweptByTheNextOne) {
  const std::string text = cached_and_written();
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  // As a run that was killed leaves them: its hidden folders with a dead process's file, and the
  // note of those that lie elsewhere.
  const std::vector<std::filesystem::path> left{
      dir_.path() / ".out.nnflow-tmp", dir_.path() / ".run.nnflow-tmp",
      dir_.path() / "run" / ".ledger.nnflow-tmp", pipeline_.cache() / "add" / ".ab.nnflow-tmp"};
  for (const auto& folder : left) {
    std::filesystem::create_directories(folder / "4194305-0");  // no process has this number
    std::ofstream(folder / "4194305-0" / "file") << "half";
  }
  std::ofstream(dir_.path() / "run" / "temporaries") << left[0].string() << "\n/etc/.cut sho";
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  EXPECT_EQ(pipeline_.count("write", "kept"), 3);
  for (const auto& folder : left) EXPECT_FALSE(std::filesystem::exists(folder)) << folder;
  EXPECT_FALSE(std::filesystem::exists(dir_.path() / "run" / "temporaries"));
}

}  // namespace
}  // namespace nnflow::runtime::testing
