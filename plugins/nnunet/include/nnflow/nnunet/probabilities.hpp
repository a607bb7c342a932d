// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/nnunet/export.hpp"
#include "nnflow/payload.hpp"

namespace nnflow::nnunet {

/// What a network thinks of every voxel of an image as read: float32 (head, z, y, x), contiguous
/// (nnunet-inference 4.4). Heads are all labels, background first, or the regions.
struct Probabilities {
  std::int64_t heads = 0;
  imaging::Extent3 extent{};
  std::vector<float> values;

  [[nodiscard]] std::span<const float> head(std::int64_t index) const {
    const auto count = static_cast<std::size_t>(imaging::voxel_count(extent));
    return std::span(values).subspan(static_cast<std::size_t>(index) * count, count);
  }
};

/// Adds the array `probabilities` of an `.npz`, in either order of axes, to `sum`, which takes its
/// shape when it has no heads yet. The file is read front to back: nothing but `sum` has the
/// array's size. Throws Error(kIo) or Error(kInvalidData) naming the file: no such array, other
/// elements than float32 or float64, values that are not finite, another shape than `sum`.
NNFLOW_NNUNET_EXPORT void add_probabilities(const std::filesystem::path& path, Probabilities& sum);

/// Bytes of the array `probabilities` of an `.npz` once read, from its head; 0 for a file that
/// cannot be read.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::uint64_t probabilities_bytes(
    const std::filesystem::path& path);

/// Writes `path` itself (no temporary name: pass one from `Context::artifact`) as numpy's
/// `savez_compressed` does: a zip archive with the deflated member `probabilities.npy`. The same
/// values give the same bytes. Throws Error(kIo) naming the file.
NNFLOW_NNUNET_EXPORT void write_probabilities(const std::filesystem::path& path,
                                              const Probabilities& probabilities);

}  // namespace nnflow::nnunet

namespace nnflow {

template <>
struct PayloadTraits<nnunet::Probabilities> {
  static constexpr std::string_view kId = "nnunet.probabilities/1";
  static std::size_t bytes(const nnunet::Probabilities& value) {
    return value.values.size() * sizeof(float);
  }
};

}  // namespace nnflow
