// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: random numbers depend on seed, stage and item only.
#include <gtest/gtest.h>

#include "engine_fixture.hpp"

namespace nnflow::runtime::testing {
namespace {

class RandomNumbers : public EngineTest {};

INSTANTIATE_TEST_SUITE_P(Threads, RandomNumbers, kThreads);

TEST_P(RandomNumbers, RandomNumbersDependOnSeedStageAndItemOnly) {
  const std::string text = std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 50}}
  noise: {use: fake.add, from: numbers, params: {random: true, delay_us: 100}}
  sum: {use: fake.sum, from: noise}
exports: {total: sum.total}
)";
  const std::string first = TestPipeline::exported(pipeline_.run(text), "total");
  TestPipeline other(dir_.path() / "other", 3);
  EXPECT_EQ(first, TestPipeline::exported(other.run(text), "total"));
  TestPipeline seeded(dir_.path() / "seeded", 3);
  EXPECT_NE(first, TestPipeline::exported(seeded.run(text + "run: {seed: 5}\n"), "total"));
}

}  // namespace
}  // namespace nnflow::runtime::testing
