// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/imaging/geometry.hpp"
#include "nnflow/payload.hpp"

namespace nnflow::imaging {

/// A multi-channel scalar image: float32, contiguous, axes (channel, z, y, x).
class Volume {
 public:
  Volume() = default;
  /// Zero-filled image of `channels` x `extent`.
  Volume(std::int64_t channels, Extent3 extent)
      : channels_(channels),
        extent_(extent),
        voxels_(static_cast<std::size_t>(channels * voxel_count(extent))) {}

  [[nodiscard]] std::int64_t channels() const { return channels_; }
  [[nodiscard]] const Extent3& extent() const { return extent_; }
  /// All voxels, channel slowest.
  [[nodiscard]] std::span<float> voxels() { return voxels_; }
  [[nodiscard]] std::span<const float> voxels() const { return voxels_; }
  /// The voxels of one channel, axes (z, y, x).
  [[nodiscard]] std::span<float> channel(std::int64_t index) {
    return voxels().subspan(static_cast<std::size_t>(index * voxel_count(extent_)),
                            static_cast<std::size_t>(voxel_count(extent_)));
  }
  [[nodiscard]] std::span<const float> channel(std::int64_t index) const {
    return voxels().subspan(static_cast<std::size_t>(index * voxel_count(extent_)),
                            static_cast<std::size_t>(voxel_count(extent_)));
  }

  Spacing3 spacing{1.0, 1.0,
                   1.0};  ///< mm along the array axes; follows transposition and resampling
  Geometry geometry;      ///< of the file as read; never follows processing

 private:
  std::int64_t channels_ = 0;
  Extent3 extent_{0, 0, 0};
  std::vector<float> voxels_;
};

/// A label map: int16, contiguous, axes (z, y, x). -1 marks voxels outside the non-zero mask.
class LabelMap {
 public:
  LabelMap() = default;
  /// Zero-filled map.
  explicit LabelMap(Extent3 extent)
      : extent_(extent), voxels_(static_cast<std::size_t>(voxel_count(extent))) {}

  [[nodiscard]] const Extent3& extent() const { return extent_; }
  [[nodiscard]] std::span<std::int16_t> voxels() { return voxels_; }
  [[nodiscard]] std::span<const std::int16_t> voxels() const { return voxels_; }

  Spacing3 spacing{1.0, 1.0, 1.0};  ///< as in Volume
  Geometry geometry;                ///< as in Volume

 private:
  Extent3 extent_{0, 0, 0};
  std::vector<std::int16_t> voxels_;
};

}  // namespace nnflow::imaging

namespace nnflow {

template <>
struct PayloadTraits<imaging::Volume> {
  static constexpr std::string_view kId = "imaging.volume/1";
  static std::size_t bytes(const imaging::Volume& value) { return value.voxels().size_bytes(); }
};

template <>
struct PayloadTraits<imaging::LabelMap> {
  static constexpr std::string_view kId = "imaging.label_map/1";
  static std::size_t bytes(const imaging::LabelMap& value) { return value.voxels().size_bytes(); }
};

}  // namespace nnflow
