// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/imaging/geometry.hpp"
#include "nnflow/nnunet/export.hpp"
#include "nnflow/nnunet/labels.hpp"
#include "nnflow/payload.hpp"

namespace nnflow::nnunet {

/// Voxels of one class: array coordinates (z, y, x) of the preprocessed label map, in the drawn
/// order.
struct ClassLocations {
  LabelOrRegion key;
  std::vector<std::array<std::int32_t, 3>> voxels;

  friend bool operator==(const ClassLocations&, const ClassLocations&) = default;
};

/// What nnU-Net remembers of a case (nnunet-data 5.4): enough to put a prediction back into the
/// original image. `spacing` is in raw array order; the shapes and the box are after
/// `transpose_forward`.
struct NNFLOW_NNUNET_EXPORT CaseProperties {
  /// As the reader left it: `sitk_stuff`, `nibabel_stuff`, or nothing (nnunet-data 2.6).
  imaging::Geometry geometry;
  imaging::Spacing3 spacing{1.0, 1.0, 1.0};
  imaging::Extent3 shape_before_cropping{};
  imaging::Box3 bbox_used_for_cropping;
  imaging::Extent3 shape_after_cropping_and_before_resampling{};
  /// Present for training cases; one entry per class, in the label manager's order.
  std::optional<std::vector<ClassLocations>> class_locations;

  /// Reads a `.pkl` that nnU-Net or nnflow wrote. Throws Error(kInvalidData) naming `source`.
  [[nodiscard]] static CaseProperties from_pickle(std::string_view bytes, std::string_view source);
  [[nodiscard]] static CaseProperties read(const std::filesystem::path& path);
  /// A protocol-4 pickle that nnU-Net's data loader and exporter read.
  [[nodiscard]] std::string to_pickle() const;
  void write(const std::filesystem::path& path) const;

  friend bool operator==(const CaseProperties&, const CaseProperties&) = default;
};

}  // namespace nnflow::nnunet

namespace nnflow {

template <>
struct NNFLOW_NNUNET_EXPORT PayloadTraits<nnunet::CaseProperties> {
  static constexpr std::string_view kId = "nnunet.case_properties/2";
  static std::size_t bytes(const nnunet::CaseProperties& value);
  static void save(const nnunet::CaseProperties& value, std::string& out);
  static nnunet::CaseProperties load(std::string_view bytes);
};

}  // namespace nnflow
