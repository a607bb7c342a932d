// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: a reduce goes on from what it has made durable, and takes nothing twice.
#include <gtest/gtest.h>

#include "engine_fixture.hpp"

namespace nnflow::runtime::testing {
namespace {

class ResumePoint : public EngineTest {};

INSTANTIATE_TEST_SUITE_P(Threads, ResumePoint, kThreads);

TEST_P(ResumePoint, StartsSourcesAtTheResumePointOfTheReduce) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 10}}
  group: {use: fake.group, from: numbers, params: {size: 2}}
  sum: {use: fake.sum, from: group, params: {resume: 6}}
exports: {total: sum.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "30 n6@6;n8@8;");
}

TEST_P(ResumePoint, AReduceTakesNothingTwiceWhenAnotherSinkNeedsTheItemsBefore) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 10}}
  group: {use: fake.group, from: numbers, params: {size: 2}}
  sum: {use: fake.sum, from: group, params: {resume: 6}}
  all: {use: fake.count, from: numbers}
exports: {total: sum.total, all: all.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "30 n6@6;n8@8;");
  EXPECT_EQ(TestPipeline::exported(result, "all"), "45 ");
  EXPECT_EQ(pipeline_.count("sum", "kept"), 3);
}

}  // namespace
}  // namespace nnflow::runtime::testing
