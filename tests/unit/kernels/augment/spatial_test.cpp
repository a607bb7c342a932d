// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/spatial/spatial.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "augment/kernels/spatial/mirror.hpp"
#include "nnflow/rng.hpp"

namespace nnflow::augment {
namespace {

using imaging::Extent3;
using Labels = std::vector<std::int16_t>;

std::size_t count(const Extent3& extent) {
  return static_cast<std::size_t>(imaging::voxel_count(extent));
}

std::vector<float> wave(const Extent3& extent) {
  std::vector<float> image(count(extent));
  for (std::size_t i = 0; i < image.size(); ++i) {
    image[i] = static_cast<float>(std::sin(0.37 * static_cast<double>(i)));
  }
  return image;
}

Labels steps(const Extent3& extent) {
  Labels seg(count(extent));
  for (std::size_t i = 0; i < seg.size(); ++i) {
    seg[i] = static_cast<std::int16_t>(std::min<std::size_t>(i % 4, 2));
  }
  return seg;
}

std::vector<float> image_of(const SpatialParameters& p, const Extent3& in, const Extent3& out) {
  std::vector<float> result(count(out));
  transform_image(p, wave(in), in, result, out);
  return result;
}

Labels labels_of(const SpatialParameters& p,
                 const Labels& seg,
                 const Extent3& in,
                 const Extent3& out) {
  Labels result(count(out));
  transform_label(p, seg, in, result, out);
  return result;
}

// Vectors of nnunet-training 3.3.
TEST(SpatialTransform, MatchesTheReferenceInThePlane) {
  const SpatialParameters p{true, plane_affine(0.7, 1.3)};
  const Extent3 in{1, 9, 8};
  const Extent3 out{1, 6, 6};
  const std::vector<float> image = image_of(p, in, out);
  const std::vector<float> row{0.0F, 0.290697F, -0.034642F, -0.417492F, 0.448318F, 0.414274F};
  for (std::size_t x = 0; x < row.size(); ++x) EXPECT_NEAR(image[x], row[x], 1e-6F);
  EXPECT_EQ(labels_of(p, steps(in), in, out),
            (Labels{-1, 0, 1, 2, 2, -1, 0, 1, 2, 2, 0, 1, 1,  2, 2, 0, 1, 2,
                    1,  2, 2, 0, 1, 2,  2, 2, 0, 1, 2, 2, -1, 0, 1, 2, 2, -1}));
}

TEST(SpatialTransform, MatchesTheReferenceInTheVolume) {
  const SpatialParameters p{true, volume_affine({0.3, -0.2, 0.5}, 1.2)};
  const Extent3 in{6, 8, 7};
  const Extent3 out{4, 5, 5};
  const std::vector<float> image = image_of(p, in, out);
  const std::vector<float> row{0.134861F, 0.370980F, 0.236391F, -0.319401F, -0.560338F};
  for (std::size_t x = 0; x < row.size(); ++x) EXPECT_NEAR(image[x], row[x], 1e-6F);
  const Labels seg = labels_of(p, steps(in), in, out);
  EXPECT_EQ(std::count(seg.begin(), seg.end(), std::int16_t{0}), 25);
  EXPECT_EQ(std::count(seg.begin(), seg.end(), std::int16_t{1}), 23);
  EXPECT_EQ(std::count(seg.begin(), seg.end(), std::int16_t{2}), 52);
  const Labels first(seg.begin(), seg.begin() + 25);
  EXPECT_EQ(first,
            (Labels{2, 0, 1, 2, 0, 2, 2, 0, 2, 0, 1, 2, 0, 2, 2, 0, 2, 2, 1, 2, 0, 1, 2, 0, 2}));
}

TEST(SpatialTransform, CropsWithoutInterpolationWhenNothingWasDrawn) {
  // 11 -> 8 starts at 1 and 10 -> 9 at 1, half a voxel beside the identity grid.
  const Extent3 in{1, 11, 10};
  const Extent3 out{1, 8, 9};
  const std::vector<float> source = wave(in);
  const std::vector<float> image = image_of({}, in, out);
  EXPECT_EQ(image[0], source[10 + 1]);
  EXPECT_EQ(image.back(), source[8 * 10 + 9]);
}

TEST(SpatialTransform, CropsToTheWholeAndPadsWhenTheLoadIsSmaller) {
  const Extent3 in{2, 3, 4};
  EXPECT_EQ(labels_of({}, steps(in), in, in), steps(in));
  const Labels padded = labels_of({}, Labels(2, 5), {1, 1, 2}, {1, 3, 4});
  EXPECT_EQ(padded, (Labels{-1, -1, -1, -1, -1, 5, 5, -1, -1, -1, -1, -1}));
}

TEST(SpatialTransform, IdentityGridReturnsTheInput) {
  const Extent3 extent{5, 6, 7};
  const SpatialParameters p{true, volume_affine({0, 0, 0}, 1.0)};
  const std::vector<float> image = image_of(p, extent, extent);
  const std::vector<float> source = wave(extent);
  for (std::size_t i = 0; i < image.size(); ++i) EXPECT_NEAR(image[i], source[i], 1e-6F);
  EXPECT_EQ(labels_of(p, steps(extent), extent, extent), steps(extent));
}

TEST(SpatialTransform, PlusThirtyDegreesTurnsTheReferenceWay) {
  // The source offset (-3, 0) appears at the inverse of the affine.
  const Extent3 extent{1, 41, 41};
  Labels seg(count(extent));
  seg[static_cast<std::size_t>((20 - 3) * 41 + 20)] = 1;
  std::vector<float> in(seg.begin(), seg.end());
  std::vector<float> out(in.size());
  transform_image({true, plane_affine(std::numbers::pi / 6, 1.0)}, in, extent, out, extent);
  const auto peak = std::max_element(out.begin(), out.end()) - out.begin();
  EXPECT_EQ(peak / 41,
            20 + static_cast<std::int64_t>(std::nearbyint(-3 * std::cos(std::numbers::pi / 6))));
  EXPECT_EQ(peak % 41,
            20 + static_cast<std::int64_t>(std::nearbyint(3 * std::sin(std::numbers::pi / 6))));
}

TEST(SpatialTransform, SamplesSlicesApartInThePlane) {
  const Extent3 in{3, 9, 8};
  const Extent3 out{3, 6, 6};
  const SpatialParameters p{true, plane_affine(-0.4, 0.9)};
  const std::vector<float> volume = wave(in);
  const Labels seg = steps(in);
  const std::vector<float> image = image_of(p, in, out);
  const Labels label = labels_of(p, seg, in, out);
  for (std::size_t z = 0; z < 3; ++z) {
    std::vector<float> slice(36);
    Labels slice_label(36);
    transform_image(p, std::span(volume).subspan(z * 72, 72), {1, 9, 8}, slice, {1, 6, 6});
    transform_label(p, std::span(seg).subspan(z * 72, 72), {1, 9, 8}, slice_label, {1, 6, 6});
    EXPECT_TRUE(std::equal(slice.begin(), slice.end(),
                           image.begin() + static_cast<std::ptrdiff_t>(z) * 36));
    EXPECT_TRUE(std::equal(slice_label.begin(), slice_label.end(),
                           label.begin() + static_cast<std::ptrdiff_t>(z) * 36));
  }
}

TEST(SpatialTransform, RefusesToTiltASingleSlice) {
  std::vector<float> image(16);
  EXPECT_THROW(
      transform_image({true, volume_affine({0.1, 0.2, 0}, 1)}, image, {1, 4, 4}, image, {1, 4, 4}),
      std::invalid_argument);
}

TEST(SpatialTransform, OnlyMakesLabelsThatWereThereOrPadding) {
  Rng rng(7);
  for (int trial = 0; trial < 30; ++trial) {
    const Extent3 in{1 + static_cast<std::int64_t>(rng.integer(8)),
                     2 + static_cast<std::int64_t>(rng.integer(9)),
                     2 + static_cast<std::int64_t>(rng.integer(9))};
    const bool in_plane = in[0] == 1 || rng.chance(0.5);
    const Extent3 out{in[0], 1 + static_cast<std::int64_t>(rng.integer(12)), 5};
    Labels seg(count(in));
    for (auto& v : seg) v = static_cast<std::int16_t>(3 * rng.integer(4));
    const SpatialParameters p = draw_spatial(rng, {1.0, 1.0, {-1.0, 1.0}, {0.7, 1.4}}, in_plane);
    for (const std::int16_t v : labels_of(p, seg, in, out)) {
      EXPECT_TRUE(v == -1 || std::find(seg.begin(), seg.end(), v) != seg.end()) << v;
    }
  }
}

TEST(SpatialTransform, KeepsAConstantImageInside) {
  const Extent3 in{12, 12, 12};
  const Extent3 out{5, 5, 5};
  const std::vector<float> image(count(in), 2.5F);
  std::vector<float> result(count(out));
  transform_image({true, volume_affine({0.4, 0.1, -0.3}, 1.1)}, image, in, result, out);
  for (const float v : result) EXPECT_NEAR(v, 2.5F, 1e-5F);
}

TEST(SpatialTransform, DrawsAFifthOfRotationsAndOfScalings) {
  Rng rng(3);
  const SpatialSettings settings;
  int idle = 0;
  int scaled_up = 0;
  int scaled = 0;
  constexpr int kDraws = 20000;
  for (int i = 0; i < kDraws; ++i) {
    const SpatialParameters p = draw_spatial(rng, settings, false);
    idle += p.interpolate ? 0 : 1;
    double norm = 0;
    for (std::size_t a = 0; a < 3; ++a) norm += p.affine[a][0] * p.affine[a][0];
    const double factor = std::sqrt(norm);
    EXPECT_GE(factor, 0.7 - 1e-12);
    EXPECT_LE(factor, 1.4 + 1e-12);
    scaled += std::abs(factor - 1.0) > 1e-9 ? 1 : 0;
    scaled_up += factor > 1.0 + 1e-9 ? 1 : 0;
  }
  EXPECT_NEAR(idle / static_cast<double>(kDraws), 0.64, 0.015);
  EXPECT_NEAR(scaled / static_cast<double>(kDraws), 0.2, 0.01);
  EXPECT_NEAR(scaled_up / static_cast<double>(scaled), 4.0 / 7.0, 0.03);
}

TEST(Mirror, TwiceIsTheIdentityAndFlipsTheChosenAxes) {
  const Extent3 extent{2, 3, 4};
  const std::vector<float> image = wave({2 * extent[0], extent[1], extent[2]});
  for (unsigned bits = 0; bits < 8; ++bits) {
    const MirrorParameters flip{(bits & 4U) != 0, (bits & 2U) != 0, (bits & 1U) != 0};
    std::vector<float> mirrored = image;
    apply_mirror(flip, std::span(mirrored), extent);
    const std::int64_t z = flip[0] ? 1 : 0;
    const std::int64_t y = flip[1] ? 2 : 0;
    const std::int64_t x = flip[2] ? 3 : 0;
    for (const std::size_t c : {std::size_t{0}, std::size_t{24}}) {
      EXPECT_EQ(mirrored[c],
                image[c + static_cast<std::size_t>(imaging::linear_index(extent, z, y, x))]);
    }
    apply_mirror(flip, std::span(mirrored), extent);
    EXPECT_EQ(mirrored, image);
  }
}

TEST(Mirror, FlipsEachAllowedAxisHalfOfTheTime) {
  Rng rng(4);
  std::array<int, 3> flips{};
  for (int i = 0; i < 10000; ++i) {
    const MirrorParameters flip = draw_mirror(rng, {true, false, true});
    for (std::size_t a = 0; a < 3; ++a) flips[a] += flip[a] ? 1 : 0;
  }
  EXPECT_NEAR(flips[0] / 1e4, 0.5, 0.02);
  EXPECT_EQ(flips[1], 0);
  EXPECT_NEAR(flips[2] / 1e4, 0.5, 0.02);
}

}  // namespace
}  // namespace nnflow::augment
