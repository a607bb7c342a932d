// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/kernels/plane_resampler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace nnflow::postprocess {
namespace {

using imaging::Extent3;

std::vector<float> noise(const Extent3& extent, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(static_cast<std::size_t>(imaging::voxel_count(extent)));
  for (float& value : values) value = normal(random);
  return values;
}

struct Tap {
  std::int64_t index[2];
  double weight[2];
};

Tap tap(std::int64_t in, std::int64_t out, std::int64_t at) {
  const double z = static_cast<double>(in) / static_cast<double>(out);
  const double c = (static_cast<double>(at) + 0.5) * z - 0.5;
  const double f = std::floor(c);
  const double w0 = 1.0 - (c - f);
  const auto i = static_cast<std::int64_t>(f);
  return {{std::clamp<std::int64_t>(i, 0, in - 1), std::clamp<std::int64_t>(i + 1, 0, in - 1)},
          {w0, 1.0 - w0}};
}

/// The formula as written in nnunet-inference 4.2, without the clip.
double direct(const std::vector<float>& values,
              const Extent3& in,
              const Extent3& out,
              const Extent3& at) {
  const Tap t0 = tap(in[0], out[0], at[0]);
  const Tap t1 = tap(in[1], out[1], at[1]);
  const Tap t2 = tap(in[2], out[2], at[2]);
  double sum = 0.0;
  for (const int a : {0, 1}) {
    for (const int b : {0, 1}) {
      for (const int c : {0, 1}) {
        const auto index = imaging::linear_index(in, t0.index[a], t1.index[b], t2.index[c]);
        sum += ((static_cast<double>(values[static_cast<std::size_t>(index)]) * t0.weight[a]) *
                t1.weight[b]) *
               t2.weight[c];
      }
    }
  }
  return sum;
}

TEST(PlaneResampler, MatchesTheFormulaBitForBit) {
  const Extent3 in{5, 7, 6};
  const Extent3 out{8, 5, 11};
  const auto values = noise(in, 1);
  const PlaneResampler resampler(in, out, std::nullopt);
  const auto range = PlaneResampler::range_of(values);
  PlaneResampler::Scratch scratch;
  std::vector<double> plane(55);
  ASSERT_EQ(resampler.planes(), 8);
  for (std::int64_t z = 0; z < 8; ++z) {
    resampler.resample(values, range, z, scratch, plane);
    for (std::int64_t y = 0; y < 5; ++y) {
      for (std::int64_t x = 0; x < 11; ++x) {
        const double expected =
            std::clamp(direct(values, in, out, {z, y, x}), static_cast<double>(range[0]),
                       static_cast<double>(range[1]));
        ASSERT_EQ(plane[static_cast<std::size_t>(y * 11 + x)], expected);
      }
    }
  }
}

TEST(PlaneResampler, TakesTheNearestSliceAlongASeparateAxis) {
  const Extent3 in{4, 3, 5};
  const auto values = noise(in, 2);
  for (const int axis : {0, 1, 2}) {
    Extent3 out{6, 5, 7};
    const PlaneResampler resampler(in, out, axis);
    const auto& axes = resampler.axes();
    PlaneResampler::Scratch scratch;
    std::vector<double> plane(static_cast<std::size_t>(resampler.plane_size()));
    std::int64_t next = 0;
    for (std::int64_t index = 0; index < resampler.planes(); ++index) {
      resampler.resample(values, {}, index, scratch, plane);
      for (const auto position : resampler.positions(index)) {
        ASSERT_EQ(position, next++);
        const double ratio = static_cast<double>(in[axes[0]]) / static_cast<double>(out[axes[0]]);
        const auto slice =
            static_cast<std::int64_t>(std::floor(ratio * (static_cast<double>(position) + 0.5)));
        const Tap t1 = tap(in[axes[1]], out[axes[1]], 1);
        const Tap t2 = tap(in[axes[2]], out[axes[2]], 2);
        double sum = 0.0;
        for (const int b : {0, 1}) {
          for (const int c : {0, 1}) {
            Extent3 at{};
            at[axes[0]] = slice;
            at[axes[1]] = t1.index[b];
            at[axes[2]] = t2.index[c];
            sum += (static_cast<double>(values[static_cast<std::size_t>(
                        imaging::linear_index(in, at[0], at[1], at[2]))]) *
                    t1.weight[b]) *
                   t2.weight[c];
          }
        }
        ASSERT_EQ(plane[static_cast<std::size_t>(out[axes[2]] + 2)], sum) << "axis " << axis;
      }
    }
    ASSERT_EQ(next, out[axes[0]]);
  }
}

TEST(PlaneResampler, TakesThePositionsOfPyTorchOnRequest) {
  // The middle of 49 samples between two has position 0.49999997 in single precision; PyTorch's
  // nearest-exact takes the second one for it.
  const std::vector<float> values{0.0F, 1.0F};
  const auto middle = [&values](LinearPositions positions) {
    const PlaneResampler resampler({1, 1, 2}, {1, 1, 49}, std::nullopt, positions);
    PlaneResampler::Scratch scratch;
    std::vector<double> plane(49);
    resampler.resample(values, {0.0F, 1.0F}, 0, scratch, plane);
    return static_cast<float>(plane[24]);
  };
  EXPECT_EQ(middle(LinearPositions::kDouble), 0.5F);
  EXPECT_EQ(middle(LinearPositions::kTorch), 0.49999997F);
  const auto first_slices = [](LinearPositions positions) {
    const PlaneResampler resampler({1, 2, 1}, {1, 49, 1}, 1, positions);
    return resampler.positions(0).size();
  };
  EXPECT_EQ(first_slices(LinearPositions::kDouble), 25U);
  EXPECT_EQ(first_slices(LinearPositions::kTorch), 24U);
}

TEST(PlaneResampler, ReturnsTheChannelWhenTheExtentsAgree) {
  const Extent3 extent{2, 3, 4};
  const auto values = noise(extent, 3);
  const PlaneResampler resampler(extent, extent, 2);
  PlaneResampler::Scratch scratch;
  std::vector<double> plane(12);
  resampler.resample(values, {}, 1, scratch, plane);
  for (std::size_t i = 0; i < plane.size(); ++i)
    EXPECT_EQ(plane[i], static_cast<double>(values[12 + i]));
}

}  // namespace
}  // namespace nnflow::postprocess
