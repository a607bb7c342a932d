// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: items keep their order, whatever the delays, through joins, groups and merges.
#include <gtest/gtest.h>

#include "engine_fixture.hpp"

namespace nnflow::runtime::testing {
namespace {

class Order : public EngineTest {};

INSTANTIATE_TEST_SUITE_P(Threads, Order, kThreads);

TEST_P(Order, KeepsItemOrderIntoAReduceWhateverTheDelays) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 200}}
  slow: {use: fake.add, from: numbers, params: {delay_us: 500}}
  sum: {use: fake.sum, from: slow}
exports: {total: sum.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"),
            std::to_string(199 * 200 / 2 + 200) + " " + expected_order(200));
}

TEST_P(Order, JoinsBranchesByItem) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 100}}
  a: {use: fake.add, from: numbers, params: {delay_us: 300, amount: 1}}
  b: {use: fake.add, from: numbers, params: {delay_us: 100, amount: 10}}
  both: {use: fake.plus, from: {left: a.number, right: b.number}}
  sum: {use: fake.sum, from: both}
exports: {total: sum.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"),
            std::to_string(2 * 99 * 100 / 2 + 1100) + " " + expected_order(100));
}

TEST_P(Order, GroupsConsecutiveItemsAndLeavesASmallerLastGroup) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 7}}
  slow: {use: fake.add, from: numbers, params: {delay_us: 300, amount: 0}}
  group: {use: fake.group, from: slow, params: {size: 3}}
  sum: {use: fake.sum, from: group}
exports: {total: sum.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "21 n0@0;n3@3;n6@6;");
}

TEST_P(Order, MergesTwoStreamsByOrdinal) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  train: {use: fake.numbers, params: {count: 6, prefix: t, ordinal_step: 2}}
  slow: {use: fake.add, from: train, params: {delay_us: 500}}
  check: {use: fake.numbers, params: {count: 3, prefix: v, first_ordinal: 3, ordinal_step: 4}}
  also: {use: fake.add, from: check}
  sum: {use: fake.sum, from: {number: {merge: [slow.number, also.number]}}}
exports: {total: sum.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"),
            "27 t0@0;t1@2;v0@3;t2@4;t3@6;v1@7;t4@8;t5@10;v2@11;");
}

TEST_P(Order, AGivenUpItemKeepsItsPlaceInTheGroups) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 9}}
  add: {use: fake.add, from: numbers, params: {amount: 0, fail_on: 1}, on_error: skip_item}
  group: {use: fake.group, from: add, params: {size: 3}}
  sum: {use: fake.sum, from: group}
exports: {total: sum.total}
)");
  EXPECT_EQ(result.status, RunStatus::kItemsSkipped) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "35 n0@0;n3@3;n6@6;");
}

TEST_P(Order, AValueReadThroughTwoPortsIsThereForBoth) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 20}}
  twice: {use: fake.take_plus, from: {left: numbers.number, right: numbers.number}}
  sum: {use: fake.sum, from: twice}
exports: {total: sum.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "380 " + expected_order(20));
}

TEST_P(Order, AValueThatIsPassedOnIsThatOfTheProducerForAllConsumers) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 20}}
  look: {use: fake.look, from: numbers}
  again: {use: fake.look, from: look}
  add: {use: fake.add, from: look}
  both: {use: fake.plus, from: {left: again.number, right: add.number}}
  sum: {use: fake.sum, from: both}
exports: {total: sum.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "400 " + expected_order(20));
}

}  // namespace
}  // namespace nnflow::runtime::testing
