// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/nnunet/patch_memory.hpp"
#include "nnflow/payload.hpp"

namespace nnflow::nnunet {

/// A training sample on its way from the sampler to the batch: image float32 (c, z, y, x),
/// segmentation int16 (s, z, y, x); both share `extent`. 2D patches have z == 1.
struct Patch {
  std::string case_id;
  int dimension = 3;               ///< 2 or 3 spatial axes that take part in augmentation
  bool validation = false;         ///< belongs to the validation stream: no random augmentation
  bool forced_foreground = false;  ///< centred on a foreground voxel by oversampling
  bool cut = false;  ///< only the part was read that a patch needs which is not rotated or scaled
  std::int64_t epoch = 0;  ///< counted from 0
  std::int64_t channels = 0;
  std::int64_t seg_channels = 0;  ///< 1; 2 with a previous stage (its labels in channel 1)
  imaging::Extent3 extent{};      ///< present size
  imaging::Extent3
      final_extent{};  ///< size the network takes; smaller before the spatial transform
  std::vector<float> image;
  std::vector<std::int16_t> seg;  ///< -1 outside the image and outside the non-zero mask

  /// Gives both arrays the size `channels * voxels` and `seg_channels * voxels`, keeping nothing.
  void resize(std::int64_t new_channels,
              std::int64_t new_seg_channels,
              const imaging::Extent3& new_extent) {
    channels = new_channels;
    seg_channels = new_seg_channels;
    extent = new_extent;
    image.assign(static_cast<std::size_t>(channels * imaging::voxel_count(extent)), 0.0F);
    seg.assign(static_cast<std::size_t>(seg_channels * imaging::voxel_count(extent)),
               std::int16_t{0});
  }
  /// The same size, but the values are unspecified: for who writes all of them.
  void reshape(std::int64_t new_channels,
               std::int64_t new_seg_channels,
               const imaging::Extent3& new_extent) {
    give_back_memory(std::move(image));
    give_back_memory(std::move(seg));
    channels = new_channels;
    seg_channels = new_seg_channels;
    extent = new_extent;
    const auto voxels = static_cast<std::size_t>(imaging::voxel_count(extent));
    image = take_image_memory(static_cast<std::size_t>(channels) * voxels);
    seg = take_seg_memory(static_cast<std::size_t>(seg_channels) * voxels);
  }
  [[nodiscard]] std::span<float> channel(std::int64_t index) {
    return std::span(image).subspan(offset(index), offset(1));
  }
  [[nodiscard]] std::span<const float> channel(std::int64_t index) const {
    return std::span(image).subspan(offset(index), offset(1));
  }
  [[nodiscard]] std::span<std::int16_t> seg_channel(std::int64_t index) {
    return std::span(seg).subspan(offset(index), offset(1));
  }
  [[nodiscard]] std::span<const std::int16_t> seg_channel(std::int64_t index) const {
    return std::span(seg).subspan(offset(index), offset(1));
  }

 private:
  [[nodiscard]] std::size_t offset(std::int64_t index) const {
    return static_cast<std::size_t>(index * imaging::voxel_count(extent));
  }
};

/// `batch` patches of equal size stacked: image (b, c, z, y, x), segmentation (b, s, z, y, x).
struct Batch {
  std::vector<std::string> case_ids;
  int dimension = 3;
  bool validation = false;
  std::int64_t epoch = 0;
  std::int64_t batch = 0;
  std::int64_t channels = 0;
  std::int64_t seg_channels = 0;
  imaging::Extent3 extent{};
  std::vector<float> image;
  std::vector<std::int16_t> seg;
};

}  // namespace nnflow::nnunet

namespace nnflow {

template <>
struct PayloadTraits<nnunet::Patch> {
  static constexpr std::string_view kId = "nnunet.patch/1";
  static std::size_t bytes(const nnunet::Patch& value) {
    return value.image.size() * sizeof(float) + value.seg.size() * sizeof(std::int16_t);
  }
};

template <>
struct PayloadTraits<nnunet::Batch> {
  static constexpr std::string_view kId = "nnunet.batch/1";
  static std::size_t bytes(const nnunet::Batch& value) {
    return value.image.size() * sizeof(float) + value.seg.size() * sizeof(std::int16_t);
  }
};

}  // namespace nnflow
