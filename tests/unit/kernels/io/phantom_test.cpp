// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/kernels/phantom.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace {
using namespace nnflow::io;
using nnflow::Rng;

std::vector<std::int64_t> label_counts(const Phantom& phantom) {
  std::vector<std::int64_t> counts(4, 0);
  for (const std::int16_t v : phantom.labels) ++counts[static_cast<std::size_t>(v)];
  return counts;
}

TEST(Phantom, IsAFunctionOfItsGenerator) {
  const Phantom a = make_phantom({}, Rng(1, "stage", "phantom_000"));
  const Phantom b = make_phantom({}, Rng(1, "stage", "phantom_000"));
  const Phantom c = make_phantom({}, Rng(1, "stage", "phantom_001"));
  const Phantom d = make_phantom({}, Rng(2, "stage", "phantom_000"));
  EXPECT_EQ(a.voxels, b.voxels);
  EXPECT_EQ(a.labels, b.labels);
  EXPECT_NE(a.voxels, c.voxels);
  EXPECT_NE(a.voxels, d.voxels);
}

TEST(Phantom, HasEveryLabelInAUsableSize) {
  for (std::int64_t classes = 1; classes <= 3; ++classes) {
    PhantomShape shape;
    shape.classes = classes;
    for (int i = 0; i < 20; ++i) {
      const Phantom phantom = make_phantom(shape, Rng(7, "stage", "case_" + std::to_string(i)));
      const auto counts = label_counts(phantom);
      for (std::size_t label = 0; label < counts.size(); ++label) {
        if (label <= static_cast<std::size_t>(classes)) {
          EXPECT_GE(counts[label], 100) << i << " label " << label;
        } else {
          EXPECT_EQ(counts[label], 0);
        }
      }
    }
  }
}

TEST(Phantom, IsZeroOutsideTheBodyAndPositiveInside) {
  const Phantom phantom = make_phantom({}, Rng(3));
  const auto zeros = std::count(phantom.voxels.begin(), phantom.voxels.end(), 0.0F);
  const auto total = static_cast<std::ptrdiff_t>(phantom.voxels.size());
  EXPECT_GT(zeros, total / 10);
  EXPECT_LT(zeros, total * 2 / 3);
  EXPECT_EQ(phantom.voxels.front(), 0.0F);
  for (std::size_t i = 0; i < phantom.voxels.size(); ++i) {
    EXPECT_TRUE(std::isfinite(phantom.voxels[i]));
    if (phantom.labels[i] != 0) {
      ASSERT_GT(phantom.voxels[i], 0.0F);
    }
  }
}

TEST(Phantom, TissuesDifferInBrightness) {
  PhantomShape shape;
  shape.classes = 3;
  const Phantom phantom = make_phantom(shape, Rng(11));
  std::vector<double> sums(4, 0.0);
  for (std::size_t i = 0; i < phantom.voxels.size(); ++i) {
    sums[static_cast<std::size_t>(phantom.labels[i])] += static_cast<double>(phantom.voxels[i]);
  }
  const auto counts = label_counts(phantom);
  EXPECT_GT(sums[1] / static_cast<double>(counts[1]), 400.0);
  EXPECT_GT(sums[2] / static_cast<double>(counts[2]), sums[1] / static_cast<double>(counts[1]));
}

TEST(Phantom, ExtentAndSpacingVaryAroundTheTypicalOnes) {
  PhantomShape shape;
  shape.variation = 0.25;
  bool differs = false;
  for (int i = 0; i < 30; ++i) {
    const Phantom phantom = make_phantom(shape, Rng(5, "stage", std::to_string(i)));
    EXPECT_EQ(static_cast<std::int64_t>(phantom.voxels.size()),
              nnflow::imaging::voxel_count(phantom.extent));
    EXPECT_EQ(phantom.voxels.size(), phantom.labels.size());
    for (std::size_t axis = 0; axis < 3; ++axis) {
      EXPECT_LE(std::abs(phantom.spacing_mm[axis] / shape.spacing_mm[axis] - 1.0), 0.2505);
      EXPECT_LE(std::abs(phantom.extent[axis] - shape.extent[axis]), shape.extent[axis] / 4 + 1);
      differs = differs || phantom.extent[axis] != shape.extent[axis];
    }
  }
  EXPECT_TRUE(differs);
  shape.variation = 0.0;
  EXPECT_EQ(make_phantom(shape, Rng(5)).extent, shape.extent);
  EXPECT_EQ(make_phantom(shape, Rng(5)).spacing_mm, shape.spacing_mm);
}

TEST(Phantom, OneSliceMakesATwoDimensionalPhantom) {
  PhantomShape shape;
  shape.extent = {1, 96, 96};
  shape.classes = 3;
  const Phantom phantom = make_phantom(shape, Rng(9));
  EXPECT_EQ(phantom.extent[0], 1);
  const auto counts = label_counts(phantom);
  EXPECT_GT(counts[1] + counts[2], 100);
}

}  // namespace
