// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "direct/direct_conv.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <atomic>
#include <optional>

#include "direct/gather_conv.hpp"
#include "direct/weight_gradient.hpp"
#include "nnflow/networks/precision.hpp"

namespace nnflow::networks {
namespace {

using kernels::ConvShape;
using kernels::Gather;
using kernels::Triple;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::MemoryFormat last(const at::Tensor& tensor) {
  return tensor.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::ChannelsLast3d;
}

/// With the channels last, whatever the strides of axes of length 1.
at::Tensor rows_of(const at::Tensor& tensor, at::ScalarType type) {
  return tensor.to(type).movedim(1, -1).contiguous();
}

template <class T>
std::vector<kernels::ChannelSource<T>> sources(const std::vector<at::Tensor>& all) {
  std::vector<kernels::ChannelSource<T>> result;
  result.reserve(all.size());
  for (const at::Tensor& rows : all)
    result.push_back({static_cast<const T*>(rows.const_data_ptr()), rows.size(-1)});
  return result;
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

template <class Sizes>
Triple triple(const Sizes& sizes, std::int64_t missing) {
  Triple result{missing, missing, missing};
  std::copy(sizes.rbegin(), sizes.rend(), result.rbegin());
  return result;
}

ConvShape shape_of(const at::Tensor& x_rows, const at::Tensor& weight, const DirectConv& conv) {
  const auto sizes = x_rows.sizes();
  const auto spatial = sizes.slice(1, sizes.size() - 2);
  ConvShape shape;
  shape.batch = sizes[0];
  shape.kernel = triple(weight.sizes().slice(2), 1);
  shape.stride = triple(conv.stride, 1);
  shape.padding = triple(conv.padding, 0);
  shape.coarse_channels = weight.size(0);
  shape.fine_channels = weight.size(1);
  const Triple from = triple(spatial.vec(), 1);
  (conv.transposed ? shape.coarse : shape.fine) = from;
  for (std::size_t a = 0; a < 3; ++a) {
    if (conv.transposed) {
      shape.fine[a] = (from[a] - 1) * shape.stride[a] - 2 * shape.padding[a] + shape.kernel[a];
    } else {
      shape.coarse[a] = (from[a] + 2 * shape.padding[a] - shape.kernel[a]) / shape.stride[a] + 1;
    }
  }
  return shape;
}

/// Calls `body` for 0 ... count - 1. Threads take the next one when they are done with theirs:
/// cores that also prepare data would keep the others waiting for their share.
template <class Body>
void for_each(std::int64_t count, const Body& body) {
  std::atomic<std::int64_t> next{0};
  const std::int64_t workers = std::min<std::int64_t>(count, at::get_num_threads());
  at::parallel_for(0, workers, 1, [&](std::int64_t, std::int64_t) {
    for (;;) {
      const std::int64_t i = next.fetch_add(1, std::memory_order_relaxed);
      if (i >= count) return;
      body(i);
    }
  });
}

/// Result channels [first, first + channels of `result`) of a convolution of `from`.
void gather(const ConvShape& shape,
            Gather to,
            const std::vector<at::Tensor>& from,
            const at::Tensor& weight,
            std::int64_t first,
            const at::Tensor& bias,
            const at::Tensor& result) {
  const at::Tensor plain = weight.contiguous();
  with_type(from.front(), [&]<class T>(const T*) {
    thread_local kernels::Scratch<T> memory;
    kernels::PackedWeights<T> packed(shape, to, plain.const_data_ptr<float>(), first,
                                     first + result.size(1), memory);
    for_each(packed.blocks(), [&](std::int64_t block) { packed.pack(block); });
    kernels::GatherResult<T> into;
    if (result.scalar_type() == at::kFloat) {
      into.single = result.mutable_data_ptr<float>();
    } else {
      into.narrow = static_cast<T*>(result.mutable_data_ptr());
    }
    const kernels::GatherConv<T> job(shape, to, sources<T>(from), packed,
                                     bias.defined() ? bias.const_data_ptr<float>() : nullptr, into);
    for_each(job.tasks(), [&](std::int64_t task) { job.run(task); });
  });
}

at::Tensor weight_gradient(const ConvShape& shape,
                           const std::vector<at::Tensor>& fine,
                           const at::Tensor& coarse,
                           const at::Tensor& weight) {
  at::Tensor gradient = at::empty(weight.sizes(), at::kFloat);
  auto* const into = gradient.mutable_data_ptr<float>();
  with_type(coarse, [&]<class T>(const T*) {
    const kernels::WeightGradient<T> job(shape, sources<T>(fine), sources<T>({coarse}).front());
    const at::Tensor sums = at::empty({job.parts() * job.part_size()}, at::kFloat);
    auto* const parts = sums.mutable_data_ptr<float>();
    for_each(job.tasks(), [&](std::int64_t task) { job.run(task, parts); });
    for_each(job.vectors(), [&](std::int64_t vector) { job.add_parts(parts, vector, into); });
  });
  return gradient;
}

std::vector<at::Tensor> all_rows(const at::Tensor& x, const at::Tensor& skip) {
  std::vector<at::Tensor> rows{rows_of(x, x.scalar_type())};
  if (skip.defined()) rows.push_back(rows_of(skip, x.scalar_type()));
  return rows;
}

at::Tensor empty_rows(const ConvShape& shape,
                      const Triple& size,
                      std::int64_t channels,
                      const at::Tensor& like,
                      at::ScalarType type) {
  std::vector<std::int64_t> sizes{shape.batch, channels};
  sizes.insert(sizes.end(), size.end() - (like.dim() - 2), size.end());
  return at::empty(sizes, at::TensorOptions().dtype(type).memory_format(last(like)));
}

class Convolution : public torch::autograd::Function<Convolution> {
 public:
  static at::Tensor forward(AutogradContext* ctx,
                            const at::Tensor& x,
                            const std::optional<at::Tensor>& more,
                            const at::Tensor& weight,
                            const std::optional<at::Tensor>& bias,
                            const DirectConv& conv) {
    const at::Tensor skip = more.value_or(at::Tensor());
    ctx->save_for_backward({x, skip, weight});
    ctx->saved_data["stride"] = conv.stride;
    ctx->saved_data["padding"] = conv.padding;
    ctx->saved_data["transposed"] = conv.transposed;
    ctx->saved_data["bias"] = bias.has_value();
    return run(x, skip, weight, bias.value_or(at::Tensor()), conv);
  }

  static at::Tensor run(const at::Tensor& x,
                        const at::Tensor& skip,
                        const at::Tensor& weight,
                        const at::Tensor& bias,
                        const DirectConv& conv) {
    const std::vector<at::Tensor> rows = all_rows(x, skip);
    const ConvShape shape = shape_of(rows.front(), weight, conv);
    const auto type = conv.single ? at::kFloat : x.scalar_type();
    const Gather to = conv.transposed ? Gather::kFine : Gather::kCoarse;
    at::Tensor result = conv.transposed
                            ? empty_rows(shape, shape.fine, shape.fine_channels, x, type)
                            : empty_rows(shape, shape.coarse, shape.coarse_channels, x, type);
    gather(shape, to, rows, weight, 0, bias, result);
    return result;
  }

  static variable_list backward(AutogradContext* ctx, variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    const at::Tensor& x = saved[0];
    const at::Tensor& skip = saved[1];
    const at::Tensor weight = saved[2].detach();
    DirectConv conv;
    conv.stride = ctx->saved_data["stride"].toIntVector();
    conv.padding = ctx->saved_data["padding"].toIntVector();
    conv.transposed = ctx->saved_data["transposed"].toBool();
    const std::vector<at::Tensor> rows = all_rows(x, skip);
    const ConvShape shape = shape_of(rows.front(), weight, conv);
    const at::Tensor grad = rows_of(grads[0], x.scalar_type());
    const Gather to = conv.transposed ? Gather::kCoarse : Gather::kFine;

    at::Tensor grad_x;
    at::Tensor grad_skip;
    if (ctx->needs_input_grad(0)) {
      grad_x = at::empty_like(x, last(x));
      gather(shape, to, {grad}, weight, 0, {}, grad_x);
    }
    if (skip.defined() && ctx->needs_input_grad(1)) {
      grad_skip = at::empty_like(skip, last(skip));
      gather(shape, to, {grad}, weight, x.size(1), {}, grad_skip);
    }
    const at::Tensor grad_weight = conv.transposed
                                       ? weight_gradient(shape, {grad}, rows.front(), weight)
                                       : weight_gradient(shape, rows, grad, weight);
    at::Tensor grad_bias;
    if (ctx->saved_data["bias"].toBool()) {
      std::vector<std::int64_t> axes{0};
      for (std::int64_t axis = 2; axis < grads[0].dim(); ++axis) axes.push_back(axis);
      grad_bias = grads[0].sum(axes, false, at::kFloat);
    }
    return {grad_x, grad_skip, grad_weight, grad_bias, at::Tensor()};
  }
};

std::optional<at::Tensor> given(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional(tensor) : std::nullopt;
}

}  // namespace

bool runs_direct(const at::Tensor& x) {
  if (!x.is_cpu()) return false;
  return x.scalar_type() == at::kBFloat16 ? cpu_has_bf16()
                                          : x.scalar_type() == at::kFloat && cpu_has_avx512();
}

at::Tensor direct_conv(const at::Tensor& x,
                       const at::Tensor& skip,
                       const at::Tensor& weight,
                       const at::Tensor& bias,
                       const DirectConv& conv) {
  if (!c10::GradMode::is_enabled()) return Convolution::run(x, skip, weight, bias, conv);
  return Convolution::apply(x, given(skip), weight, given(bias), conv);
}

}  // namespace nnflow::networks
