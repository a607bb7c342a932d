// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: a reduce goes on from what it has made durable, and takes nothing twice.
#include <gtest/gtest.h>

#include <algorithm>

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

TEST_P(ResumePoint, AReduceThatIsForcedItselfOrByAStageBeforeItIsTold) {
  const std::string text = std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 4}}
  add: {use: fake.add, from: numbers}
  sum: {use: fake.sum, from: add, params: {resume: 3}}
  beside: {use: fake.count, from: numbers}
exports: {total: sum.total}
)";
  const auto items = [&](const char* forced) {
    RunOptions options;
    options.force = {forced};
    const RunResult result = pipeline_.run(text, options);
    EXPECT_EQ(result.status, RunStatus::kOk) << result.error;
    const std::string order = TestPipeline::exported(result, "total");
    return std::count(order.begin(), order.end(), ';');
  };
  EXPECT_EQ(items("sum"), 4);
  EXPECT_EQ(items("add"), 4);
  EXPECT_EQ(items("*"), 4);
  EXPECT_EQ(items("beside"), 1);
}

TEST_P(ResumePoint, AReduceIsToldWhereItsItemsComeFrom) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 1}}
  add: {use: fake.add, from: numbers, params: {amount: 2}}
  group: {use: fake.group, from: add, params: {size: 1}}
  sum: {use: fake.sum, from: group, params: {upstream: true}}
  beside: {use: fake.count, from: numbers}
exports: {total: sum.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  const std::string text = TestPipeline::exported(result, "total");
  const std::size_t begin = text.find('{');
  const Value stages =
      Value::parse_json(std::string_view(text).substr(begin, text.rfind('}') + 1 - begin));
  ASSERT_EQ(stages.as_object().size(), 3U) << text;
  const Value* const add = stages.find("add");
  ASSERT_NE(add, nullptr);
  EXPECT_EQ(add->find("use")->as_string(), "fake.add");
  EXPECT_TRUE(add->find("version")->is_integer());
  EXPECT_EQ(add->find("params")->find("amount")->as_integer(), 2);
  EXPECT_EQ(add->find("from")->to_json(), R"({"number":["numbers.number"]})");
  EXPECT_FALSE(add->find("params")->find("random")->as_bool())
      << "defaults are filled in: " << text;
  EXPECT_NE(stages.find("group"), nullptr);
}

}  // namespace
}  // namespace nnflow::runtime::testing
