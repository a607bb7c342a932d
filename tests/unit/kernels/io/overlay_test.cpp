// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/kernels/overlay.hpp"

#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace {
using namespace nnflow::io;

// The expected numbers of the first two tests come from nnunetv2.utilities.overlay_plots (2.8.1).
TEST(Overlay, ChoosesTheSliceOfTheReference) {
  const std::vector<std::int16_t> labels{3, 2, 3, 1, 2, 2, 0, 0, 0, 0, 0, 0,
                                         3, 0, 2, 0, 3, 0, 3, 1, 1, 3, 0, 3};
  EXPECT_EQ(overlay_slice(labels, {4, 2, 3}), 0);
}

TEST(Overlay, DrawsThePictureOfTheReference) {
  const std::vector<float> image{5, 15, 25, 35, 45, 55};
  const std::vector<std::int16_t> labels{3, 2, 3, 1, 2, 2};
  const std::vector<std::uint8_t> expected{97,  51,  19,  60,  73,  119, 165, 119, 87,
                                           101, 101, 101, 161, 174, 221, 195, 208, 255};
  EXPECT_EQ(overlay_picture(image, labels, 0.6), expected);
}

TEST(Overlay, WithoutLabelsTheFirstSliceIsShown) {
  EXPECT_EQ(overlay_slice(std::vector<std::int16_t>(12, 0), {3, 2, 2}), 0);
  EXPECT_EQ(overlay_slice(std::vector<std::int16_t>(12, -1), {3, 2, 2}), 0);
}

TEST(Overlay, ASmallLabelCountsAsMuchAsALargeOne) {
  // Label 1: two voxels in each slice. Label 2: one voxel, in slice 1.
  const std::vector<std::int16_t> labels{1, 1, 0, 0, 1, 1, 2, 0};
  EXPECT_EQ(overlay_slice(labels, {2, 2, 2}), 1);
}

TEST(Overlay, AConstantImageIsBlackUnderItsLabels) {
  const std::vector<float> image(4, 7.0F);
  const std::vector<std::uint8_t> black(12, 0);
  EXPECT_EQ(overlay_picture(image, std::vector<std::int16_t>(4, 0), 0.6), black);
  const auto picture = overlay_picture(image, std::vector<std::int16_t>{0, 0, 1, 1}, 0.6);
  EXPECT_EQ(picture[8], 255);  // blue is the largest part of the first colour
  EXPECT_EQ(picture[0], 0);
}

TEST(Overlay, NegativeLabelsCountAsBackground) {
  const std::vector<float> image{0, 1, 2, 3};
  EXPECT_EQ(overlay_picture(image, std::vector<std::int16_t>{-1, 0, 1, 1}, 0.6),
            overlay_picture(image, std::vector<std::int16_t>{0, 0, 1, 1}, 0.6));
}

TEST(Overlay, MoreThanFifteenValuesAreRefused) {
  std::vector<std::int16_t> labels;
  for (std::int16_t i = 0; i < 16; ++i) labels.push_back(i);
  EXPECT_THROW((void)overlay_picture(std::vector<float>(16, 1.0F), labels, 0.6),
               std::invalid_argument);
  labels.back() = 0;
  EXPECT_EQ(overlay_picture(std::vector<float>(16, 1.0F), labels, 0.6).size(), 48U);
}

}  // namespace
