// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/kernels/plane_placement.hpp"

namespace nnflow::postprocess {

PlanePlacement::PlanePlacement(const ExportGeometry& geometry,
                               const std::array<std::size_t, 3>& axes) {
  const auto extent = exported_extent(geometry);
  const std::array<std::int64_t, 3> contiguous{extent[1] * extent[2], extent[2], 1};
  std::array<std::int64_t, 3> strides{};  // in the image, of the uncropped image's axes
  for (std::size_t i = 0; i < 3; ++i) strides[geometry.transpose_backward[i]] = contiguous[i];
  for (std::size_t i = 0; i < 3; ++i) {
    steps_[i] = strides[axes[i]];
    origin_ += geometry.crop.lower[i] * strides[i];
  }
  const auto crop = geometry.crop.extent();
  rows_ = crop[axes[1]];
  columns_ = crop[axes[2]];
}

}  // namespace nnflow::postprocess
