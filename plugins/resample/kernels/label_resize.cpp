// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "resample/kernels/axis_map.hpp"
#include "resample/kernels/resample.hpp"
#include "resample/kernels/slices.hpp"

namespace nnflow::resample {
namespace {

constexpr std::int32_t kMixed = std::numeric_limits<std::int32_t>::min();

/// Taps, weights and nearest sample of every output along one axis.
struct LabelAxis {
  LabelAxis(std::int64_t in, std::int64_t out)
      : map(linear_map(in, out)), nearest(nearest_map(in, out)) {}
  [[nodiscard]] std::int64_t tap(std::int64_t k, std::int64_t which) const {
    return std::clamp<std::int64_t>(map.start[static_cast<std::size_t>(k)] - kLinearPad + which, 0,
                                    map.in - 1);
  }
  [[nodiscard]] double weight(std::int64_t k, std::int64_t which) const {
    return map.weight[static_cast<std::size_t>(2 * k + which)];
  }
  AxisMap map;
  std::vector<std::int64_t> nearest;
};

/// Scores of the at most eight labels around one output sample.
class Scores {
 public:
  void clear() { count_ = 0; }
  void add(std::int16_t label, double score) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (labels_[i] == label) {
        scores_[i] += score;
        return;
      }
    }
    labels_[count_] = label;
    scores_[count_++] = score;
  }
  [[nodiscard]] std::int16_t highest(std::int16_t nearest) const {
    double best = 0.0;
    for (std::size_t i = 0; i < count_; ++i) best = std::max(best, clipped(i));
    std::int16_t smallest = std::numeric_limits<std::int16_t>::max();
    for (std::size_t i = 0; i < count_; ++i) {
      if (clipped(i) != best) continue;
      if (labels_[i] == nearest && best > 0.0) return nearest;
      smallest = std::min(smallest, labels_[i]);
    }
    return smallest;
  }
  [[nodiscard]] std::int16_t last_half() const {
    std::int16_t winner = 0;
    bool found = false;
    for (std::size_t i = 0; i < count_; ++i) {
      if (clipped(i) < 0.5) continue;
      winner = found ? std::max(winner, labels_[i]) : labels_[i];
      found = true;
    }
    return winner;
  }

 private:
  [[nodiscard]] double clipped(std::size_t i) const { return std::min(scores_[i], 1.0); }
  std::array<std::int16_t, 8> labels_{};
  std::array<double, 8> scores_{};
  std::size_t count_ = 0;
};

struct Rows {
  std::array<const std::int16_t*, 4> row;  ///< (z0, y0), (z0, y1), (z1, y0), (z1, y1)
  std::array<double, 4> weight;
};

}  // namespace

void label_resize(std::span<const std::int16_t> source,
                  const Extent3& source_extent,
                  std::span<std::int16_t> target,
                  const Extent3& target_extent,
                  Order order,
                  LabelRule rule) {
  const LabelAxis z_axis(source_extent[0], target_extent[0]);
  const LabelAxis y_axis(source_extent[1], target_extent[1]);
  const LabelAxis x_axis(source_extent[2], target_extent[2]);
  const std::int64_t width = source_extent[2];
  const auto row_at = [&](std::int64_t z, std::int64_t y) {
    return source.data() + (z * source_extent[1] + y) * width;
  };
  std::int16_t* out = target.data();
  std::vector<std::int32_t> common(
      static_cast<std::size_t>(width));  // label shared by the four rows, or kMixed
  Scores scores;
  for (std::int64_t z = 0; z < target_extent[0]; ++z) {
    for (std::int64_t y = 0; y < target_extent[1]; ++y) {
      const std::int16_t* nearest = row_at(z_axis.nearest[static_cast<std::size_t>(z)],
                                           y_axis.nearest[static_cast<std::size_t>(y)]);
      if (order == Order::kNearest) {
        for (const std::int64_t x : x_axis.nearest) *out++ = nearest[x];
        continue;
      }
      Rows rows{};
      for (std::size_t i = 0; i < 4; ++i) {
        const auto zi = static_cast<std::int64_t>(i / 2);
        const auto yi = static_cast<std::int64_t>(i % 2);
        rows.row[i] = row_at(z_axis.tap(z, zi), y_axis.tap(y, yi));
        rows.weight[i] = z_axis.weight(z, zi) * y_axis.weight(y, yi);
      }
      for (std::int64_t x = 0; x < width; ++x) {
        const std::int16_t label = rows.row[0][x];
        const bool same =
            (label == rows.row[1][x]) & (label == rows.row[2][x]) & (label == rows.row[3][x]);
        common[static_cast<std::size_t>(x)] = same ? label : kMixed;
      }
      for (std::int64_t x = 0; x < target_extent[2]; ++x) {
        const std::int64_t left = x_axis.tap(x, 0);
        const std::int64_t right = x_axis.tap(x, 1);
        const std::int32_t label = common[static_cast<std::size_t>(left)];
        if (label != kMixed && label == common[static_cast<std::size_t>(right)]) {
          *out++ = static_cast<std::int16_t>(label);
          continue;
        }
        scores.clear();
        for (std::size_t i = 0; i < 4; ++i) {
          scores.add(rows.row[i][left], rows.weight[i] * x_axis.weight(x, 0));
          scores.add(rows.row[i][right], rows.weight[i] * x_axis.weight(x, 1));
        }
        *out++ = rule == LabelRule::kHighestScore
                     ? scores.highest(nearest[x_axis.nearest[static_cast<std::size_t>(x)]])
                     : scores.last_half();
      }
    }
  }
}

}  // namespace nnflow::resample
