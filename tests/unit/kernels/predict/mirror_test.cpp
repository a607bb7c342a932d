// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/kernels/mirror.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace nnflow::predict {
namespace {

constexpr imaging::Extent3 kPatch{2, 3, 4};
constexpr std::int64_t kChannels = 2;

std::vector<float> numbers() {
  std::vector<float> values(static_cast<std::size_t>(kChannels * imaging::voxel_count(kPatch)));
  std::iota(values.begin(), values.end(), 1.0F);
  return values;
}

TEST(Mirrors, GrowAndCountTheAxesOfThePatch) {
  const std::vector<Mirror> all{{false, false, false}, {true, false, false}, {false, true, false},
                                {false, false, true},  {true, true, false},  {true, false, true},
                                {false, true, true},   {true, true, true}};
  EXPECT_EQ(mirrors({0, 1, 2}, false), all);
  EXPECT_EQ(
      mirrors({0, 1}, true),
      (std::vector<Mirror>{
          {false, false, false}, {false, true, false}, {false, false, true}, {false, true, true}}));
  EXPECT_EQ(mirrors({}, false), (std::vector<Mirror>{{false, false, false}}));
}

TEST(MirroredTile, ReversesTheAxesAndPutsChannelsLast) {
  const auto tile = numbers();
  for (const Mirror& mirror : mirrors({0, 1, 2}, false)) {
    std::vector<float> out(tile.size());
    mirrored_tile(tile, kPatch, kChannels, mirror, out);
    for (std::int64_t c = 0; c < kChannels; ++c) {
      for (std::int64_t z = 0; z < kPatch[0]; ++z) {
        for (std::int64_t y = 0; y < kPatch[1]; ++y) {
          for (std::int64_t x = 0; x < kPatch[2]; ++x) {
            const std::int64_t from = imaging::linear_index(
                kPatch, mirror[0] ? kPatch[0] - 1 - z : z, mirror[1] ? kPatch[1] - 1 - y : y,
                mirror[2] ? kPatch[2] - 1 - x : x);
            const std::int64_t to = imaging::linear_index(kPatch, z, y, x) * kChannels + c;
            EXPECT_EQ(out[static_cast<std::size_t>(to)],
                      tile[static_cast<std::size_t>(c * imaging::voxel_count(kPatch) + from)]);
          }
        }
      }
    }
  }
}

TEST(AddMirrored, UndoesMirroredTile) {
  const auto tile = numbers();
  std::vector<float> expected;
  std::vector<float> sum(tile.size(), -1.0F);
  float count = 0.0F;
  for (const Mirror& mirror : mirrors({0, 1, 2}, false)) {
    std::vector<float> turned(tile.size());
    mirrored_tile(tile, kPatch, kChannels, mirror, turned);
    add_mirrored(turned, kPatch, kChannels, mirror, count == 0.0F, sum);
    count += 1.0F;
  }
  for (const float value : tile) expected.push_back(count * value);
  EXPECT_EQ(sum, expected);
}

}  // namespace
}  // namespace nnflow::predict
