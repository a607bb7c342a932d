// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "plan/kernels/topology.hpp"

namespace nnflow::plan {

/// Which encoder a planner's estimate is for.
enum class Encoder { kPlain, kResidual };

/// Number of feature-map elements of a U-Net for one patch, without batch and deep supervision
/// (nnunet-data 4.8). `features`, `encoder_depth` (convolutions or residual blocks) have one entry
/// per stage, `decoder_depth` one less; `label_keys` is the number of entries in `labels`.
[[nodiscard]] std::int64_t feature_map_elements(const Topology& topology,
                                                std::span<const std::int64_t> features,
                                                std::span<const std::int64_t> encoder_depth,
                                                std::span<const std::int64_t> decoder_depth,
                                                Encoder encoder,
                                                std::int64_t label_keys);

}  // namespace nnflow::plan
