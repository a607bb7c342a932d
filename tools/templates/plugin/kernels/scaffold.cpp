// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/scaffold.hpp"

namespace scaffold {

void scale(std::span<float> values, float factor, float offset) {
  for (float& value : values) value = value * factor + offset;
}

}  // namespace scaffold
