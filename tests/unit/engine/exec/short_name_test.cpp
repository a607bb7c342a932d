// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "exec/short_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nnflow::runtime {
namespace {

TEST(ShortName, EveryCharacterCounts) {
  for (std::size_t size = 0; size <= 40; ++size) {
    const std::string name(size, 'a');
    EXPECT_TRUE(same_name(name, std::string(size, 'a'))) << size;
    EXPECT_FALSE(same_name(name, std::string(size + 1, 'a'))) << size;
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = name;
      other[at] = 'b';
      EXPECT_FALSE(same_name(name, other)) << size << " " << at;
    }
  }
}

}  // namespace
}  // namespace nnflow::runtime
