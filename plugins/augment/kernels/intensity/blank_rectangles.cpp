// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/blank_rectangles.hpp"

namespace nnflow::augment {

void apply_blank_rectangles(std::span<const BlankRectangle> rectangles,
                            std::span<float> image,
                            const imaging::Extent3& extent) {
  for (const BlankRectangle& rectangle : rectangles) {
    float* const channel = image.data() + rectangle.channel * imaging::voxel_count(extent);
    const imaging::Box3& box = rectangle.box;
    const auto rows = [&](const auto& visit) {
      for (std::int64_t z = box.lower[0]; z < box.upper[0]; ++z) {
        for (std::int64_t y = box.lower[1]; y < box.upper[1]; ++y) {
          float* const row = channel + imaging::linear_index(extent, z, y, 0);
          visit(row + box.lower[2], row + box.upper[2]);
        }
      }
    };
    double sum = 0.0;
    rows([&sum](const float* first, const float* last) {
      for (; first < last; ++first) sum += static_cast<double>(*first);
    });
    const auto mean =
        static_cast<float>(sum / static_cast<double>(imaging::voxel_count(box.extent())));
    rows([mean](float* first, float* last) { std::fill(first, last, mean); });
  }
}

}  // namespace nnflow::augment
