// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace nnflow::nnunet {

/// One channel per value, 1 where the label map has it, else 0: `out` is (value, z, y, x). What a
/// cascade gets beside the image (nnunet-inference 3.10, nnunet-training 3.11).
inline void one_hot(std::span<const std::int16_t> labels,
                    std::span<const std::int64_t> values,
                    std::span<float> out) {
  for (std::size_t channel = 0; channel < values.size(); ++channel) {
    const auto part = out.subspan(channel * labels.size(), labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
      part[i] = labels[i] == values[channel] ? 1.0F : 0.0F;
    }
  }
}

}  // namespace nnflow::nnunet
