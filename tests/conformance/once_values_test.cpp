// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: once values are there before the items that need them.
#include <gtest/gtest.h>

#include "engine_fixture.hpp"

namespace nnflow::runtime::testing {
namespace {

class OnceValues : public EngineTest {};

INSTANTIATE_TEST_SUITE_P(Threads, OnceValues, kThreads);

TEST_P(OnceValues, DeliversOnceValuesBeforeItemsAndReplaysTheSource) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 4}}
  sum: {use: fake.sum, from: numbers}
  shifted: {use: fake.add, from: {number: numbers.number, total: sum.total}, params: {amount: 0}}
  second: {use: fake.sum, from: shifted}
exports: {total: second.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "30 " + expected_order(4));
}

}  // namespace
}  // namespace nnflow::runtime::testing
