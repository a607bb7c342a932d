// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "norm_act.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <optional>

#include "direct/norm_rows.hpp"
#include "norm_kernels.hpp"

namespace nnflow::networks {
namespace {

using kernels::NormCoefficients;

constexpr std::int64_t kRunVoxels = 4096;

at::Tensor channels_last(const at::Tensor& tensor) {
  return tensor.contiguous(tensor.dim() == 4 ? at::MemoryFormat::ChannelsLast
                                             : at::MemoryFormat::ChannelsLast3d);
}

/// The shape of (n, c, ...) data and its division into runs. The division does not depend on the
/// number of threads, hence neither do the sums.
struct Geometry {
  explicit Geometry(const at::Tensor& x)
      : samples(x.size(0)),
        channels(x.size(1)),
        voxels(x.numel() / std::max<std::int64_t>(samples * channels, 1)),
        runs((voxels + kRunVoxels - 1) / kRunVoxels) {}
  std::int64_t samples;
  std::int64_t channels;
  std::int64_t voxels;
  std::int64_t runs;

  /// Calls `body(task, sample, element offset, voxels)` for every run; task = sample * runs + run.
  template <class Body>
  void for_runs(const Body& body) const {
    // Threads take the next run when they are done with theirs, as in direct_conv.
    std::atomic<std::int64_t> next{0};
    const std::int64_t workers = std::min<std::int64_t>(samples * runs, at::get_num_threads());
    at::parallel_for(0, workers, 1, [&](std::int64_t, std::int64_t) {
      for (std::int64_t task = next++; task < samples * runs; task = next++) {
        const std::int64_t sample = task / runs;
        const std::int64_t first = (task % runs) * kRunVoxels;
        body(task, sample, (sample * voxels + first) * channels,
             std::min(kRunVoxels, voxels - first));
      }
    });
  }

  /// Two sums per channel: `body(offset, voxels, first, second)` per run, added up per sample in
  /// run order.
  template <class Body>
  [[nodiscard]] std::vector<double> sums(const Body& body) const {
    std::vector<double> partial(static_cast<std::size_t>(samples * runs * channels * 2), 0.0);
    for_runs([&](std::int64_t task, std::int64_t sample, std::int64_t at, std::int64_t count) {
      double* first = partial.data() + task * channels * 2;
      body(sample, at, count, first, first + channels);
    });
    std::vector<double> total(static_cast<std::size_t>(samples * channels * 2), 0.0);
    for (std::int64_t task = 0; task < samples * runs; ++task) {
      double* into = total.data() + (task / runs) * channels * 2;
      const double* from = partial.data() + task * channels * 2;
      for (std::int64_t i = 0; i < channels * 2; ++i) into[i] += from[i];
    }
    return total;
  }
};

std::optional<at::Tensor> given(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional(tensor) : std::nullopt;
}

/// The values of a tensor, where `T` is float or Bf16.
template <class T = float>
const T* data_or_null(const at::Tensor& tensor) {
  return tensor.defined() ? static_cast<const T*>(tensor.const_data_ptr()) : nullptr;
}

template <class T = float>
T* mutable_data_or_null(const at::Tensor& tensor) {
  return tensor.defined() ? static_cast<T*>(tensor.mutable_data_ptr()) : nullptr;
}

/// Calls `body` with a null pointer of the type of the tensor's values.
template <class Body>
void with_type(const at::Tensor& tensor, const Body& body) {
  if (tensor.scalar_type() == at::kBFloat16) {
    body(static_cast<const kernels::Bf16*>(nullptr));
  } else {
    body(static_cast<const float*>(nullptr));
  }
}

float to_float(float value) { return value; }
float to_float(kernels::Bf16 value) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16U);
}

/// Mean and 1 / sqrt(var + eps) of every sample and channel, float32 (2, n, c).
template <class T>
at::Tensor statistics(const Geometry& geometry, const T* x, double eps) {
  const std::int64_t channels = geometry.channels;
  std::vector<float> shifts;  // the first voxel of each sample
  for (std::int64_t n = 0; n < geometry.samples; ++n) {
    for (std::int64_t c = 0; c < channels; ++c)
      shifts.push_back(to_float(x[n * geometry.voxels * channels + c]));
  }
  const std::vector<double> sums = geometry.sums(
      [&](std::int64_t sample, std::int64_t at, std::int64_t count, double* sum, double* square) {
        kernels::shifted_sums(x + at, count, channels, shifts.data() + sample * channels, sum,
                              square);
      });
  at::Tensor result = at::empty({2, geometry.samples, channels}, at::kFloat);
  auto* mean = result.mutable_data_ptr<float>();
  float* inverse = mean + geometry.samples * channels;
  const auto count = static_cast<double>(geometry.voxels);
  for (std::int64_t n = 0; n < geometry.samples; ++n) {
    for (std::int64_t c = 0; c < channels; ++c) {
      const auto shift = static_cast<double>(shifts[static_cast<std::size_t>(n * channels + c)]);
      const double offset = sums[static_cast<std::size_t>(n * channels * 2 + c)] / count;
      const double square = sums[static_cast<std::size_t>(n * channels * 2 + channels + c)] / count;
      const double variance = std::max(square - offset * offset, 0.0);
      mean[n * channels + c] = static_cast<float>(shift + offset);
      inverse[n * channels + c] = static_cast<float>(1.0 / std::sqrt(variance + eps));
    }
  }
  return result;
}

std::vector<NormCoefficients> coefficients(const Geometry& geometry,
                                           const at::Tensor& statistics,
                                           const at::Tensor& gamma,
                                           const at::Tensor& beta) {
  const std::int64_t channels = geometry.channels;
  const auto* mean = statistics.const_data_ptr<float>();
  const float* inverse = mean + geometry.samples * channels;
  const float* weight = data_or_null(gamma);
  const float* bias = data_or_null(beta);
  std::vector<NormCoefficients> all(static_cast<std::size_t>(geometry.samples));
  for (NormCoefficients& one : all) {
    one.mean.assign(mean, mean + channels);
    one.inverse.assign(inverse, inverse + channels);
    for (std::int64_t c = 0; c < channels; ++c) {
      const float scale = (weight != nullptr ? weight[c] : 1.0F) * inverse[c];
      one.scale.push_back(scale);
      one.offset.push_back((bias != nullptr ? bias[c] : 0.0F) - mean[c] * scale);
    }
    mean += channels;
    inverse += channels;
  }
  return all;
}

template <class T>
void apply_norm(const Geometry& geometry,
                const std::vector<NormCoefficients>& all,
                const T* x,
                const T* residual,
                float slope,
                T* y) {
  geometry.for_runs([&](std::int64_t, std::int64_t sample, std::int64_t at, std::int64_t count) {
    kernels::normalise(x + at, residual != nullptr ? residual + at : nullptr, count,
                       geometry.channels, all[static_cast<std::size_t>(sample)], slope, y + at);
  });
}

/// Statistics of `x`, and the whole function into `y`, which may be `x`. All have channels last.
at::Tensor norm_into(const at::Tensor& x,
                     const at::Tensor& gamma,
                     const at::Tensor& beta,
                     const at::Tensor& residual,
                     double eps,
                     double slope,
                     const at::Tensor& y) {
  const Geometry geometry(x);
  at::Tensor stats;
  with_type(x, [&]<class T>(const T*) {
    stats = statistics(geometry, data_or_null<T>(x), eps);
    apply_norm(geometry, coefficients(geometry, stats, gamma, beta), data_or_null<T>(x),
               data_or_null<T>(residual), static_cast<float>(slope), mutable_data_or_null<T>(y));
  });
  return stats;
}

class NormAct : public torch::autograd::Function<NormAct> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* ctx,
                            const at::Tensor& input,
                            const std::optional<at::Tensor>& weight,
                            const std::optional<at::Tensor>& bias,
                            const std::optional<at::Tensor>& summand,
                            double eps,
                            double slope) {
    const at::Tensor gamma = weight.value_or(at::Tensor());
    const at::Tensor beta = bias.value_or(at::Tensor());
    const at::Tensor residual = summand.value_or(at::Tensor());
    const at::Tensor x = channels_last(input);
    const at::Tensor added = residual.defined() ? channels_last(residual) : residual;
    at::Tensor y = at::empty_like(x);
    const at::Tensor stats = norm_into(x, gamma, beta, added, eps, slope, y);
    ctx->saved_data["slope"] = slope;
    ctx->saved_data["residual"] = residual.defined();
    ctx->save_for_backward({x, gamma, beta, stats, residual.defined() ? y : at::Tensor()});
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 torch::autograd::variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    const at::Tensor& x = saved[0];
    const at::Tensor& gamma = saved[1];
    const at::Tensor grad = channels_last(grads[0]);
    const bool has_residual = ctx->saved_data["residual"].toBool();
    const auto slope = static_cast<float>(ctx->saved_data["slope"].toDouble());
    const Geometry geometry(x);
    const std::int64_t channels = geometry.channels;
    const auto all = coefficients(geometry, saved[3], gamma, saved[2]);
    at::Tensor grad_x = at::empty_like(x);
    at::Tensor grad_residual = has_residual ? at::empty_like(x) : at::Tensor();
    std::vector<double> sums;
    with_type(x, [&]<class T>(const T*) {
      const T* values = data_or_null<T>(x);
      const T* result = data_or_null<T>(saved[4]);
      const T* gradient = data_or_null<T>(grad);
      sums = geometry.sums([&](std::int64_t sample, std::int64_t at, std::int64_t count,
                               double* sum, double* product) {
        kernels::gradient_sums(values + at, result != nullptr ? result + at : nullptr,
                               gradient + at, count, channels,
                               all[static_cast<std::size_t>(sample)], slope, sum, product);
      });
      std::vector<float> means(sums.size());
      for (std::size_t i = 0; i < sums.size(); ++i) {
        means[i] = static_cast<float>(sums[i] / static_cast<double>(geometry.voxels));
      }
      T* x_out = mutable_data_or_null<T>(grad_x);
      T* residual_out = mutable_data_or_null<T>(grad_residual);
      geometry.for_runs([&](std::int64_t, std::int64_t sample, std::int64_t at,
                            std::int64_t count) {
        const float* mean_grad = means.data() + sample * channels * 2;
        kernels::normalise_backward(
            values + at, result != nullptr ? result + at : nullptr, gradient + at, count, channels,
            all[static_cast<std::size_t>(sample)], slope, mean_grad, mean_grad + channels,
            x_out + at, residual_out != nullptr ? residual_out + at : nullptr);
      });
    });
    at::Tensor grad_gamma;
    at::Tensor grad_beta;
    if (gamma.defined()) {
      const auto options = at::TensorOptions().dtype(at::kDouble);
      const at::Tensor totals =
          at::tensor(sums, options).view({geometry.samples, 2, channels}).sum(0);
      grad_beta = totals[0].to(at::kFloat);
      grad_gamma = totals[1].to(at::kFloat);
    }
    return {grad_x, grad_gamma, grad_beta, grad_residual, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor norm_act(const at::Tensor& x,
                    const at::Tensor& gamma,
                    const at::Tensor& beta,
                    const at::Tensor& residual,
                    double eps,
                    double slope) {
  if (c10::GradMode::is_enabled()) {
    return NormAct::apply(x, given(gamma), given(beta), given(residual), eps, slope);
  }
  at::Tensor y = channels_last(x);
  const at::Tensor added = residual.defined() ? channels_last(residual) : residual;
  norm_into(y, gamma, beta, added, eps, slope, y);
  return y;
}

at::Tensor scale_act(const at::Tensor& x,
                     const std::vector<float>& scale,
                     const std::vector<float>& offset,
                     const at::Tensor& residual,
                     double slope) {
  at::Tensor y = channels_last(x);
  const at::Tensor added = residual.defined() ? channels_last(residual) : residual;
  const Geometry geometry(y);
  const std::vector<NormCoefficients> all(static_cast<std::size_t>(geometry.samples),
                                          {scale, offset, {}, {}});
  with_type(y, [&]<class T>(const T*) {
    apply_norm(geometry, all, data_or_null<T>(y), data_or_null<T>(added), static_cast<float>(slope),
               mutable_data_or_null<T>(y));
  });
  return y;
}

}  // namespace nnflow::networks
