// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "norm_kernels.hpp"

#include <algorithm>

// Element-wise loops without reassociation: wider vectors give the same bits.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define NNFLOW_WIDE_VECTORS __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define NNFLOW_WIDE_VECTORS
#endif

namespace nnflow::networks::kernels {
namespace {

constexpr std::int64_t kWidth = 64;       ///< elements that a row should have to fill vectors
constexpr std::int64_t kFlushRows = 128;  ///< rows summed in float before they go to double

/// Several voxels side by side make one row, with the coefficients repeated: loops over few
/// channels would not fill vectors.
struct Rows {
  Rows(std::int64_t voxels, std::int64_t channels)
      : repeat(std::clamp<std::int64_t>(kWidth / channels, 1, std::max<std::int64_t>(voxels, 1))),
        width(repeat * channels),
        count(voxels / repeat),
        rest((voxels % repeat) * channels) {}
  std::int64_t repeat;
  std::int64_t width;
  std::int64_t count;
  std::int64_t rest;  ///< elements behind the last full row

  [[nodiscard]] std::vector<float> repeated(const float* values, std::int64_t channels) const {
    std::vector<float> out(static_cast<std::size_t>(width));
    for (std::int64_t i = 0; i < width; ++i)
      out[static_cast<std::size_t>(i)] = values[i % channels];
    return out;
  }
  [[nodiscard]] std::vector<float> repeated(const std::vector<float>& values) const {
    return repeated(values.data(), static_cast<std::int64_t>(values.size()));
  }
};

void flush(std::vector<float>& partial, std::int64_t channels, double* sum) {
  for (std::size_t i = 0; i < partial.size(); ++i) {
    sum[static_cast<std::int64_t>(i) % channels] += static_cast<double>(partial[i]);
    partial[i] = 0.0F;
  }
}

NNFLOW_WIDE_VECTORS void sum_row(const float* __restrict__ x,
                                 const float* __restrict__ shift,
                                 std::int64_t n,
                                 float* __restrict__ sum,
                                 float* __restrict__ square) {
  for (std::int64_t i = 0; i < n; ++i) {
    const float d = x[i] - shift[i];
    sum[i] += d;
    square[i] += d * d;
  }
}

NNFLOW_WIDE_VECTORS void normalise_row(const float* x,
                                       const float* __restrict__ scale,
                                       const float* __restrict__ offset,
                                       std::int64_t n,
                                       float slope,
                                       float* y) {
#pragma GCC ivdep
  for (std::int64_t i = 0; i < n; ++i) {
    const float z = x[i] * scale[i] + offset[i];
    y[i] = z > 0.0F ? z : z * slope;
  }
}

NNFLOW_WIDE_VECTORS void normalise_sum_row(const float* x,
                                           const float* residual,
                                           const float* __restrict__ scale,
                                           const float* __restrict__ offset,
                                           std::int64_t n,
                                           float slope,
                                           float* y) {
#pragma GCC ivdep
  for (std::int64_t i = 0; i < n; ++i) {
    const float z = x[i] * scale[i] + offset[i] + residual[i];
    y[i] = z > 0.0F ? z : z * slope;
  }
}

/// Pointers to the row-wide coefficients.
struct RowCoefficients {
  const float* scale;
  const float* offset;
  const float* mean;
  const float* inverse;
  const float* mean_grad;
  const float* mean_product;
};

NNFLOW_WIDE_VECTORS void gradient_row(const float* __restrict__ x,
                                      const float* __restrict__ grad,
                                      const RowCoefficients c,
                                      std::int64_t n,
                                      float slope,
                                      float* __restrict__ out) {
  const float* __restrict__ scale = c.scale;
  const float* __restrict__ offset = c.offset;
  for (std::int64_t i = 0; i < n; ++i) {
    const float z = x[i] * scale[i] + offset[i];
    out[i] = z > 0.0F ? grad[i] : grad[i] * slope;
  }
}

NNFLOW_WIDE_VECTORS void signed_gradient_row(const float* __restrict__ y,
                                             const float* __restrict__ grad,
                                             std::int64_t n,
                                             float slope,
                                             float* __restrict__ out) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = y[i] > 0.0F ? grad[i] : grad[i] * slope;
}

NNFLOW_WIDE_VECTORS void product_row(const float* __restrict__ x,
                                     const float* __restrict__ g,
                                     const RowCoefficients c,
                                     std::int64_t n,
                                     float* __restrict__ sum,
                                     float* __restrict__ product) {
  const float* __restrict__ mean = c.mean;
  const float* __restrict__ inverse = c.inverse;
  for (std::int64_t i = 0; i < n; ++i) {
    sum[i] += g[i];
    product[i] += g[i] * ((x[i] - mean[i]) * inverse[i]);
  }
}

NNFLOW_WIDE_VECTORS void backward_row(const float* __restrict__ x,
                                      const float* __restrict__ g,
                                      const RowCoefficients c,
                                      std::int64_t n,
                                      float* __restrict__ grad_x) {
  const float* __restrict__ scale = c.scale;
  const float* __restrict__ mean = c.mean;
  const float* __restrict__ inverse = c.inverse;
  const float* __restrict__ mean_grad = c.mean_grad;
  const float* __restrict__ mean_product = c.mean_product;
  for (std::int64_t i = 0; i < n; ++i) {
    const float normalised = (x[i] - mean[i]) * inverse[i];
    grad_x[i] = scale[i] * (g[i] - mean_grad[i] - normalised * mean_product[i]);
  }
}

/// Calls `body(offset, elements)` for each row, the last one possibly shorter.
template <class Body>
void for_rows(const Rows& rows, const Body& body) {
  for (std::int64_t r = 0; r < rows.count; ++r) body(r * rows.width, rows.width);
  if (rows.rest > 0) body(rows.count * rows.width, rows.rest);
}

}  // namespace

void shifted_sums(const float* x,
                  std::int64_t voxels,
                  std::int64_t channels,
                  const float* shift,
                  double* sum,
                  double* square) {
  const Rows rows(voxels, channels);
  const std::vector<float> wide = rows.repeated(shift, channels);
  std::vector<float> sums(wide.size(), 0.0F);
  std::vector<float> squares(wide.size(), 0.0F);
  std::int64_t pending = 0;
  for_rows(rows, [&](std::int64_t at, std::int64_t n) {
    sum_row(x + at, wide.data(), n, sums.data(), squares.data());
    if (++pending < kFlushRows) return;
    flush(sums, channels, sum);
    flush(squares, channels, square);
    pending = 0;
  });
  flush(sums, channels, sum);
  flush(squares, channels, square);
}

void normalise(const float* x,
               const float* residual,
               std::int64_t voxels,
               std::int64_t channels,
               const NormCoefficients& c,
               float slope,
               float* y) {
  const Rows rows(voxels, channels);
  const std::vector<float> scale = rows.repeated(c.scale);
  const std::vector<float> offset = rows.repeated(c.offset);
  for_rows(rows, [&](std::int64_t at, std::int64_t n) {
    if (residual != nullptr) {
      normalise_sum_row(x + at, residual + at, scale.data(), offset.data(), n, slope, y + at);
    } else {
      normalise_row(x + at, scale.data(), offset.data(), n, slope, y + at);
    }
  });
}

void gradient_sums(const float* x,
                   const float* y,
                   const float* grad,
                   std::int64_t voxels,
                   std::int64_t channels,
                   const NormCoefficients& c,
                   float slope,
                   double* sum,
                   double* product) {
  const Rows rows(voxels, channels);
  const std::vector<float> scale = rows.repeated(c.scale);
  const std::vector<float> offset = rows.repeated(c.offset);
  const std::vector<float> mean = rows.repeated(c.mean);
  const std::vector<float> inverse = rows.repeated(c.inverse);
  const RowCoefficients wide{scale.data(),   offset.data(), mean.data(),
                             inverse.data(), nullptr,       nullptr};
  std::vector<float> g(scale.size());
  std::vector<float> sums(scale.size(), 0.0F);
  std::vector<float> products(scale.size(), 0.0F);
  std::int64_t pending = 0;
  for_rows(rows, [&](std::int64_t at, std::int64_t n) {
    if (y != nullptr) {
      signed_gradient_row(y + at, grad + at, n, slope, g.data());
    } else {
      gradient_row(x + at, grad + at, wide, n, slope, g.data());
    }
    product_row(x + at, g.data(), wide, n, sums.data(), products.data());
    if (++pending < kFlushRows) return;
    flush(sums, channels, sum);
    flush(products, channels, product);
    pending = 0;
  });
  flush(sums, channels, sum);
  flush(products, channels, product);
}

void normalise_backward(const float* x,
                        const float* y,
                        const float* grad,
                        std::int64_t voxels,
                        std::int64_t channels,
                        const NormCoefficients& c,
                        float slope,
                        const float* mean_grad,
                        const float* mean_product,
                        float* grad_x,
                        float* grad_residual) {
  const Rows rows(voxels, channels);
  const std::vector<float> scale = rows.repeated(c.scale);
  const std::vector<float> offset = rows.repeated(c.offset);
  const std::vector<float> mean = rows.repeated(c.mean);
  const std::vector<float> inverse = rows.repeated(c.inverse);
  const std::vector<float> wide_grad = rows.repeated(mean_grad, channels);
  const std::vector<float> wide_product = rows.repeated(mean_product, channels);
  const RowCoefficients wide{scale.data(),   offset.data(),    mean.data(),
                             inverse.data(), wide_grad.data(), wide_product.data()};
  std::vector<float> buffer(scale.size());
  for_rows(rows, [&](std::int64_t at, std::int64_t n) {
    float* g = grad_residual != nullptr ? grad_residual + at : buffer.data();
    if (y != nullptr) {
      signed_gradient_row(y + at, grad + at, n, slope, g);
    } else {
      gradient_row(x + at, grad + at, wide, n, slope, g);
    }
    backward_row(x + at, g, wide, n, grad_x + at);
  });
}

}  // namespace nnflow::networks::kernels
