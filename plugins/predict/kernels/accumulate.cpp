// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/kernels/accumulate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "nnflow/imaging/half.hpp"

namespace nnflow::predict {

namespace {

template <bool kHalf>
float rounded(float value) {
  if constexpr (kHalf) return imaging::round_to_half(value);
  return value;
}

/// The part of a tile that lies inside the image, in tile voxels.
struct Inside {
  imaging::Extent3 first{};
  imaging::Extent3 last{};
};

Inside inside(const imaging::Extent3& extent,
              const imaging::Extent3& patch,
              const imaging::Extent3& corner) {
  Inside box;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.first[axis] = std::max<std::int64_t>(0, -corner[axis]);
    box.last[axis] = std::max(box.first[axis], std::min(patch[axis], extent[axis] - corner[axis]));
  }
  return box;
}

/// Calls `row(offset in image, offset in tile, length)` for every row of the tile inside the image.
template <typename Row>
void for_each_row(const imaging::Extent3& extent,
                  const imaging::Extent3& patch,
                  const imaging::Extent3& corner,
                  const Row& row) {
  const Inside box = inside(extent, patch, corner);
  for (std::int64_t z = box.first[0]; z < box.last[0]; ++z) {
    for (std::int64_t y = box.first[1]; y < box.last[1]; ++y) {
      row(imaging::linear_index(extent, corner[0] + z, corner[1] + y, corner[2] + box.first[2]),
          imaging::linear_index(patch, z, y, box.first[2]), box.last[2] - box.first[2]);
    }
  }
}

template <bool kHalf>
void add_weighted(float* sums, const float* values, const float* weights, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i)
    sums[i] = rounded<kHalf>(sums[i] + values[i] * weights[i]);
}

template <bool kHalf>
void add_plain(float* sums, const float* values, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) sums[i] = rounded<kHalf>(sums[i] + values[i]);
}

}  // namespace

LogitSum::LogitSum(std::int64_t heads, const imaging::Extent3& extent, SumPrecision precision)
    : heads_(heads),
      extent_(extent),
      precision_(precision),
      sums_(static_cast<std::size_t>(heads * imaging::voxel_count(extent))),
      weights_(static_cast<std::size_t>(imaging::voxel_count(extent))) {}

void LogitSum::add(std::span<const float> tile,
                   std::span<const float> weights,
                   const imaging::Extent3& patch,
                   const imaging::Extent3& corner) {
  const bool half = precision_ == SumPrecision::kHalf;
  const auto add_values = half ? add_weighted<true> : add_weighted<false>;
  for (std::int64_t head = 0; head < heads_; ++head) {
    float* sums = sums_.data() + head * imaging::voxel_count(extent_);
    const float* values = tile.data() + head * imaging::voxel_count(patch);
    for_each_row(extent_, patch, corner,
                 [&](std::int64_t at, std::int64_t from, std::int64_t count) {
                   add_values(sums + at, values + from, weights.data() + from, count);
                 });
  }
  if (!half && folds_ > 0) return;  // the weights are the same for every fold
  const auto add_weights = half ? add_plain<true> : add_plain<false>;
  for_each_row(extent_, patch, corner, [&](std::int64_t at, std::int64_t from, std::int64_t count) {
    add_weights(weights_.data() + at, weights.data() + from, count);
  });
}

void LogitSum::end_fold() {
  ++folds_;
  if (precision_ == SumPrecision::kSingle) return;
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(extent_));
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    sums_[i] = imaging::round_to_half(sums_[i] / weights_[i % voxels]);
  }
  if (folds_ == 1) {
    fold_total_ = std::move(sums_);
    sums_.assign(fold_total_.size(), 0.0F);
  } else {
    add_plain<true>(fold_total_.data(), sums_.data(), static_cast<std::int64_t>(sums_.size()));
    std::fill(sums_.begin(), sums_.end(), 0.0F);
  }
  std::fill(weights_.begin(), weights_.end(), 0.0F);
}

std::vector<float> LogitSum::finish() && {
  const auto folds = static_cast<float>(folds_);
  if (precision_ == SumPrecision::kHalf) {
    if (folds_ > 1) {
      for (float& value : fold_total_) value = imaging::round_to_half(value / folds);
    }
    return std::move(fold_total_);
  }
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(extent_));
  for (std::size_t head = 0; head < static_cast<std::size_t>(heads_); ++head) {
    float* sums = sums_.data() + head * voxels;
    for (std::size_t i = 0; i < voxels; ++i) sums[i] /= weights_[i] * folds;
  }
  return std::move(sums_);
}

bool all_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(),
                     [](float value) { return std::isfinite(value); });
}

}  // namespace nnflow::predict
