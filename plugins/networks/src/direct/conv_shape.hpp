// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace nnflow::networks::kernels {

/// The bits of a bfloat16.
using Bf16 = std::uint16_t;
using Triple = std::array<std::int64_t, 3>;  ///< z, y, x

/// A strided convolution seen as a relation of two grids: it reads the fine one, where the tap `k`
/// of the coarse voxel `o` is the voxel `o * stride - padding + k`, and writes the coarse one. A
/// transposed convolution goes the other way, and so do gradients. Weights are
/// (coarse channels, fine channels, taps z, y, x) for both.
struct ConvShape {
  std::int64_t batch = 1;
  Triple fine{1, 1, 1};
  Triple coarse{1, 1, 1};
  Triple kernel{1, 1, 1};
  Triple stride{1, 1, 1};
  Triple padding{0, 0, 0};
  std::int64_t fine_channels = 1;
  std::int64_t coarse_channels = 1;

  [[nodiscard]] std::int64_t taps() const { return kernel[0] * kernel[1] * kernel[2]; }
};

/// Neighbours that one instruction multiplies and sums up: channels, or pixels in weight gradients.
template <class T>
inline constexpr std::int64_t kGroup = sizeof(T) == sizeof(Bf16) ? 2 : 1;

/// Channels of a grid, (batch, z, y, x, channels); several stand for their concatenation. `T` is
/// Bf16 or float, here and below.
template <class T>
struct ChannelSource {
  const T* data = nullptr;
  std::int64_t channels = 0;
};

}  // namespace nnflow::networks::kernels
