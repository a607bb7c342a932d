// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/torch_bridge/tensors.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <stdexcept>

namespace nnflow::torch_bridge {
namespace {

void check_size(std::size_t size, const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (const std::int64_t edge : shape) count *= edge;
  if (count != static_cast<std::int64_t>(size))
    throw std::invalid_argument("shape does not fit the values");
}

}  // namespace

at::Tensor view_of(std::span<float> values, const std::vector<std::int64_t>& shape) {
  check_size(values.size(), shape);
  return at::from_blob(values.data(), shape, at::TensorOptions().dtype(at::kFloat));
}

at::Tensor view_of(std::span<const float> values, const std::vector<std::int64_t>& shape) {
  return view_of(std::span<float>(const_cast<float*>(values.data()), values.size()), shape);
}

at::Tensor view_of(std::span<const std::int16_t> values, const std::vector<std::int64_t>& shape) {
  check_size(values.size(), shape);
  auto* data = const_cast<std::int16_t*>(values.data());
  return at::from_blob(data, shape, at::TensorOptions().dtype(at::kShort));
}

at::Tensor copy_to(const at::Tensor& tensor, const DeviceSpec& device) {
  const at::Device target = device.cuda
                                ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index))
                                : at::Device(at::kCPU);
  return tensor.to(target, tensor.scalar_type(), /*non_blocking=*/false, /*copy=*/true);
}

std::vector<float> to_vector(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.detach().to(at::Device(at::kCPU), at::kFloat).contiguous();
  const float* data = flat.const_data_ptr<float>();
  return {data, data + flat.numel()};
}

}  // namespace nnflow::torch_bridge
