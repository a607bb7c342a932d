// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nnflow::augment {

/// Writes one map of 0 and 1 per region: 1 where the label belongs to the region
/// (nnunet-training 3.10). With an ignore label a last map marks the voxels that carry it.
/// @param out (regions + (ignore ? 1 : 0)) x label.size()
void labels_to_regions(std::span<const std::vector<std::int16_t>> regions,
                       std::optional<std::int16_t> ignore,
                       std::span<const std::int16_t> label,
                       std::span<std::uint8_t> out);

}  // namespace nnflow::augment
