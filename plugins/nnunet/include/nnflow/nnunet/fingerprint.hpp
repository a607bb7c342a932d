// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/nnunet/export.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "nnflow/payload.hpp"

namespace nnflow::nnunet {

/// Statistics of one channel's foreground intensities over all cases (nnunet-data 3.2).
struct IntensityProperties {
  double max = 0.0;
  double mean = 0.0;
  double median = 0.0;
  double min = 0.0;
  double percentile_00_5 = 0.0;
  double percentile_99_5 = 0.0;
  double std = 0.0;

  friend bool operator==(const IntensityProperties&, const IntensityProperties&) = default;
};

/// dataset_fingerprint.json (nnunet-data 3.4).
struct NNFLOW_NNUNET_EXPORT Fingerprint {
  std::vector<IntensityProperties>
      foreground_intensity_properties_per_channel;  ///< by channel index
  double median_relative_size_after_cropping = 1.0;
  std::vector<imaging::Extent3> shapes_after_crop;  ///< per case, raw axis order (z, y, x)
  std::vector<imaging::Spacing3> spacings;          ///< per case, mm, raw axis order

  /// All findings in one Error(kInvalidData), each line with `source`. Unknown keys are kept in
  /// `extra`.
  [[nodiscard]] static Fingerprint from_json(const Json& json, std::string_view source);
  [[nodiscard]] static Fingerprint read(const std::filesystem::path& path);
  /// Keys sorted, channels ascending by number.
  [[nodiscard]] Json to_json() const;
  void write(const std::filesystem::path& path) const;

  Json extra = Json::object();  ///< keys of the file that are not ours

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// What one case contributes to the fingerprint.
struct CaseStatistics {
  std::string id;
  imaging::Extent3 shape_before_crop{};  ///< raw axis order
  imaging::Extent3 shape_after_crop{};   ///< raw axis order
  imaging::Spacing3 spacing{1.0, 1.0, 1.0};
  double relative_size_after_cropping = 1.0;  ///< voxels after / voxels before
  /// Per channel the drawn foreground samples; empty when the case has no foreground.
  std::vector<std::vector<float>> foreground_intensities;

  friend bool operator==(const CaseStatistics&, const CaseStatistics&) = default;
};

[[nodiscard]] NNFLOW_NNUNET_EXPORT Json
intensity_properties_to_json(const std::vector<IntensityProperties>& channels);
/// Appends what is wrong to `findings`.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::vector<IntensityProperties> intensity_properties_from_json(
    const Json& json, std::string_view key, std::vector<std::string>& findings);

}  // namespace nnflow::nnunet

namespace nnflow {

template <>
struct NNFLOW_NNUNET_EXPORT PayloadTraits<nnunet::Fingerprint> {
  static constexpr std::string_view kId = "nnunet.fingerprint/1";
  static std::size_t bytes(const nnunet::Fingerprint& value);
  static void save(const nnunet::Fingerprint& value, std::string& out);
  static nnunet::Fingerprint load(std::string_view bytes);
};

template <>
struct NNFLOW_NNUNET_EXPORT PayloadTraits<nnunet::CaseStatistics> {
  static constexpr std::string_view kId = "nnunet.case_statistics/1";
  static std::size_t bytes(const nnunet::CaseStatistics& value);
  static void save(const nnunet::CaseStatistics& value, std::string& out);
  static nnunet::CaseStatistics load(std::string_view bytes);
};

}  // namespace nnflow
