// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/networks/unet.hpp>
#include <vector>

#include "predict/kernels/mirror.hpp"

namespace nnflow::predict {

/// Logits of a batch of tiles (tile, channel, ...) on a GPU, averaged over mirrored versions. The
/// network runs in float16; `keep_half` then averages in float16, too. Call on the device's thread
/// without gradients.
[[nodiscard]] at::Tensor mirrored_logits(const networks::UNet& network,
                                         const at::Tensor& tiles,
                                         const std::vector<Mirror>& mirrors,
                                         bool keep_half);

}  // namespace nnflow::predict
