// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace nnflow::nnunet {

/// A normalisation scheme that plans may name in `normalization_schemes`. Plugins register
/// implementations under the class name: `registry.add<Normaliser, Mine>("nnunet.normaliser/1",
/// "MyNormalization", "...")`. An implementation is constructed from an object with `channel`
/// (integer), `use_mask` (bool) and `intensity` (the channel's entry of
/// `foreground_intensity_properties_per_channel`).
class Normaliser {
 public:
  static constexpr std::string_view kInterface = "nnunet.normaliser/1";

  Normaliser() = default;
  Normaliser(const Normaliser&) = delete;
  Normaliser& operator=(const Normaliser&) = delete;
  virtual ~Normaliser() = default;

  /// Normalises one channel (z, y, x) in place. `labels` are the same voxels' labels, -1 outside
  /// the non-zero mask; empty when there are none. Called for different images at once.
  virtual void run(std::span<float> voxels, std::span<const std::int16_t> labels) const = 0;
};

}  // namespace nnflow::nnunet
