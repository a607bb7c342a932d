// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>

#include "crop/kernels/nonzero_box.hpp"
#include "crop/kernels/transpose.hpp"

namespace nnflow::crop {
namespace {

using imaging::Box3;
using imaging::Extent3;

/// Flood fill voxel by voxel from the padded outside.
std::vector<std::uint8_t> naive_fill(const std::vector<std::uint8_t>& mask, const Extent3& e) {
  const Extent3 p{e[0] + 2, e[1] + 2, e[2] + 2};
  std::vector<std::uint8_t> reached(static_cast<std::size_t>(imaging::voxel_count(p)));
  std::vector<Extent3> stack{{0, 0, 0}};
  reached[0] = 1;
  const auto solid = [&](const Extent3& v) {
    for (std::size_t i = 0; i < 3; ++i) {
      if (v[i] == 0 || v[i] == p[i] - 1) return false;
    }
    return mask[static_cast<std::size_t>(imaging::linear_index(e, v[0] - 1, v[1] - 1, v[2] - 1))] !=
           0;
  };
  while (!stack.empty()) {
    const Extent3 v = stack.back();
    stack.pop_back();
    for (std::size_t i = 0; i < 3; ++i) {
      for (const std::int64_t d : {-1, 1}) {
        Extent3 w = v;
        w[i] += d;
        if (w[i] < 0 || w[i] >= p[i] || solid(w)) continue;
        auto& seen = reached[static_cast<std::size_t>(imaging::linear_index(p, w[0], w[1], w[2]))];
        if (seen != 0) continue;
        seen = 1;
        stack.push_back(w);
      }
    }
  }
  std::vector<std::uint8_t> filled;
  for (std::int64_t z = 1; z <= e[0]; ++z) {
    for (std::int64_t y = 1; y <= e[1]; ++y) {
      for (std::int64_t x = 1; x <= e[2]; ++x) {
        filled.push_back(
            reached[static_cast<std::size_t>(imaging::linear_index(p, z, y, x))] == 0 ? 1 : 0);
      }
    }
  }
  return filled;
}

TEST(NonzeroMask, IsTheUnionOverChannels) {
  const std::vector<float> voxels{0, 1, 0, -2, 0, 0, 0, 3};
  EXPECT_EQ(nonzero_mask(voxels, {1, 2, 2}), (std::vector<std::uint8_t>{0, 1, 0, 1}));
}

TEST(FillHoles, EqualsAFloodFromTheOutside) {
  std::mt19937 generator(5);
  for (const Extent3& extent : {Extent3{5, 6, 7}, Extent3{9, 9, 9}, Extent3{3, 20, 4},
                                Extent3{2, 9, 9}, Extent3{1, 9, 9}}) {
    for (const unsigned zeros : {20U, 40U, 60U, 75U}) {
      std::vector<std::uint8_t> mask(static_cast<std::size_t>(imaging::voxel_count(extent)));
      for (auto& value : mask) value = generator() % 100U >= zeros ? 1 : 0;
      auto filled = mask;
      fill_holes(filled, extent);
      ASSERT_EQ(filled, naive_fill(mask, extent));
    }
  }
}

TEST(FillHoles, LeavesSingleSlicesAlone) {
  std::vector<std::uint8_t> ring{1, 1, 1, 1, 0, 1, 1, 1, 1};
  const auto before = ring;
  fill_holes(ring, {1, 3, 3});
  EXPECT_EQ(ring, before);
}

TEST(BoundingBox, IsTightAndWholeForAnEmptyMask) {
  std::vector<std::uint8_t> mask(4 * 5 * 6);
  EXPECT_EQ(bounding_box(mask, {4, 5, 6}), (Box3{{0, 0, 0}, {4, 5, 6}}));
  mask[static_cast<std::size_t>(imaging::linear_index({4, 5, 6}, 1, 3, 2))] = 1;
  mask[static_cast<std::size_t>(imaging::linear_index({4, 5, 6}, 2, 2, 5))] = 1;
  EXPECT_EQ(bounding_box(mask, {4, 5, 6}), (Box3{{1, 2, 2}, {3, 4, 6}}));
}

TEST(CropLabels, MarksBackgroundOutsideTheMaskOnly) {
  const std::vector<std::uint8_t> mask{0, 1, 0, 0, 0, 1, 1, 0};
  const std::vector<std::int16_t> labels{0, 0, 3, 0, 0, 2, 0, 0};
  std::vector<std::int16_t> cropped(6);
  crop_labels(labels, mask, {1, 2, 4}, {{0, 0, 0}, {1, 2, 3}}, cropped);
  EXPECT_EQ(cropped, (std::vector<std::int16_t>{-1, 0, 3, -1, 2, 0}));
  crop_labels({}, mask, {1, 2, 4}, {{0, 0, 0}, {1, 2, 3}}, cropped);
  EXPECT_EQ(cropped, (std::vector<std::int16_t>{-1, 0, -1, -1, 0, 0}));
}

TEST(CropChannels, CopiesTheBoxOfEveryChannel) {
  std::vector<float> voxels(2 * 24);
  std::iota(voxels.begin(), voxels.end(), 0.0F);
  std::vector<float> cropped(2 * 4);
  crop_channels(voxels, {2, 3, 4}, {{1, 1, 2}, {2, 3, 4}}, cropped);
  EXPECT_EQ(cropped, (std::vector<float>{18, 19, 22, 23, 42, 43, 46, 47}));
}

TEST(Transpose, PutsEveryVoxelInItsPlaceForEveryOrder) {
  for (const Extent3& extent : {Extent3{3, 4, 5}, Extent3{40, 1, 37}, Extent3{1, 1, 1}}) {
    std::vector<float> voxels(2 * static_cast<std::size_t>(imaging::voxel_count(extent)));
    std::iota(voxels.begin(), voxels.end(), 0.0F);
    std::array<int, 3> order{0, 1, 2};
    do {
      std::vector<float> result(voxels.size());
      transpose<float>(voxels, extent, order, result);
      const Extent3 out = reordered(extent, order);
      for (std::int64_t i = 0; i < imaging::voxel_count(extent); ++i) {
        const Extent3 at{i / (extent[1] * extent[2]), i / extent[2] % extent[1], i % extent[2]};
        const Extent3 to = reordered(at, order);
        const auto j = static_cast<std::size_t>(imaging::linear_index(out, to[0], to[1], to[2]));
        ASSERT_EQ(result[j], voxels[static_cast<std::size_t>(i)]);
        ASSERT_EQ(result[voxels.size() / 2 + j],
                  voxels[voxels.size() / 2 + static_cast<std::size_t>(i)]);
      }
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST(Transpose, RejectsWhatIsNoPermutation) {
  std::vector<std::int16_t> voxels(1);
  EXPECT_THROW(transpose<std::int16_t>(voxels, {1, 1, 1}, {0, 1, 1}, voxels),
               std::invalid_argument);
}

}  // namespace
}  // namespace nnflow::crop
