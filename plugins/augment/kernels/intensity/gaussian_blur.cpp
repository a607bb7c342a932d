// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/gaussian_blur.hpp"

#include <algorithm>
#include <cmath>

namespace nnflow::augment {
namespace {

using imaging::Extent3;

std::int64_t reflect(std::int64_t index, std::int64_t length) {
  const std::int64_t period = 2 * (length - 1);
  index = ((index % period) + period) % period;
  return index < length ? index : period - index;
}

// Rows are `inner` long; neighbouring rows along the axis are combined element by element.
void blur_outer_axis(std::span<float> channel,
                     std::int64_t outer,
                     std::int64_t length,
                     std::int64_t inner,
                     std::span<const float> taps,
                     std::vector<float>& scratch) {
  const auto half = static_cast<std::int64_t>(taps.size() / 2);
  scratch.resize(static_cast<std::size_t>(length * inner));
  for (std::int64_t o = 0; o < outer; ++o) {
    float* const block = channel.data() + o * length * inner;
    std::copy_n(block, length * inner, scratch.begin());
    for (std::int64_t i = 0; i < length; ++i) {
      float* const out = block + i * inner;
      std::fill_n(out, inner, 0.0F);
      for (std::int64_t t = -half; t <= half; ++t) {
        const float tap = taps[static_cast<std::size_t>(t + half)];
        const float* const in = scratch.data() + reflect(i + t, length) * inner;
        for (std::int64_t k = 0; k < inner; ++k) out[k] += tap * in[k];
      }
    }
  }
}

void blur_last_axis(std::span<float> channel,
                    std::int64_t rows,
                    std::int64_t length,
                    std::span<const float> taps,
                    std::vector<float>& scratch) {
  const auto half = static_cast<std::int64_t>(taps.size() / 2);
  scratch.resize(static_cast<std::size_t>(length + 2 * half));
  for (std::int64_t r = 0; r < rows; ++r) {
    float* const row = channel.data() + r * length;
    for (std::int64_t i = -half; i < 0; ++i) {
      scratch[static_cast<std::size_t>(i + half)] = row[reflect(i, length)];
    }
    std::copy_n(row, length, scratch.begin() + half);
    for (std::int64_t i = length; i < length + half; ++i) {
      scratch[static_cast<std::size_t>(i + half)] = row[reflect(i, length)];
    }
    std::fill_n(row, length, 0.0F);
    for (std::int64_t t = 0; t <= 2 * half; ++t) {
      const float tap = taps[static_cast<std::size_t>(t)];
      const float* const in = scratch.data() + t;
      for (std::int64_t i = 0; i < length; ++i) row[i] += tap * in[i];
    }
  }
}

}  // namespace

std::vector<float> gaussian_taps(double sigma) {
  const double wanted = 6.0 * sigma + 0.5;
  auto size = static_cast<std::int64_t>(std::nearbyint(wanted));
  if (size % 2 == 0) size += wanted >= static_cast<double>(size) ? 1 : -1;
  const float half = static_cast<float>(size - 1) * 0.5F;
  std::vector<float> taps(static_cast<std::size_t>(size));
  float sum = 0.0F;
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const float x = (static_cast<float>(i) - half) / static_cast<float>(sigma);
    taps[i] = std::exp(-0.5F * (x * x));
    sum += taps[i];
  }
  for (float& tap : taps) tap /= sum;
  return taps;
}

void apply_blur(const BlurParameters& parameters, std::span<float> image, const Extent3& extent) {
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(extent));
  std::vector<float> scratch;
  for (const BlurParameters::Channel& entry : parameters.channels) {
    const std::span<float> channel =
        image.subspan(static_cast<std::size_t>(entry.channel) * voxels, voxels);
    std::int64_t outer = 1;
    for (std::size_t a = 0; a < 3; ++a) {
      const std::int64_t length = extent[a];
      const std::int64_t inner = imaging::voxel_count(extent) / (outer * length);
      if (length > 1 && entry.sigma[a] > 0.0) {
        const std::vector<float> taps = gaussian_taps(entry.sigma[a]);
        if (a == 2) {
          blur_last_axis(channel, outer, length, taps, scratch);
        } else {
          blur_outer_axis(channel, outer, length, inner, taps, scratch);
        }
      }
      outer *= length;
    }
  }
}

}  // namespace nnflow::augment
