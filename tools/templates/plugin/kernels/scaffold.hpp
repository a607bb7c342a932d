// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace scaffold {

/// Every value becomes `value * factor + offset`.
void scale(std::span<float> values, float factor, float offset);

}  // namespace scaffold
