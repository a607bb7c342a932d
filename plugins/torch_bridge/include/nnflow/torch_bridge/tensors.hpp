// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nnflow/torch_bridge/device.hpp"

namespace at {
class Tensor;
}

namespace nnflow::torch_bridge {

/// A CPU tensor that reads and writes `values` in place; they must outlive it. Row-major `shape`.
[[nodiscard]] at::Tensor view_of(std::span<float> values, const std::vector<std::int64_t>& shape);
[[nodiscard]] at::Tensor view_of(std::span<const float> values,
                                 const std::vector<std::int64_t>& shape);
[[nodiscard]] at::Tensor view_of(std::span<const std::int16_t> values,
                                 const std::vector<std::int64_t>& shape);

/// A copy on `device`.
[[nodiscard]] at::Tensor copy_to(const at::Tensor& tensor, const DeviceSpec& device);

/// The elements in row-major order, converted to float32, from any device.
[[nodiscard]] std::vector<float> to_vector(const at::Tensor& tensor);

}  // namespace nnflow::torch_bridge
