// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "postprocess/kernels/export_labels.hpp"

namespace nnflow::postprocess {

/// What `export_probabilities` makes, in the axes of the image as read.
struct ExportedProbabilities {
  std::vector<std::int16_t> labels;  ///< (z, y, x)
  std::vector<float> probabilities;  ///< (head, z, y, x)
};

/// As `export_labels`, with the probabilities by which labels are decided (nnunet-inference 4.1):
/// softmax over the heads, or the sigmoid of each region, in float32. Outside the crop the
/// probability is 0, but 1 for the background of a softmax. The result of all heads exists at once;
/// beside it one plane of every head per thread. Labels may differ from those of `export_labels`
/// where two logits give the same probability: the first head then wins.
[[nodiscard]] ExportedProbabilities export_probabilities(
    std::span<const float> logits,
    std::int64_t heads,
    const ExportGeometry& geometry,
    std::span<const std::int16_t> region_labels,
    LogitRounding rounding,
    int threads);

}  // namespace nnflow::postprocess
