// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/imaging/take_better.hpp"

#include "nnflow/imaging/wide_vectors.hpp"

namespace nnflow::imaging {

NNFLOW_WIDE_VECTORS void take_better(const float* __restrict__ values,
                                     std::int64_t count,
                                     std::int32_t label,
                                     float* __restrict__ best,
                                     std::int32_t* __restrict__ labels) {
  for (std::int64_t i = 0; i < count; ++i) {
    const bool better = values[i] > best[i];
    best[i] = better ? values[i] : best[i];
    labels[i] = better ? label : labels[i];
  }
}

}  // namespace nnflow::imaging
