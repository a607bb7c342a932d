// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "direct/conv_shape.hpp"

namespace nnflow::networks::kernels {

/// The gradient of a convolution's weights: for every tap, fine channel and coarse channel the sum
/// over coarse voxels of fine value times coarse value, in float32. The image is cut into parts,
/// whose sums are added in their order, whatever the number of threads.
template <class T>
class WeightGradient {
 public:
  /// `fine` together have the fine channels.
  WeightGradient(const ConvShape& shape,
                 std::vector<ChannelSource<T>> fine,
                 ChannelSource<T> coarse);

  [[nodiscard]] std::int64_t parts() const { return parts_; }
  /// Elements of the sums of one part.
  [[nodiscard]] std::int64_t part_size() const;
  /// Independent pieces, which may run at the same time.
  [[nodiscard]] std::int64_t tasks() const { return parts_ * blocks_; }
  /// Computes a piece of the sums; `sums` has room for all parts, not initialised.
  void run(std::int64_t task, float* sums) const;
  [[nodiscard]] std::int64_t vectors() const { return vectors_; }
  /// Adds the parts of the 16 coarse channels of vector `vector` up into the gradient, which is as
  /// ConvShape has weights.
  void add_parts(const float* sums, std::int64_t vector, float* gradient) const;

 private:
  class Window;

  void fill_coarse(std::int64_t sample,
                   std::int64_t z,
                   std::int64_t first_row,
                   std::int64_t rows,
                   T* into) const;
  /// Adds the taps of one plane of the kernel, which reads fine plane `z`.
  void add_plane(Window& window,
                 const T* coarse,
                 std::int64_t z,
                 std::int64_t first_row,
                 std::int64_t rows,
                 float* sums) const;

  ConvShape shape_;
  std::vector<ChannelSource<T>> fine_;
  ChannelSource<T> coarse_;
  std::int64_t vectors_;  ///< of 16 coarse channels
  std::int64_t blocks_;   ///< of fine channels
  std::int64_t strips_;   ///< of some rows in a plane
  std::int64_t parts_;
  std::int64_t groups_;      ///< of pixels in a coarse row
  std::int64_t row_pixels_;  ///< of a fine row of one phase, with what is read behind it
};

}  // namespace nnflow::networks::kernels
