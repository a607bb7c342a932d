// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/patch_memory.hpp"

#include <gtest/gtest.h>

#include "nnflow/nnunet/patch.hpp"

namespace nnflow::nnunet {
namespace {

TEST(PatchMemory, GoesRoundByItsSize) {
  std::vector<float> first = take_image_memory(100'000);
  EXPECT_EQ(first.size(), 100'000U);
  const float* const place = first.data();
  give_back_memory(std::move(first));
  EXPECT_NE(take_image_memory(100'001).data(), place);
  const std::vector<float> again = take_image_memory(100'000);
  EXPECT_EQ(again.data(), place);
  EXPECT_NE(take_image_memory(100'000).data(), place);
  EXPECT_EQ(take_seg_memory(7).size(), 7U);
  EXPECT_TRUE(take_image_memory(0).empty());
}

TEST(PatchMemory, KeepsTheNewestWithinItsLimit) {
  constexpr std::size_t kValues = std::size_t{100} << 18U;  // 100 MiB of floats
  std::vector<std::vector<float>> all(6);
  std::vector<const float*> places;
  for (auto& one : all) {
    one.reserve(kValues + places.size());
    one.resize(kValues + places.size());
    places.push_back(one.data());
  }
  for (auto& one : all) give_back_memory(std::move(one));
  for (std::size_t i = 0; i < 6; ++i) all[i] = take_image_memory(kValues + i);
  EXPECT_EQ(all[5].data(), places[5]);
  EXPECT_EQ(all[2].data(), places[2]);
}

TEST(PatchMemory, ReshapedPatchesHaveTheNewSize) {
  Patch patch;
  patch.resize(2, 1, {20, 30, 40});
  patch.reshape(1, 2, {10, 30, 40});
  EXPECT_EQ(patch.extent, (imaging::Extent3{10, 30, 40}));
  EXPECT_EQ(patch.image.size(), 12'000U);
  EXPECT_EQ(patch.seg.size(), 24'000U);
  EXPECT_EQ(patch.seg_channel(1).size(), 12'000U);
}

}  // namespace
}  // namespace nnflow::nnunet
