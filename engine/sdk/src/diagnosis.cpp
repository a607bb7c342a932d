// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/diagnosis.hpp"

namespace nnflow {
inline namespace abi_v2 {

Diagnostician::~Diagnostician() = default;

}  // namespace abi_v2
}  // namespace nnflow
