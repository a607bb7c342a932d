// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "nnflow/imaging/extent.hpp"
#include "postprocess/kernels/export_labels.hpp"

namespace nnflow::postprocess {

/// Puts planes of the crop to their places in the image as read: undoes crop and transposition.
class PlanePlacement {
 public:
  /// `axes`: the axis that planes are perpendicular to, and the in-plane axes, slower first.
  PlanePlacement(const ExportGeometry& geometry, const std::array<std::size_t, 3>& axes);

  /// `plane` is that at `position` along the first of the axes; `image` has `exported_extent`.
  template <class T>
  void place(std::int64_t position, std::span<const T> plane, T* image) const {
    for (std::int64_t row = 0; row < rows_; ++row) {
      T* const to = image + origin_ + position * steps_[0] + row * steps_[1];
      const T* const from = plane.data() + row * columns_;
      for (std::int64_t column = 0; column < columns_; ++column)
        to[column * steps_[2]] = from[column];
    }
  }

 private:
  std::array<std::int64_t, 3> steps_{};  ///< in the image, along the axes of the constructor
  std::int64_t origin_ = 0;              ///< of the crop, in the image
  std::int64_t rows_ = 0;
  std::int64_t columns_ = 0;
};

}  // namespace nnflow::postprocess
