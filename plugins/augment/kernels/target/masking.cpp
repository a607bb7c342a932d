// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/target/masking.hpp"

#include <algorithm>

namespace nnflow::augment {

void mask_outside(std::span<const std::int64_t> channels,
                  std::span<const std::int16_t> label,
                  std::span<float> image) {
  for (const std::int64_t c : channels) {
    float* const channel = image.data() + c * static_cast<std::int64_t>(label.size());
    for (std::size_t i = 0; i < label.size(); ++i) channel[i] = label[i] < 0 ? 0.0F : channel[i];
  }
}

void replace_label(std::int16_t from, std::int16_t to, std::span<std::int16_t> label) {
  std::replace(label.begin(), label.end(), from, to);
}

}  // namespace nnflow::augment
