// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: a run ends when asked, keeps what is finished, and goes on from there.
#include <gtest/gtest.h>

#include <atomic>
#include <iterator>

#include "engine_fixture.hpp"

namespace nnflow::runtime::testing {
namespace {

class Stop : public EngineTest {};

INSTANTIATE_TEST_SUITE_P(Threads, Stop, kThreads);

/// Flags that are set when stage `add` logs its number.
RunOptions options_with(StopFlags& flags, std::atomic<bool>& which) {
  RunOptions options;
  options.flags = &flags;
  options.log = [&which](LogLevel, const std::string&) { which = true; };
  return options;
}

std::string writing(const std::filesystem::path& folder, std::int64_t log_on) {
  return std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 300}}
  add: {use: fake.add, from: numbers, params: {delay_us: 300, log_on: )" +
         std::to_string(log_on) + R"(}}
  write: {use: fake.write, from: add, params: {folder: )" +
         folder.string() + "}}\n";
}

std::int64_t entries(const std::filesystem::path& folder) {
  return std::distance(std::filesystem::directory_iterator(folder), {});
}

TEST_P(Stop, CancellationEndsTheRunAtOnceAndKeepsFinishedItems) {
  StopFlags flags;
  const std::filesystem::path out = dir_.path() / "out";
  const RunResult result = pipeline_.run(writing(out, 40), options_with(flags, flags.cancel));
  EXPECT_EQ(result.status, RunStatus::kInterrupted);
  EXPECT_EQ(result.exit_code(), 130);
  EXPECT_EQ(result.error,
            "interrupted; finished items are kept, the same command goes on from there");
  const std::int64_t finished = entries(out);
  EXPECT_GT(finished, 0);
  EXPECT_LT(finished, 300);
  EXPECT_EQ(pipeline_.count("write", "done"), finished);
  const RunResult again = pipeline_.run(writing(out, -1));
  ASSERT_EQ(again.status, RunStatus::kOk) << again.error;
  EXPECT_EQ(entries(out), 300);
  EXPECT_FALSE(std::filesystem::exists(dir_.path() / ".out.nnflow-tmp"));
}

TEST_P(Stop, AStoppedRunFinishesWhatHasBegunAndGoesOnFromThere) {
  StopFlags flags;
  const std::filesystem::path out = dir_.path() / "out";
  const RunResult result = pipeline_.run(writing(out, 40), options_with(flags, flags.stop));
  EXPECT_EQ(result.status, RunStatus::kInterrupted);
  EXPECT_EQ(result.error, "stopped on request; finished items are kept");
  EXPECT_EQ(pipeline_.count("numbers", "done"), entries(out));  // nothing in flight was dropped
  EXPECT_LT(entries(out), 300);
  const std::int64_t before = entries(out);
  ASSERT_EQ(pipeline_.run(writing(out, 40)).status, RunStatus::kOk);
  EXPECT_EQ(pipeline_.count("write", "done"), 300 - before);
}

TEST_P(Stop, WhatIsGroupedEndsAtTheUnitOfTheStageBehind) {
  for (const int size : {1, 2}) {
    StopFlags flags;
    const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 300}}
  add: {use: fake.add, from: numbers, params: {log_on: 21}}
  group: {use: fake.group, from: add, params: {size: )" +
                                               std::to_string(size) + R"(}}
  sum: {use: fake.sum, from: group, params: {unit: 20}}
)",
                                           options_with(flags, flags.stop));
    EXPECT_EQ(result.status, RunStatus::kInterrupted);
    const std::string prefix = "stage sum: item n";
    EXPECT_EQ(result.error.substr(0, prefix.size()), prefix);
    EXPECT_NE(result.error.find("stopped after "), std::string::npos) << result.error;
    EXPECT_EQ(result.error.substr(result.error.size() - 7), "0 items");
  }
}

}  // namespace
}  // namespace nnflow::runtime::testing
