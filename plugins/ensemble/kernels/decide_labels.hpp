// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace nnflow::ensemble {

/// Labels from probabilities, a voxel at a time (nnunet-inference 4.1, 4.3). `probabilities` are
/// (head, voxel), `labels` has one entry a voxel. `region_labels` empty: the first head with the
/// highest probability is the label. Otherwise it holds one label a head: a voxel takes that of the
/// last head whose probability exceeds 0.5, else 0. Any number of `threads` gives the same labels.
void decide_labels(std::span<const float> probabilities,
                   std::span<const std::int16_t> region_labels,
                   std::span<std::int16_t> labels,
                   int threads);

/// Divides sums over `count` members in place.
void divide(std::span<float> sums, int count, int threads);

}  // namespace nnflow::ensemble
