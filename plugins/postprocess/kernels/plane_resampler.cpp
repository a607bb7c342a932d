// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/kernels/plane_resampler.hpp"

#include <algorithm>
#include <cmath>

#include "nnflow/imaging/torch_position.hpp"
#include "nnflow/imaging/wide_vectors.hpp"

namespace nnflow::postprocess {

namespace {

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

std::int64_t nearest_source(std::int64_t source,
                            std::int64_t target,
                            std::int64_t position,
                            LinearPositions positions) {
  if (positions == LinearPositions::kTorch) {
    return imaging::torch_nearest(position, source, target);
  }
  const double scale = static_cast<double>(source) / static_cast<double>(target);
  const double centre = scale * (static_cast<double>(position) + 0.5) - 0.5;
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(centre + 0.5)), 0,
                                  source - 1);
}

NNFLOW_WIDE_VECTORS void scale_row(const double* __restrict__ from,
                                   double weight,
                                   std::int64_t n,
                                   double* __restrict__ to) {
  for (std::int64_t i = 0; i < n; ++i) to[i] = from[i] * weight;
}

NNFLOW_WIDE_VECTORS void scale_row(const float* __restrict__ from,
                                   double weight,
                                   std::int64_t n,
                                   double* __restrict__ to) {
  for (std::int64_t i = 0; i < n; ++i) to[i] = static_cast<double>(from[i]) * weight;
}

/// Extends a range for each lane by the values of the lane; `n` is a multiple of `lanes`.
NNFLOW_WIDE_VECTORS void extend_range(const float* __restrict__ values,
                                      std::int64_t n,
                                      std::int64_t lanes,
                                      float* __restrict__ low,
                                      float* __restrict__ high) {
  for (std::int64_t at = 0; at < n; at += lanes) {
    for (std::int64_t i = 0; i < lanes; ++i) {
      const float value = values[at + i];
      low[i] = value < low[i] ? value : low[i];
      high[i] = value > high[i] ? value : high[i];
    }
  }
}

/// Positions and weights of the last axis, and the range of the results.
struct Columns {
  const std::int64_t* left;
  const std::int64_t* right;
  const double* left_weight;
  const double* right_weight;
  std::int64_t count;
  double low;
  double high;
};

inline double clamped(double value, double low, double high) {
  value = value < low ? low : value;
  return high < value ? high : value;
}

NNFLOW_WIDE_VECTORS void join_two(const double* __restrict__ r0,
                                  const double* __restrict__ r1,
                                  const Columns c,
                                  double* __restrict__ out) {
  for (std::int64_t x = 0; x < c.count; ++x) {
    const std::int64_t l = c.left[x];
    const std::int64_t r = c.right[x];
    const double lw = c.left_weight[x];
    const double rw = c.right_weight[x];
    double sum = r0[l] * lw + r0[r] * rw;
    sum += r1[l] * lw;
    sum += r1[r] * rw;
    out[x] = clamped(sum, c.low, c.high);
  }
}

NNFLOW_WIDE_VECTORS void join_four(const double* __restrict__ r0,
                                   const double* __restrict__ r1,
                                   const double* __restrict__ r2,
                                   const double* __restrict__ r3,
                                   const Columns c,
                                   double* __restrict__ out) {
  for (std::int64_t x = 0; x < c.count; ++x) {
    const std::int64_t l = c.left[x];
    const std::int64_t r = c.right[x];
    const double lw = c.left_weight[x];
    const double rw = c.right_weight[x];
    double sum = r0[l] * lw + r0[r] * rw;
    sum += r1[l] * lw;
    sum += r1[r] * rw;
    sum += r2[l] * lw;
    sum += r2[r] * rw;
    sum += r3[l] * lw;
    sum += r3[r] * rw;
    out[x] = clamped(sum, c.low, c.high);
  }
}

}  // namespace

PlaneResampler::Taps PlaneResampler::linear_taps(std::int64_t source,
                                                 std::int64_t target,
                                                 LinearPositions positions) {
  Taps taps;
  const double scale = static_cast<double>(source) / static_cast<double>(target);
  for (std::int64_t i = 0; i < target; ++i) {
    const double centre = positions == LinearPositions::kTorch
                              ? static_cast<double>(imaging::torch_position(i, source, target))
                              : (static_cast<double>(i) + 0.5) * scale - 0.5;
    const double lower = std::floor(centre);
    const double weight = 1.0 - (centre - lower);
    const auto index = static_cast<std::int64_t>(lower);
    taps.index[0].push_back(std::clamp<std::int64_t>(index, 0, source - 1));
    taps.index[1].push_back(std::clamp<std::int64_t>(index + 1, 0, source - 1));
    taps.weight[0].push_back(weight);
    taps.weight[1].push_back(1.0 - weight);
  }
  return taps;
}

PlaneResampler::PlaneResampler(const imaging::Extent3& source,
                               const imaging::Extent3& target,
                               std::optional<int> separate,
                               LinearPositions positions)
    : source_(source), identity_(source == target), separate_(separate.has_value() && !identity_) {
  if (separate_) {
    const auto axis = static_cast<std::size_t>(*separate);
    axes_ = {axis, axis == 0 ? 1U : 0U, axis == 2 ? 1U : 2U};
  }
  rows_ = target[axes_[1]];
  columns_ = target[axes_[2]];
  for (std::size_t i = 0; i < 3; ++i) {
    taps_[i] = linear_taps(source[axes_[i]], target[axes_[i]], positions);
  }
  for (std::int64_t position = 0; position < target[axes_[0]]; ++position) {
    if (!separate_) {
      targets_.push_back({position});
      continue;
    }
    const std::int64_t from =
        nearest_source(source[axes_[0]], target[axes_[0]], position, positions);
    if (sources_.empty() || sources_.back() != from) {
      sources_.push_back(from);
      targets_.emplace_back();
    }
    targets_.back().push_back(position);
  }
}

std::array<float, 2> PlaneResampler::range_of(std::span<const float> channel) {
  constexpr std::size_t kLanes = 64;
  std::array<float, kLanes> low{};
  std::array<float, kLanes> high{};
  low.fill(channel.front());
  high.fill(channel.front());
  const std::size_t whole = channel.size() / kLanes * kLanes;
  extend_range(channel.data(), static_cast<std::int64_t>(whole), kLanes, low.data(), high.data());
  for (std::size_t i = whole; i < channel.size(); ++i) {
    low[0] = std::min(low[0], channel[i]);
    high[0] = std::max(high[0], channel[i]);
  }
  return {*std::min_element(low.begin(), low.end()), *std::max_element(high.begin(), high.end())};
}

void PlaneResampler::load_slice(std::span<const float> channel,
                                std::int64_t position,
                                double weight,
                                std::vector<double>& slice) const {
  const std::array<std::int64_t, 3> strides{source_[1] * source_[2], source_[2], 1};
  const std::int64_t rows = source_[axes_[1]];
  const std::int64_t columns = source_[axes_[2]];
  const std::int64_t step = strides[axes_[2]];
  slice.resize(at(rows * columns));
  for (std::int64_t row = 0; row < rows; ++row) {
    const float* from = channel.data() + position * strides[axes_[0]] + row * strides[axes_[1]];
    double* to = slice.data() + row * columns;
    if (step == 1) {
      scale_row(from, weight, columns, to);
      continue;
    }
    for (std::int64_t column = 0; column < columns; ++column) {
      to[column] = static_cast<double>(from[column * step]) * weight;
    }
  }
}

void PlaneResampler::resample(std::span<const float> channel,
                              const std::array<float, 2>& range,
                              std::int64_t index,
                              Scratch& scratch,
                              std::span<double> plane) const {
  if (identity_) {
    const auto values = channel.subspan(at(index * plane_size()), at(plane_size()));
    std::copy(values.begin(), values.end(), plane.begin());
    return;
  }
  double low = static_cast<double>(range[0]);
  double high = static_cast<double>(range[1]);
  const std::size_t slices = separate_ ? 1 : 2;
  if (separate_) {
    load_slice(channel, sources_[at(index)], 1.0, scratch.slices[0]);
    const auto [first, last] =
        std::minmax_element(scratch.slices[0].begin(), scratch.slices[0].end());
    low = *first;
    high = *last;
  } else {
    for (std::size_t q = 0; q < 2; ++q) {
      load_slice(channel, taps_[0].index[q][at(index)], taps_[0].weight[q][at(index)],
                 scratch.slices[q]);
    }
  }
  const std::int64_t source_columns = source_[axes_[2]];
  for (auto& row : scratch.rows) row.resize(at(source_columns));
  const Columns columns{taps_[2].index[0].data(),
                        taps_[2].index[1].data(),
                        taps_[2].weight[0].data(),
                        taps_[2].weight[1].data(),
                        columns_,
                        low,
                        high};
  for (std::int64_t row = 0; row < rows_; ++row) {
    for (std::size_t k = 0; k < 2 * slices; ++k) {
      const double* from =
          scratch.slices[k / 2].data() + taps_[1].index[k % 2][at(row)] * source_columns;
      scale_row(from, taps_[1].weight[k % 2][at(row)], source_columns, scratch.rows[k].data());
    }
    double* out = plane.data() + row * columns_;
    if (slices == 1) {
      join_two(scratch.rows[0].data(), scratch.rows[1].data(), columns, out);
    } else {
      join_four(scratch.rows[0].data(), scratch.rows[1].data(), scratch.rows[2].data(),
                scratch.rows[3].data(), columns, out);
    }
  }
}

}  // namespace nnflow::postprocess
