// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: items in flight, memory, calls at once and exclusive resources are bounded.
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "engine_fixture.hpp"

namespace nnflow::runtime::testing {
namespace {

class Bounds : public EngineTest {};

INSTANTIATE_TEST_SUITE_P(Threads, Bounds, kThreads);

TEST_P(Bounds, FillsGroupsThatCostMoreThanTheMemoryBudget) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 9}}
  group: {use: fake.group, from: numbers, params: {size: 4}}
  sum: {use: fake.sum, from: group}
exports: {total: sum.total}
run: {memory: 1B, in_flight: 1}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "36 n0@0;n4@4;n8@8;");
}

std::vector<std::int64_t> numbers_of(const std::string& report) {
  std::istringstream stream(report);
  std::string hash;
  std::vector<std::int64_t> numbers(2);
  stream >> hash >> numbers[0] >> numbers[1];
  return numbers;
}

TEST_P(Bounds, NoMoreItemsAreAliveThanInFlightAllows) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  inflate: {use: probe.inflate, params: {count: 300}}
  fast: {use: probe.work, from: inflate, params: {passes: 0}}
  slow: {use: probe.work, from: fast, params: {delay_us: 100}}
  hash: {use: probe.hash, from: slow}
exports: {report: hash.report}
run: {in_flight: 3}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  // One more waits in the source for its place.
  EXPECT_LE(numbers_of(TestPipeline::exported(result, "report"))[0], 4);
}

TEST_P(Bounds, NoMoreBytesAreInFlightThanTheMemoryBudget) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  inflate: {use: probe.inflate, params: {count: 200, smallest_bytes: 1000, largest_bytes: 100000}}
  work: {use: probe.work, from: inflate, params: {delay_us: 100}}
  hash: {use: probe.hash, from: work}
exports: {report: hash.report}
run: {memory: 300kB, in_flight: 1000}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_LE(numbers_of(TestPipeline::exported(result, "report"))[1], 400'000);
}

TEST_P(Bounds, AStageRunsNoMoreCallsAtOnceThanItsHintAllows) {
  for (const int limit : {1, 2}) {
    const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  inflate: {use: probe.inflate, params: {count: 100}}
  inside: {use: probe.inside, from: inflate, hints: {concurrency: )" +
                                           std::to_string(limit) + R"(}}
  most: {use: probe.most, from: inside}
exports: {report: most.report}
)");
    ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
    EXPECT_LE(std::stoi(TestPipeline::exported(result, "report")), limit);
  }
}

TEST_P(Bounds, TwoStagesNeverHoldOneDevice) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 100}}
  first: {use: fake.device, from: numbers}
  second: {use: fake.device, from: numbers}
  third: {use: fake.device, from: first}
  both: {use: fake.plus, from: {left: third.number, right: second.number}}
  sum: {use: fake.sum, from: both}
exports: {total: sum.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "9900 " + expected_order(100));
}

}  // namespace
}  // namespace nnflow::runtime::testing
