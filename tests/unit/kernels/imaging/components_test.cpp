// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/imaging/components.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace nnflow::imaging {
namespace {

using Labels = std::vector<std::int16_t>;

std::vector<std::uint8_t> members(std::initializer_list<int> labels) {
  std::vector<std::uint8_t> member(65536, 0);
  for (const int label : labels) member[static_cast<std::size_t>(label + 32768)] = 1;
  return member;
}

/// Component number of every voxel by flood fill, numbered by first voxel; -1 outside.
std::vector<std::int32_t> flood_fill(const Labels& labels, const Extent3& extent) {
  std::vector<std::int32_t> found(labels.size(), -1);
  std::int32_t next = 0;
  for (std::int64_t seed = 0; seed < static_cast<std::int64_t>(labels.size()); ++seed) {
    if (labels[static_cast<std::size_t>(seed)] == 0 || found[static_cast<std::size_t>(seed)] >= 0)
      continue;
    std::vector<std::int64_t> open{seed};
    found[static_cast<std::size_t>(seed)] = next;
    while (!open.empty()) {
      const std::int64_t at = open.back();
      open.pop_back();
      const Extent3 p{at / (extent[1] * extent[2]), at / extent[2] % extent[1], at % extent[2]};
      for (std::int64_t n = 0; n < 27; ++n) {
        const Extent3 q{p[0] + n / 9 - 1, p[1] + n / 3 % 3 - 1, p[2] + n % 3 - 1};
        if (q[0] < 0 || q[1] < 0 || q[2] < 0 || q[0] >= extent[0] || q[1] >= extent[1] ||
            q[2] >= extent[2])
          continue;
        const auto index =
            static_cast<std::size_t>(imaging::linear_index(extent, q[0], q[1], q[2]));
        if (labels[index] == 0 || found[index] >= 0) continue;
        found[index] = next;
        open.push_back(static_cast<std::int64_t>(index));
      }
    }
    ++next;
  }
  return found;
}

TEST(LabelComponents, AgreesWithAFloodFill) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    const auto side = [&] { return 1 + static_cast<std::int64_t>(random() % 9); };
    const Extent3 extent{side(), side(), side()};
    const unsigned threshold = 3 + static_cast<unsigned>(random() % 40);
    Labels labels(static_cast<std::size_t>(imaging::voxel_count(extent)));
    for (auto& label : labels) label = random() % 100 < threshold ? 1 : 0;
    const auto expected = flood_fill(labels, extent);
    const auto components = label_components(labels, extent, members({1}));
    std::vector<std::int32_t> actual(labels.size(), -1);
    std::vector<std::int64_t> sizes(components.sizes.size(), 0);
    for (const MaskRun& run : components.runs) {
      std::fill(actual.begin() + run.begin, actual.begin() + run.end, run.component);
      sizes[static_cast<std::size_t>(run.component)] += run.end - run.begin;
    }
    ASSERT_EQ(actual, expected) << "round " << round;
    ASSERT_EQ(sizes, components.sizes);
  }
}

TEST(LabelComponents, JoinsBranchesThatMeetLater) {
  const Labels labels{1, 0, 1,  //
                      1, 0, 1,  //
                      0, 1, 0};
  EXPECT_EQ(label_components(labels, {1, 3, 3}, members({1})).sizes,
            (std::vector<std::int64_t>{5}));
}

TEST(LabelComponents, SeesSeveralLabelsAsOneMask) {
  const Labels labels{1, 2, 0, 3};
  EXPECT_EQ(label_components(labels, {1, 1, 4}, members({1, 2})).sizes,
            (std::vector<std::int64_t>{2}));
  EXPECT_TRUE(label_components(labels, {1, 1, 4}, members({7})).sizes.empty());
}

TEST(LabelComponents, RefusesSizesThatDoNotFit) {
  EXPECT_THROW((void)label_components(Labels{1}, {1, 1, 2}, members({1})), std::invalid_argument);
}

}  // namespace
}  // namespace nnflow::imaging
