// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: a failure names stage and item; a skipped item costs itself only.
#include <gtest/gtest.h>

#include "engine_fixture.hpp"

namespace nnflow::runtime::testing {
namespace {

class Errors : public EngineTest {};

INSTANTIATE_TEST_SUITE_P(Threads, Errors, kThreads);

TEST_P(Errors, AFailingItemStopsTheRunWithStageAndItem) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 20}}
  add: {use: fake.add, from: numbers, params: {fail_on: 7}}
  sum: {use: fake.sum, from: add}
)");
  EXPECT_EQ(result.status, RunStatus::kFailed);
  EXPECT_EQ(result.exit_code(), 3);
  EXPECT_EQ(result.error, "stage add: item n7: number 7 is unlucky");
  EXPECT_EQ(pipeline_.summary().find("status")->as_string(), "failed");
}

TEST_P(Errors, SkipItemPassesATombstoneThroughJoinsAndReduces) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 5}}
  a: {use: fake.add, from: numbers, params: {fail_on: 2}, on_error: skip_item}
  b: {use: fake.add, from: numbers}
  both: {use: fake.plus, from: {left: b.number, right: a.number}}
  group: {use: fake.group, from: both, params: {size: 2}}
  sum: {use: fake.sum, from: group}
exports: {total: sum.total}
)");
  EXPECT_EQ(result.status, RunStatus::kItemsSkipped) << result.error;
  EXPECT_EQ(result.exit_code(), 4);
  ASSERT_EQ(result.skipped.size(), 1U);
  EXPECT_EQ(result.skipped[0], "stage a: item n2: number 2 is unlucky");
  EXPECT_EQ(TestPipeline::exported(result, "total"), "24 n0@0;n3@3;n4@4;");
}

TEST_P(Errors, SkipItemDoesNotHideBugs) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers}
  a: {use: fake.add, from: numbers, params: {fail_on: 2, error: std}, on_error: skip_item}
  sum: {use: fake.sum, from: a}
)");
  EXPECT_EQ(result.status, RunStatus::kFailed);
  EXPECT_EQ(result.error, "stage a: item n2: a plain exception");
}

TEST_P(Errors, AnItemWithoutAnOutputIsPassedOverButCounted) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 4}}
  a: {use: fake.add, from: numbers, params: {drop_on: 1}}
  b: {use: fake.add, from: a}
  sum: {use: fake.sum, from: b}
  left: {use: fake.plus, from: {left: numbers.number, right: a.number}}
  count: {use: fake.count, from: left}
exports: {total: sum.total, count: count.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "11 n0@0;n2@2;n3@3;");
  EXPECT_EQ(TestPipeline::exported(result, "count"), "14 ");
}

TEST_P(Errors, AFailingSourceEndsTheRun) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {fail_at: 4}}
  sum: {use: fake.sum, from: numbers}
)");
  EXPECT_EQ(result.status, RunStatus::kFailed);
  EXPECT_EQ(result.error, "stage numbers: the source broke");
}

TEST_P(Errors, TwoItemsWithOneIdAreRefused) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 4, same_id: true}}
  write: {use: fake.write, from: numbers, params: {folder: )" +
                                         (dir_.path() / "out").string() + "}}\n");
  EXPECT_EQ(result.status, RunStatus::kFailed);
  EXPECT_EQ(result.error,
            "stage numbers: item n: two items have this id; ids are unique in a source");
}

TEST_P(Errors, AFileSystemErrorIsAnIoErrorThatCanCostOneItem) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 4}}
  a: {use: fake.add, from: numbers, params: {fail_on: 2, error: filesystem}, on_error: skip_item}
  sum: {use: fake.sum, from: a}
)");
  EXPECT_EQ(result.status, RunStatus::kItemsSkipped) << result.error;
  ASSERT_EQ(result.skipped.size(), 1U);
  EXPECT_EQ(result.skipped[0], "stage a: item n2: /nowhere: No such file or directory");
}

}  // namespace
}  // namespace nnflow::runtime::testing
