// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "bf16_kernels.hpp"

#include <algorithm>
#include <bit>
#include <vector>

#include "nnflow/imaging/wide_vectors.hpp"

namespace nnflow::networks::kernels {
namespace {

constexpr std::int64_t kWidth = 64;       ///< elements that a row should have to fill vectors
constexpr std::int64_t kFlushRows = 128;  ///< rows summed in float before they go to double

inline float widen(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

inline std::uint16_t narrow(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t rounded = (bits + 0x7FFFU + ((bits >> 16U) & 1U)) >> 16U;
  const bool nan = (bits & 0x7FFFFFFFU) > 0x7F800000U;
  return static_cast<std::uint16_t>(nan ? 0x7FC0U : rounded);
}

/// A run as rows of several voxels each, the last one shorter.
struct Rows {
  Rows(std::int64_t voxels, std::int64_t of_channels)
      : channels(of_channels),
        width(channels *
              std::clamp<std::int64_t>(kWidth / channels, 1, std::max<std::int64_t>(voxels, 1))),
        elements(voxels * channels) {}
  std::int64_t channels;
  std::int64_t width;
  std::int64_t elements;

  [[nodiscard]] std::vector<float> repeated(const float* values) const {
    std::vector<float> out(static_cast<std::size_t>(width));
    for (std::int64_t i = 0; i < width; ++i)
      out[static_cast<std::size_t>(i)] = values[i % channels];
    return out;
  }
};

NNFLOW_WIDE_VECTORS void sum_row(const std::uint16_t* __restrict__ x,
                                 const float* __restrict__ shift,
                                 std::int64_t n,
                                 float* __restrict__ sum,
                                 float* __restrict__ square) {
  for (std::int64_t i = 0; i < n; ++i) {
    const float d = widen(x[i]) - shift[i];
    sum[i] += d;
    square[i] += d * d;
  }
}

NNFLOW_WIDE_VECTORS void normalise_row(std::uint16_t* __restrict__ x,
                                       const float* __restrict__ scale,
                                       const float* __restrict__ offset,
                                       std::int64_t n,
                                       float slope) {
  for (std::int64_t i = 0; i < n; ++i) {
    const float z = widen(x[i]) * scale[i] + offset[i];
    x[i] = narrow(z > 0.0F ? z : z * slope);
  }
}

NNFLOW_WIDE_VECTORS void normalise_sum_row(std::uint16_t* __restrict__ x,
                                           const std::uint16_t* __restrict__ residual,
                                           const float* __restrict__ scale,
                                           const float* __restrict__ offset,
                                           std::int64_t n,
                                           float slope) {
  for (std::int64_t i = 0; i < n; ++i) {
    const float z = widen(x[i]) * scale[i] + offset[i] + widen(residual[i]);
    x[i] = narrow(z > 0.0F ? z : z * slope);
  }
}

void flush(std::vector<float>& partial, std::int64_t channels, double* sum) {
  for (std::size_t i = 0; i < partial.size(); ++i) {
    sum[static_cast<std::int64_t>(i) % channels] += static_cast<double>(partial[i]);
    partial[i] = 0.0F;
  }
}

}  // namespace

void bf16_shifted_sums(const std::uint16_t* x,
                       std::int64_t voxels,
                       std::int64_t channels,
                       const float* shift,
                       double* sum,
                       double* square) {
  const Rows rows(voxels, channels);
  const std::vector<float> wide = rows.repeated(shift);
  std::vector<float> sums(wide.size(), 0.0F);
  std::vector<float> squares(wide.size(), 0.0F);
  std::int64_t pending = 0;
  for (std::int64_t at = 0; at < rows.elements; at += rows.width) {
    sum_row(x + at, wide.data(), std::min(rows.width, rows.elements - at), sums.data(),
            squares.data());
    if (++pending < kFlushRows) continue;
    flush(sums, channels, sum);
    flush(squares, channels, square);
    pending = 0;
  }
  flush(sums, channels, sum);
  flush(squares, channels, square);
}

void bf16_normalise(std::uint16_t* x,
                    const std::uint16_t* residual,
                    std::int64_t voxels,
                    std::int64_t channels,
                    const float* scale,
                    const float* offset,
                    float slope) {
  const Rows rows(voxels, channels);
  const std::vector<float> wide_scale = rows.repeated(scale);
  const std::vector<float> wide_offset = rows.repeated(offset);
  for (std::int64_t at = 0; at < rows.elements; at += rows.width) {
    const std::int64_t n = std::min(rows.width, rows.elements - at);
    if (residual != nullptr) {
      normalise_sum_row(x + at, residual + at, wide_scale.data(), wide_offset.data(), n, slope);
    } else {
      normalise_row(x + at, wide_scale.data(), wide_offset.data(), n, slope);
    }
  }
}

}  // namespace nnflow::networks::kernels
