// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/payload.hpp"

namespace nnflow::nnunet {

/// Network output of one case on the preprocessed grid: float32 (head, z, y, x), before any
/// non-linearity.
struct Logits {
  std::int64_t heads = 0;
  imaging::Extent3 extent{};
  std::vector<float> values;
  bool half =
      true;  ///< every value is exactly representable in IEEE binary16, as nnU-Net delivers them

  [[nodiscard]] std::span<const float> head(std::int64_t index) const {
    const auto count = static_cast<std::size_t>(imaging::voxel_count(extent));
    return std::span(values).subspan(static_cast<std::size_t>(index) * count, count);
  }
  [[nodiscard]] std::span<float> head(std::int64_t index) {
    const auto count = static_cast<std::size_t>(imaging::voxel_count(extent));
    return std::span(values).subspan(static_cast<std::size_t>(index) * count, count);
  }
};

}  // namespace nnflow::nnunet

namespace nnflow {

template <>
struct PayloadTraits<nnunet::Logits> {
  static constexpr std::string_view kId = "nnunet.logits/1";
  static std::size_t bytes(const nnunet::Logits& value) {
    return value.values.size() * sizeof(float);
  }
};

}  // namespace nnflow
