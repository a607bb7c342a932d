// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nnflow/nnunet/export.hpp"
#include "nnflow/nnunet/labels.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "nnflow/payload.hpp"

namespace nnflow::nnunet {

/// Voxel counts of one label or region in one case, and what follows from them
/// (nnunet-inference 7.1).
struct NNFLOW_NNUNET_EXPORT LabelMetrics {
  std::int64_t tp = 0;
  std::int64_t fp = 0;
  std::int64_t fn = 0;
  std::int64_t tn = 0;

  [[nodiscard]] double dice() const;  ///< NaN when neither side has the label
  [[nodiscard]] double iou() const;   ///< as `dice`
  [[nodiscard]] std::int64_t n_pred() const { return tp + fp; }
  [[nodiscard]] std::int64_t n_ref() const { return tp + fn; }

  friend bool operator==(const LabelMetrics&, const LabelMetrics&) = default;
};

/// Metrics of one case.
struct CaseMetrics {
  std::string id;
  std::string prediction_file;
  std::string reference_file;
  std::vector<std::pair<LabelOrRegion, LabelMetrics>> metrics;  ///< label manager's order

  friend bool operator==(const CaseMetrics&, const CaseMetrics&) = default;
};

/// Means of the eight metrics.
struct MeanMetrics {
  double dice = 0.0, fn = 0.0, fp = 0.0, iou = 0.0, tn = 0.0, tp = 0.0, n_pred = 0.0, n_ref = 0.0;
};

/// summary.json (nnunet-inference 7.2, 7.3).
struct NNFLOW_NNUNET_EXPORT Summary {
  std::vector<CaseMetrics> cases;
  std::vector<std::pair<LabelOrRegion, MeanMetrics>> mean;  ///< NaN of single cases left out
  MeanMetrics foreground_mean;                              ///< NaN kept

  [[nodiscard]] static Summary from_json(const Json& json, std::string_view source);
  [[nodiscard]] static Summary read(const std::filesystem::path& path);
  [[nodiscard]] Json to_json() const;
  /// Keys sorted, indent 4, bare NaN.
  void write(const std::filesystem::path& path) const;
};

/// Aggregates cases in the given order; all must have the same labels.
[[nodiscard]] NNFLOW_NNUNET_EXPORT Summary summarise(std::vector<CaseMetrics> cases);

}  // namespace nnflow::nnunet

namespace nnflow {

template <>
struct NNFLOW_NNUNET_EXPORT PayloadTraits<nnunet::CaseMetrics> {
  static constexpr std::string_view kId = "nnunet.case_metrics/1";
  static std::size_t bytes(const nnunet::CaseMetrics& value);
  static void save(const nnunet::CaseMetrics& value, std::string& out);
  static nnunet::CaseMetrics load(std::string_view bytes);
};

template <>
struct NNFLOW_NNUNET_EXPORT PayloadTraits<nnunet::Summary> {
  static constexpr std::string_view kId = "nnunet.summary/1";
  static std::size_t bytes(const nnunet::Summary& value);
  static void save(const nnunet::Summary& value, std::string& out);
  static nnunet::Summary load(std::string_view bytes);
};

}  // namespace nnflow
