// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/kernels/one_hot.hpp"

#include <cstddef>

namespace nnflow::predict {

void one_hot(std::span<const std::int16_t> labels,
             std::span<const std::int64_t> values,
             std::span<float> out) {
  for (std::size_t channel = 0; channel < values.size(); ++channel) {
    const auto part = out.subspan(channel * labels.size(), labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
      part[i] = labels[i] == values[channel] ? 1.0F : 0.0F;
    }
  }
}

}  // namespace nnflow::predict
