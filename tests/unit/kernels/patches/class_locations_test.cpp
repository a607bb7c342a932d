// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "patches/kernels/class_locations.hpp"

#include <gtest/gtest.h>

#include <set>

namespace nnflow::patches {
namespace {

using Voxels = std::vector<std::array<std::int32_t, 3>>;

// The volume of nnunet-data 13.5.
std::vector<std::int16_t> small_label() {
  std::vector<std::int16_t> label(24, 0);
  for (std::size_t x = 0; x < 4; ++x) label[x] = 1;
  label[12 + 4 + 1] = label[12 + 4 + 2] = 2;
  label[12 + 8 + 3] = 1;
  return label;
}

std::vector<Voxels> locations(const std::vector<std::int16_t>& label,
                              const imaging::Extent3& extent,
                              const std::vector<std::vector<std::int64_t>>& classes) {
  nnunet::RandomState random(1234);
  return class_locations(label, extent, classes, random);
}

TEST(ClassLocations, MatchTheReferenceForLabels) {
  const auto found = locations(small_label(), {2, 3, 4}, {{1}, {2}, {3}});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0], (Voxels{{1, 2, 3}, {0, 0, 0}, {0, 0, 1}, {0, 0, 2}, {0, 0, 3}}));
  EXPECT_EQ(found[1], (Voxels{{1, 1, 2}, {1, 1, 1}}));
  EXPECT_TRUE(found[2].empty());
}

TEST(ClassLocations, MatchTheReferenceForRegions) {
  const auto found = locations(small_label(), {2, 3, 4}, {{1, 2}, {2}});
  EXPECT_EQ(found[0],
            (Voxels{{0, 0, 2}, {0, 0, 1}, {1, 1, 2}, {0, 0, 0}, {1, 2, 3}, {1, 1, 1}, {0, 0, 3}}));
  EXPECT_EQ(found[1], (Voxels{{1, 1, 1}, {1, 1, 2}}));
}

TEST(ClassLocations, KeepTenThousandOrOnePercent) {
  const auto size_for = [](std::int64_t voxels) {
    const std::vector<std::int16_t> label(static_cast<std::size_t>(voxels), -1);
    const auto found = locations(label, {1, 1, voxels}, {{-1, 0}});
    return std::set(found[0].begin(), found[0].end()).size();
  };
  EXPECT_EQ(size_for(9999), 9999U);
  EXPECT_EQ(size_for(20000), 10000U);
  EXPECT_EQ(size_for(1200050), 12001U);
}

TEST(ClassLocations, AreEmptyForAnEmptyMap) {
  const auto found = locations({}, {0, 0, 0}, {{1}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].empty());
}

}  // namespace
}  // namespace nnflow::patches
