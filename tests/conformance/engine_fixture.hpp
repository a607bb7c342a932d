// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/temp_dir.hpp"
#include "test_pipeline.hpp"

namespace nnflow::runtime::testing {

inline constexpr const char* kHead = "nnflow: 1\nname: t\nsummary: A test\n";

/// What `fake.sum` notes of `count` numbers in order.
inline std::string expected_order(std::int64_t count) {
  std::string order;
  for (std::int64_t i = 0; i < count; ++i)
    order += "n" + std::to_string(i) + "@" + std::to_string(i) + ";";
  return order;
}

/// A promise holds at any number of threads.
class EngineTest : public ::testing::TestWithParam<int> {
 protected:
  nnflow::test::TempDir dir_;
  TestPipeline pipeline_{dir_.path(), GetParam()};
};

inline const auto kThreads = ::testing::Values(1, 2, 5);

}  // namespace nnflow::runtime::testing
