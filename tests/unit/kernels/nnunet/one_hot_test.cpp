// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/one_hot.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace nnflow::nnunet {
namespace {

TEST(OneHot, HasAChannelPerValueInOrder) {
  const std::vector<std::int16_t> labels{0, 1, 2, -1, 3, 2};
  const std::vector<std::int64_t> values{1, 2};
  std::vector<float> out(12, 9.0F);
  one_hot(labels, values, out);
  EXPECT_EQ(out, (std::vector<float>{0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1}));
}

}  // namespace
}  // namespace nnflow::nnunet
