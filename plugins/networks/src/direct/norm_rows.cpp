// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "direct/norm_rows.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "direct/isa.hpp"

namespace nnflow::networks::kernels {
#if NNFLOW_HAS_DIRECT_KERNELS
namespace {

constexpr std::int64_t kLanes = 16;
constexpr std::int64_t kFlushRows = 128;  ///< summed in float before they go to double

/// The values of a row that make one vector: 16, or fewer at the end.
struct Lanes {
  std::int64_t first;
  __mmask16 mask;
};

Lanes lanes_at(std::int64_t first, std::int64_t width) {
  const std::int64_t count = std::clamp<std::int64_t>(width - first, 0, kLanes);
  return {first, static_cast<__mmask16>((1U << count) - 1U)};
}

/// Voxels in rows of as many as fill whole vectors, with the coefficients repeated. (A load that
/// overlaps the store of a part of a vector has to wait for it.)
struct VoxelRows {
  VoxelRows(std::int64_t voxels, std::int64_t of_channels)
      : channels(of_channels),
        width(std::lcm(channels, kLanes)),
        count(voxels * channels / width),
        rest(voxels * channels - count * width) {}
  std::int64_t channels;
  std::int64_t width;
  std::int64_t count;
  std::int64_t rest;  ///< values behind the last full row

  [[nodiscard]] std::vector<float> repeated(const float* values) const {
    std::vector<float> all(static_cast<std::size_t>(width));
    for (std::int64_t i = 0; i < width; ++i)
      all[static_cast<std::size_t>(i)] = values[i % channels];
    return all;
  }
  [[nodiscard]] NormCoefficients repeated(const NormCoefficients& c) const {
    NormCoefficients all;
    all.scale = repeated(c.scale.data());
    all.offset = repeated(c.offset.data());
    if (!c.mean.empty()) all.mean = repeated(c.mean.data());
    if (!c.inverse.empty()) all.inverse = repeated(c.inverse.data());
    return all;
  }

  /// Calls `body(lanes, where the first row begins, rows)` until every value has had its turn.
  template <class Body>
  void for_lanes(const Body& body) const {
    for (std::int64_t first = 0; count > 0 && first < width; first += kLanes)
      body(lanes_at(first, width), std::int64_t{0}, count);
    for (std::int64_t first = 0; first < rest; first += kLanes)
      body(lanes_at(first, rest), count * width, std::int64_t{1});
  }
};

/// Two sums for every value of a row, to be added up by channel.
struct RowSums {
  explicit RowSums(const VoxelRows& of)
      : rows(of),
        first(static_cast<std::size_t>(rows.width), 0.0),
        second(static_cast<std::size_t>(rows.width), 0.0) {}
  const VoxelRows& rows;
  std::vector<double> first;
  std::vector<double> second;

  void add_to(double* to_first, double* to_second) const {
    for (std::int64_t i = 0; i < rows.width; ++i) {
      to_first[i % rows.channels] += first[static_cast<std::size_t>(i)];
      to_second[i % rows.channels] += second[static_cast<std::size_t>(i)];
    }
  }
};

const Bf16* behind(const Bf16* data, std::int64_t values) {
  return data != nullptr ? data + values : nullptr;
}

NNFLOW_AVX512_CODE inline __m512 load(const Bf16* from, const Lanes& lanes) {
  const __m256i bits = _mm256_maskz_loadu_epi16(lanes.mask, from + lanes.first);
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
}

NNFLOW_AVX512_CODE inline __m512 load(const float* from, const Lanes& lanes) {
  return _mm512_maskz_loadu_ps(lanes.mask, from + lanes.first);
}

NNFLOW_AVX512_CODE inline void store(Bf16* into, const Lanes& lanes, __m512 values) {
  _mm256_mask_storeu_epi16(into + lanes.first, lanes.mask,
                           reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(values)));
}

NNFLOW_AVX512_CODE inline void add_to(double* into, const Lanes& lanes, __m512 values) {
  const auto low = static_cast<__mmask8>(lanes.mask);
  const auto high = static_cast<__mmask8>(lanes.mask >> 8);
  double* const at = into + lanes.first;
  const __m512d first = _mm512_cvtps_pd(_mm512_castps512_ps256(values));
  const __m512d second = _mm512_cvtps_pd(_mm512_extractf32x8_ps(values, 1));
  _mm512_mask_storeu_pd(at, low, _mm512_add_pd(_mm512_maskz_loadu_pd(low, at), first));
  _mm512_mask_storeu_pd(at + 8, high, _mm512_add_pd(_mm512_maskz_loadu_pd(high, at + 8), second));
}

/// g for z > 0, else g * slope.
NNFLOW_AVX512_CODE inline __m512 leaky(__m512 z, __m512 g, __m512 slope) {
  const __mmask16 positive = _mm512_cmp_ps_mask(z, _mm512_setzero_ps(), _CMP_GT_OQ);
  return _mm512_mask_mov_ps(_mm512_mul_ps(g, slope), positive, g);
}

NNFLOW_AVX512_CODE void sums_of(const Bf16* x,
                                std::int64_t rows,
                                std::int64_t width,
                                const Lanes& lanes,
                                const float* shift,
                                double* sum,
                                double* square) {
  const __m512 zero = load(shift, lanes);
  for (std::int64_t first = 0; first < rows; first += kFlushRows) {
    const std::int64_t last = std::min(rows, first + kFlushRows);
    __m512 s[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
    __m512 q[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
    std::int64_t row = first;
    for (; row + 1 < last; row += 2) {
      for (int i = 0; i < 2; ++i) {
        const __m512 d = _mm512_sub_ps(load(x + (row + i) * width, lanes), zero);
        s[i] = _mm512_add_ps(s[i], d);
        q[i] = _mm512_fmadd_ps(d, d, q[i]);
      }
    }
    if (row < last) {
      const __m512 d = _mm512_sub_ps(load(x + row * width, lanes), zero);
      s[0] = _mm512_add_ps(s[0], d);
      q[0] = _mm512_fmadd_ps(d, d, q[0]);
    }
    add_to(sum, lanes, _mm512_add_ps(s[0], s[1]));
    add_to(square, lanes, _mm512_add_ps(q[0], q[1]));
  }
}

NNFLOW_AVX512_CODE void normalise_lanes(const Bf16* x,
                                        const Bf16* residual,
                                        std::int64_t rows,
                                        std::int64_t width,
                                        const Lanes& lanes,
                                        const NormCoefficients& c,
                                        float slope,
                                        Bf16* y) {
  const __m512 scale = load(c.scale.data(), lanes);
  const __m512 offset = load(c.offset.data(), lanes);
  const __m512 factor = _mm512_set1_ps(slope);
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t at = row * width;
    __m512 z = _mm512_fmadd_ps(load(x + at, lanes), scale, offset);
    if (residual != nullptr) z = _mm512_add_ps(z, load(residual + at, lanes));
    store(y + at, lanes, leaky(z, z, factor));
  }
}

/// Gradient before the LeakyReLU.
struct Before {
  __m512 scale;
  __m512 offset;
  __m512 slope;
  const Bf16* y;
};

NNFLOW_AVX512_CODE inline __m512 gradient_before(
    const Before& b, __m512 x, const Bf16* grad, std::int64_t at, const Lanes& lanes) {
  const __m512 z = b.y != nullptr ? load(b.y + at, lanes) : _mm512_fmadd_ps(x, b.scale, b.offset);
  return leaky(z, load(grad + at, lanes), b.slope);
}

NNFLOW_AVX512_CODE void gradient_sums_of(const Bf16* x,
                                         const Bf16* y,
                                         const Bf16* grad,
                                         std::int64_t rows,
                                         std::int64_t width,
                                         const Lanes& lanes,
                                         const NormCoefficients& c,
                                         float slope,
                                         double* sum,
                                         double* product) {
  const Before before{load(c.scale.data(), lanes), load(c.offset.data(), lanes),
                      _mm512_set1_ps(slope), y};
  const __m512 mean = load(c.mean.data(), lanes);
  const __m512 inverse = load(c.inverse.data(), lanes);
  for (std::int64_t first = 0; first < rows; first += kFlushRows) {
    const std::int64_t last = std::min(rows, first + kFlushRows);
    __m512 s = _mm512_setzero_ps();
    __m512 p = _mm512_setzero_ps();
    for (std::int64_t row = first; row < last; ++row) {
      const std::int64_t at = row * width;
      const __m512 value = load(x + at, lanes);
      const __m512 g = gradient_before(before, value, grad, at, lanes);
      s = _mm512_add_ps(s, g);
      p = _mm512_fmadd_ps(g, _mm512_sub_ps(value, mean), p);
    }
    add_to(sum, lanes, s);
    add_to(product, lanes, _mm512_mul_ps(p, inverse));
  }
}

NNFLOW_AVX512_CODE void backward_lanes(const Bf16* x,
                                       const Bf16* y,
                                       const Bf16* grad,
                                       std::int64_t rows,
                                       std::int64_t width,
                                       const Lanes& lanes,
                                       const NormCoefficients& c,
                                       float slope,
                                       const float* mean_grad,
                                       const float* mean_product,
                                       Bf16* grad_x,
                                       Bf16* grad_residual) {
  const Before before{load(c.scale.data(), lanes), load(c.offset.data(), lanes),
                      _mm512_set1_ps(slope), y};
  const __m512 mean = load(c.mean.data(), lanes);
  // scale * (g - mean_grad - (x - mean) * inverse * mean_product)
  const __m512 slope_x = _mm512_mul_ps(load(c.inverse.data(), lanes), load(mean_product, lanes));
  const __m512 shift = load(mean_grad, lanes);
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t at = row * width;
    const __m512 value = load(x + at, lanes);
    const __m512 g = gradient_before(before, value, grad, at, lanes);
    if (grad_residual != nullptr) store(grad_residual + at, lanes, g);
    const __m512 centred =
        _mm512_fnmadd_ps(_mm512_sub_ps(value, mean), slope_x, _mm512_sub_ps(g, shift));
    store(grad_x + at, lanes, _mm512_mul_ps(before.scale, centred));
  }
}

}  // namespace

void shifted_sums(const Bf16* x,
                  std::int64_t voxels,
                  std::int64_t channels,
                  const float* shift,
                  double* sum,
                  double* square) {
  const VoxelRows rows(voxels, channels);
  const std::vector<float> shifts = rows.repeated(shift);
  RowSums sums(rows);
  rows.for_lanes([&](const Lanes& lanes, std::int64_t at, std::int64_t count) {
    sums_of(x + at, count, rows.width, lanes, shifts.data(), sums.first.data(), sums.second.data());
  });
  sums.add_to(sum, square);
}

void normalise(const Bf16* x,
               const Bf16* residual,
               std::int64_t voxels,
               std::int64_t channels,
               const NormCoefficients& c,
               float slope,
               Bf16* y) {
  const VoxelRows rows(voxels, channels);
  const NormCoefficients wide = rows.repeated(c);
  rows.for_lanes([&](const Lanes& lanes, std::int64_t at, std::int64_t count) {
    normalise_lanes(x + at, behind(residual, at), count, rows.width, lanes, wide, slope, y + at);
  });
}

void gradient_sums(const Bf16* x,
                   const Bf16* y,
                   const Bf16* grad,
                   std::int64_t voxels,
                   std::int64_t channels,
                   const NormCoefficients& c,
                   float slope,
                   double* sum,
                   double* product) {
  const VoxelRows rows(voxels, channels);
  const NormCoefficients wide = rows.repeated(c);
  RowSums sums(rows);
  rows.for_lanes([&](const Lanes& lanes, std::int64_t at, std::int64_t count) {
    gradient_sums_of(x + at, behind(y, at), grad + at, count, rows.width, lanes, wide, slope,
                     sums.first.data(), sums.second.data());
  });
  sums.add_to(sum, product);
}

void normalise_backward(const Bf16* x,
                        const Bf16* y,
                        const Bf16* grad,
                        std::int64_t voxels,
                        std::int64_t channels,
                        const NormCoefficients& c,
                        float slope,
                        const float* mean_grad,
                        const float* mean_product,
                        Bf16* grad_x,
                        Bf16* grad_residual) {
  const VoxelRows rows(voxels, channels);
  const NormCoefficients wide = rows.repeated(c);
  const std::vector<float> means = rows.repeated(mean_grad);
  const std::vector<float> products = rows.repeated(mean_product);
  rows.for_lanes([&](const Lanes& lanes, std::int64_t at, std::int64_t count) {
    backward_lanes(x + at, behind(y, at), grad + at, count, rows.width, lanes, wide, slope,
                   means.data(), products.data(), grad_x + at,
                   grad_residual != nullptr ? grad_residual + at : nullptr);
  });
}
#else
void shifted_sums(const Bf16*, std::int64_t, std::int64_t, const float*, double*, double*) {}
void normalise(
    const Bf16*, const Bf16*, std::int64_t, std::int64_t, const NormCoefficients&, float, Bf16*) {}
void gradient_sums(const Bf16*,
                   const Bf16*,
                   const Bf16*,
                   std::int64_t,
                   std::int64_t,
                   const NormCoefficients&,
                   float,
                   double*,
                   double*) {}
void normalise_backward(const Bf16*,
                        const Bf16*,
                        const Bf16*,
                        std::int64_t,
                        std::int64_t,
                        const NormCoefficients&,
                        float,
                        const float*,
                        const float*,
                        Bf16*,
                        Bf16*) {}
#endif

}  // namespace nnflow::networks::kernels
