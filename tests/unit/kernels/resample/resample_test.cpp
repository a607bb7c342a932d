// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "resample/kernels/resample.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>
#include <vector>

#include <nnflow/imaging/separate_axis.hpp>

#include "resample/kernels/axis_map.hpp"

namespace nnflow::resample {
namespace {

std::vector<float> resized(const std::vector<float>& values,
                           const Extent3& from,
                           const Extent3& to,
                           Order order,
                           SeparateZ separate = {},
                           int threads = 1) {
  const auto channels = values.size() / static_cast<std::size_t>(imaging::voxel_count(from));
  std::vector<float> result(channels * static_cast<std::size_t>(imaging::voxel_count(to)));
  resample_channels(values, from, result, to, order, separate, threads);
  return result;
}

std::vector<std::int16_t> resized_labels(const std::vector<std::int16_t>& values,
                                         const Extent3& from,
                                         const Extent3& to,
                                         SeparateZ separate = {},
                                         LabelRule rule = LabelRule::kHighestScore) {
  std::vector<std::int16_t> result(static_cast<std::size_t>(imaging::voxel_count(to)));
  resample_labels(values, from, result, to, Order::kLinear, separate, rule);
  return result;
}

std::vector<float> random_values(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(generator() % 10000U) / 97.0F - 40.0F;
  return values;
}

/// One line through the textbook definition: scipy's prefilter on the padded line, then the taps.
std::vector<double> spline_line(const std::vector<double>& line, std::int64_t out) {
  const double z = std::sqrt(3.0) - 2.0;
  std::vector<double> c(12, line.front());
  c.insert(c.end(), line.begin(), line.end());
  c.insert(c.end(), 12, line.back());
  const std::size_t n = c.size();
  for (double& value : c) value *= (1.0 - z) * (1.0 - 1.0 / z);
  const double zn = std::pow(z, static_cast<double>(n));
  const double first = c[0];
  c[0] += zn * c[n - 1];
  double zi = z;
  for (std::size_t i = 1; i < n; ++i) {
    c[0] += zi * (c[i] + zn * c[n - 1 - i]);
    zi *= z;
  }
  c[0] = c[0] * (z / (1.0 - zn * zn)) + first;
  for (std::size_t i = 1; i < n; ++i) c[i] += z * c[i - 1];
  c[n - 1] *= z / (z - 1.0);
  for (std::size_t i = n - 1; i-- > 0;) c[i] = z * (c[i + 1] - c[i]);
  const AxisMap map = cubic_map(static_cast<std::int64_t>(line.size()), out);
  std::vector<double> result(static_cast<std::size_t>(out));
  for (std::size_t k = 0; k < result.size(); ++k) {
    for (std::size_t t = 0; t < 4; ++t) {
      result[k] += c[static_cast<std::size_t>(map.start[k]) + t] * map.weight[4 * k + t];
    }
  }
  return result;
}

/// Separable cubic resize in plain loops, no skipping, no blocking.
std::vector<float> naive_cubic(const std::vector<float>& values, Extent3 from, const Extent3& to) {
  std::vector<double> data(values.begin(), values.end());
  for (std::size_t axis = 0; axis < 3; ++axis) {
    Extent3 next = from;
    next[axis] = to[axis];
    std::vector<double> result(static_cast<std::size_t>(imaging::voxel_count(next)));
    Extent3 outer = from;
    outer[axis] = 1;
    for (std::int64_t z = 0; z < outer[0]; ++z) {
      for (std::int64_t y = 0; y < outer[1]; ++y) {
        for (std::int64_t x = 0; x < outer[2]; ++x) {
          Extent3 at{z, y, x};
          std::vector<double> line;
          for (at[axis] = 0; at[axis] < from[axis]; ++at[axis]) {
            line.push_back(
                data[static_cast<std::size_t>(imaging::linear_index(from, at[0], at[1], at[2]))]);
          }
          const auto out = spline_line(line, to[axis]);
          for (at[axis] = 0; at[axis] < to[axis]; ++at[axis]) {
            result[static_cast<std::size_t>(imaging::linear_index(next, at[0], at[1], at[2]))] =
                out[static_cast<std::size_t>(at[axis])];
          }
        }
      }
    }
    data = std::move(result);
    from = next;
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  std::vector<float> result;
  for (const double value : data) {
    result.push_back(static_cast<float>(std::clamp<double>(value, *low, *high)));
  }
  return result;
}

/// Label scores by the definition: one full linear resize per label, taps in C order.
std::vector<std::int16_t> naive_labels(const std::vector<std::int16_t>& values,
                                       const Extent3& from,
                                       const Extent3& to,
                                       LabelRule rule) {
  std::vector<std::int16_t> labels(values);
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  std::array<AxisMap, 3> maps;
  std::array<std::vector<std::int64_t>, 3> nearest;
  for (std::size_t i = 0; i < 3; ++i) {
    maps[i] = linear_map(from[i], to[i]);
    nearest[i] = nearest_map(from[i], to[i]);
  }
  const auto at = [&](std::int64_t z, std::int64_t y, std::int64_t x) {
    return values[static_cast<std::size_t>(imaging::linear_index(from, z, y, x))];
  };
  const auto tap = [&](std::size_t axis, std::int64_t k, std::int64_t t) {
    return std::clamp<std::int64_t>(maps[axis].start[static_cast<std::size_t>(k)] - 1 + t, 0,
                                    from[axis] - 1);
  };
  std::vector<std::int16_t> result;
  for (std::int64_t z = 0; z < to[0]; ++z) {
    for (std::int64_t y = 0; y < to[1]; ++y) {
      for (std::int64_t x = 0; x < to[2]; ++x) {
        std::vector<double> score;
        for (const std::int16_t label : labels) {
          double sum = 0.0;
          for (std::int64_t t = 0; t < 8; ++t) {
            double v =
                at(tap(0, z, t / 4), tap(1, y, t / 2 % 2), tap(2, x, t % 2)) == label ? 1.0 : 0.0;
            v *= maps[0].weight[static_cast<std::size_t>(2 * z + t / 4)];
            v *= maps[1].weight[static_cast<std::size_t>(2 * y + t / 2 % 2)];
            v *= maps[2].weight[static_cast<std::size_t>(2 * x + t % 2)];
            sum += v;
          }
          score.push_back(std::clamp(sum, 0.0, 1.0));
        }
        const double best = *std::max_element(score.begin(), score.end());
        std::int16_t winner = 0;
        const std::int16_t near =
            at(nearest[0][static_cast<std::size_t>(z)], nearest[1][static_cast<std::size_t>(y)],
               nearest[2][static_cast<std::size_t>(x)]);
        if (rule == LabelRule::kHalfScore) {
          for (std::size_t i = 0; i < labels.size(); ++i) {
            if (score[i] >= 0.5) winner = labels[i];
          }
        } else {
          for (std::size_t i = labels.size(); i-- > 0;) {
            if (score[i] == best) winner = labels[i];
          }
          for (std::size_t i = 0; i < labels.size(); ++i) {
            if (labels[i] == near && score[i] == best) winner = near;
          }
        }
        result.push_back(winner);
      }
    }
  }
  return result;
}

TEST(ResampleChannels, CubicGivesTheReferenceVector) {
  const std::vector<float> input{0, 1, 2, 3, 5, 8, 13, 21, 34};
  const std::vector<double> expected{0.,
                                     0.2879048763068217,
                                     1.0180915890298567,
                                     1.7506855954953304,
                                     2.127099247263815,
                                     0.8029953567820357,
                                     1.1400047019791375,
                                     1.861025364491092,
                                     2.696615342534168,
                                     3.1579436263821306,
                                     6.649376243959663,
                                     7.90024102340931,
                                     11.08804164383231,
                                     15.618172088495093,
                                     18.32559631665293,
                                     13.170812323203899,
                                     15.616787319800148,
                                     21.940414585616782,
                                     31.05040455914533,
                                     34.};
  const auto result = resized(input, {1, 3, 3}, {1, 4, 5}, Order::kCubic);
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_FLOAT_EQ(result[i], static_cast<float>(expected[i]));
  const auto small = resized(input, {1, 3, 3}, {1, 2, 2}, Order::kCubic);
  EXPECT_FLOAT_EQ(small[0], 0.25583506032859143F);
  EXPECT_FLOAT_EQ(small[1], 1.755177242576137F);
  EXPECT_FLOAT_EQ(small[2], 11.874884730330518F);
  EXPECT_FLOAT_EQ(small[3], 26.714341902910878F);
}

TEST(ResampleChannels, CubicEqualsTheDefinitionForAnyMixOfAxes) {
  const Extent3 from{7, 19, 37};
  const auto values = random_values(7 * 19 * 37, 3);
  for (const Extent3& to :
       {Extent3{7, 25, 21}, Extent3{11, 19, 37}, Extent3{5, 31, 40}, Extent3{12, 9, 18},
        Extent3{7, 19, 50}, Extent3{7, 8, 37}, Extent3{1, 1, 1}}) {
    const auto result = resized(values, from, to, Order::kCubic);
    const auto expected = naive_cubic(values, from, to);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(result[i], expected[i], 1e-5)
          << to[0] << ' ' << to[1] << ' ' << to[2] << " at " << i;
    }
  }
}

TEST(ResampleChannels, SeparateAxisEqualsSlicewiseResizeAndClipsPerSlice) {
  const Extent3 from{5, 9, 11};
  const auto values = random_values(5 * 9 * 11, 4);
  const auto result = resized(values, from, {8, 14, 7}, Order::kCubic, 0);
  const std::vector<std::int64_t> nearest{0, 0, 1, 2, 2, 3, 4, 4};
  for (std::size_t k = 0; k < nearest.size(); ++k) {
    const auto begin = values.begin() + nearest[k] * 99;
    const auto expected = naive_cubic({begin, begin + 99}, {1, 9, 11}, {1, 14, 7});
    for (std::size_t i = 0; i < expected.size(); ++i)
      ASSERT_NEAR(result[k * 98 + i], expected[i], 1e-5);
  }
}

TEST(ResampleChannels, SeparateAxisMayBeAnyAxis) {
  const auto values = random_values(6 * 7 * 8, 5);
  for (const auto order : {Order::kLinear, Order::kCubic}) {
    const auto reference = resized(values, {6, 7, 8}, {9, 5, 11}, order, 0);
    std::vector<float> second(
        values.size());  // the same slices stacked along axis 1, then along axis 2
    std::vector<float> third(values.size());
    for (std::size_t z = 0; z < 6; ++z) {
      for (std::size_t i = 0; i < 56; ++i) {
        second[(i / 8 * 6 + z) * 8 + i % 8] = values[z * 56 + i];
        third[i * 6 + z] = values[z * 56 + i];
      }
    }
    const auto along_1 = resized(second, {7, 6, 8}, {5, 9, 11}, order, 1);
    const auto along_2 = resized(third, {7, 8, 6}, {5, 11, 9}, order, 2);
    for (std::size_t z = 0; z < 9; ++z) {
      for (std::size_t i = 0; i < 55; ++i) {
        ASSERT_EQ(along_1[(i / 11 * 9 + z) * 11 + i % 11], reference[z * 55 + i]);
        ASSERT_EQ(along_2[i * 9 + z], reference[z * 55 + i]);
      }
    }
  }
}

TEST(ResampleChannels, LinearGivesTheReferenceVector) {
  const auto result = resized({0, 1, 2, 3, 5, 8, 13, 21, 34}, {1, 3, 3}, {1, 4, 5}, Order::kLinear);
  const std::vector<float> expected{0.F, 0.4F, 1.F, 1.6F, 2.F, 1.875F, 2.525F, 3.5F, 4.85F, 5.75F};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_FLOAT_EQ(result[i], expected[i]);
}

TEST(ResampleChannels, EqualExtentsCopyAndConstantsStay) {
  const auto values = random_values(2 * 60, 6);
  EXPECT_EQ(resized(values, {3, 4, 5}, {3, 4, 5}, Order::kCubic), values);
  const auto constant = resized(std::vector<float>(60, 7.25F), {3, 4, 5}, {6, 3, 9}, Order::kCubic);
  for (const float value : constant) EXPECT_EQ(value, 7.25F);
}

TEST(ResampleChannels, ChannelsAreIndependentAndThreadsDoNotMatter) {
  const auto values = random_values(3 * 7 * 8 * 9, 7);
  for (const auto order : {Order::kNearest, Order::kLinear, Order::kCubic}) {
    for (const SeparateZ axis : {SeparateZ{}, SeparateZ{0}, SeparateZ{2}}) {
      const auto all = resized(values, {7, 8, 9}, {10, 5, 13}, order, axis);
      EXPECT_EQ(resized(values, {7, 8, 9}, {10, 5, 13}, order, axis, 3), all);
      const std::vector<float> second(values.begin() + 504, values.begin() + 1008);
      const auto alone = resized(second, {7, 8, 9}, {10, 5, 13}, order, axis);
      EXPECT_TRUE(std::equal(alone.begin(), alone.end(), all.begin() + 650));
    }
  }
}

TEST(ResampleChannels, RejectsSpansThatDoNotFit) {
  std::vector<float> values(12);
  EXPECT_THROW(resample_channels(values, {1, 3, 4}, values, {1, 3, 5}, Order::kLinear, {}),
               std::invalid_argument);
  EXPECT_THROW(resample_channels(values, {1, 3, 0}, values, {1, 3, 4}, Order::kLinear, {}),
               std::invalid_argument);
}

TEST(TorchResampling, TakesPositionsInSinglePrecision) {
  const std::vector<float> values{0.0F, 1.0F};
  std::vector<float> linear(49);
  torch_resample_channels(values, {1, 1, 2}, linear, {1, 1, 49}, {});
  EXPECT_EQ(linear[0], 0.0F);
  EXPECT_EQ(linear[12], 0.0102040712F);
  EXPECT_EQ(linear[24], 0.49999997F);
  EXPECT_EQ(linear[48], 1.0F);
  std::vector<float> nearest(49);
  torch_resample_channels(values, {1, 1, 2}, nearest, {1, 1, 49}, SeparateZ{2});
  EXPECT_EQ(nearest[23], 0.0F);
  EXPECT_EQ(nearest[24], 1.0F);
}

TEST(TorchResampling, RejectsSeveralChannelsOfLabels) {
  std::vector<std::int16_t> labels(8);
  EXPECT_THROW(torch_resample_labels(labels, {1, 2, 2}, labels, {1, 2, 2}, {}),
               std::invalid_argument);
}

TEST(ResampleLabels, GivesTheReferenceVectors) {
  const std::vector<std::int16_t> input{0, 0, 1, 2, 2, 1, 2, 3, 3};
  const std::vector<std::int16_t> doubled{0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 1, 1,
                                          2, 2, 2, 2, 1, 1, 2, 2, 3, 3, 3, 3, 2, 2, 3, 3, 3, 3};
  EXPECT_EQ(resized_labels(input, {1, 3, 3}, {1, 6, 6}), doubled);
  EXPECT_EQ(resized_labels(input, {1, 3, 3}, {1, 2, 4}),
            (std::vector<std::int16_t>{0, 0, 0, 1, 2, 2, 3, 3}));
}

TEST(ResampleLabels, EqualsTheDefinitionIncludingTies) {
  std::mt19937 generator(11);
  for (const Extent3& from : {Extent3{3, 4, 5}, Extent3{1, 6, 6}, Extent3{4, 4, 4}}) {
    for (const Extent3& to :
         {Extent3{6, 8, 10}, Extent3{1, 3, 4}, Extent3{2, 2, 2}, Extent3{5, 7, 3}}) {
      for (const auto rule : {LabelRule::kHighestScore, LabelRule::kHalfScore}) {
        std::vector<std::int16_t> values(static_cast<std::size_t>(imaging::voxel_count(from)));
        for (auto& value : values)
          value = static_cast<std::int16_t>(static_cast<int>(generator() % 4U) - 1);
        ASSERT_EQ(resized_labels(values, from, to, {}, rule), naive_labels(values, from, to, rule));
      }
    }
  }
}

TEST(ResampleLabels, NearestTakesTheNearestVoxel) {
  const std::vector<std::int16_t> values{4, 7, -1};
  std::vector<std::int16_t> result(6);
  resample_labels(values, {1, 1, 3}, result, {1, 1, 6}, Order::kNearest, {});
  EXPECT_EQ(result, (std::vector<std::int16_t>{4, 4, 7, 7, -1, -1}));
  EXPECT_THROW(resample_labels(values, {1, 1, 3}, result, {1, 1, 6}, Order::kCubic, {}),
               std::invalid_argument);
}

TEST(SeparateAxis, NeedsARatioStrictlyAboveThreeAndOneCoarsestAxis) {
  EXPECT_EQ(imaging::separate_axis({3, 1, 1}, {1, 1, 1}), std::nullopt);
  EXPECT_EQ(imaging::separate_axis({1, 3.001, 1}, {1, 1, 1}), 1);
  EXPECT_EQ(imaging::separate_axis({1, 1, 1}, {1, 1, 4}), 2);
  EXPECT_EQ(imaging::separate_axis({5, 5, 0.5}, {1, 1, 1}), std::nullopt);
  EXPECT_EQ(imaging::separate_axis({5.0001, 5, 0.5}, {1, 1, 1}), 0);
  EXPECT_EQ(imaging::separate_axis({2.0999999046, 0.6999999881, 0.6999999881}, {1, 1, 1}),
            std::nullopt);
  EXPECT_EQ(imaging::separate_axis({2, 1, 1}, {9, 1, 1}, true), 0);
  EXPECT_EQ(imaging::separate_axis({9, 1, 1}, {9, 1, 1}, false), std::nullopt);
}

TEST(ResampledExtent, RoundsHalfToEven) {
  EXPECT_EQ(resampled_extent({5, 7, 3}, {1, 1, 1}, {2, 2, 1}), (Extent3{2, 4, 3}));
}

}  // namespace
}  // namespace nnflow::resample
