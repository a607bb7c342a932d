// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/nnunet/export.hpp"
#include "nnflow/nnunet/py_json.hpp"

namespace nnflow::nnunet {

/// One thing that is predicted or measured: a label value, or a region (the union of several
/// labels). `3` and `(3,)` are different.
struct NNFLOW_NNUNET_EXPORT LabelOrRegion {
  std::vector<std::int64_t>
      labels;  ///< one value for a label, any number for a region, in file order
  bool is_region = false;

  [[nodiscard]] bool contains(std::int64_t label) const;
  /// Python's text: `3`, `(1, 2)`, `(3,)`.
  [[nodiscard]] std::string text() const;
  /// Inverse of `text`; nothing when it is neither.
  [[nodiscard]] static std::optional<LabelOrRegion> parse(std::string_view text);

  friend auto operator<=>(const LabelOrRegion&, const LabelOrRegion&) = default;
};

/// What the integers of a data set's label maps mean (nnunet-data 2.5, nnunet-inference 5).
class NNFLOW_NNUNET_EXPORT LabelManager {
 public:
  struct Entry {
    std::string name;     ///< key in `labels`
    LabelOrRegion value;  ///< as written
  };

  /// Only background.
  LabelManager();
  /// Builds from `labels` and `regions_class_order` (null when absent) of a dataset.json. Reports
  /// every finding at once as Error(kInvalidData), each line starting with `source`. `use_labels`
  /// switches regions off.
  [[nodiscard]] static LabelManager from_json(const Json& labels,
                                              const Json& regions_class_order,
                                              std::string_view source,
                                              bool use_labels = false);
  /// The same check without throwing: all findings, empty when the labels are good.
  [[nodiscard]] static std::vector<std::string> findings(const Json& labels,
                                                         const Json& regions_class_order,
                                                         bool use_labels = false);

  /// All entries in file order, `background` and `ignore` included.
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] bool has_regions() const { return has_regions_; }
  [[nodiscard]] std::optional<std::int64_t> ignore_label() const { return ignore_label_; }
  /// Sorted, with background, without the ignore label.
  [[nodiscard]] const std::vector<std::int64_t>& all_labels() const { return all_labels_; }
  /// `all_labels` without 0.
  [[nodiscard]] const std::vector<std::int64_t>& foreground_labels() const {
    return foreground_labels_;
  }
  /// In file order; empty without regions.
  [[nodiscard]] const std::vector<LabelOrRegion>& foreground_regions() const {
    return foreground_regions_;
  }
  /// Label written for region i; empty without regions.
  [[nodiscard]] const std::vector<std::int64_t>& regions_class_order() const {
    return regions_class_order_;
  }
  /// Channels of the network's output: regions (sigmoid) or all labels (softmax).
  [[nodiscard]] std::int64_t num_segmentation_heads() const;
  /// What evaluation reports: the regions, or else the foreground labels, never background.
  [[nodiscard]] std::vector<LabelOrRegion> evaluated() const;
  /// Keys of `class_locations` in order (nnunet-data 5.3): `evaluated`, then (-1, all labels...)
  /// when there is an ignore label.
  [[nodiscard]] std::vector<LabelOrRegion> class_location_keys() const;
  /// Whether exported label maps need 16 bits (255 or more foreground labels).
  [[nodiscard]] bool needs_uint16() const { return foreground_labels_.size() >= 255; }
  /// Whether a value may occur in a label map (the ignore label may).
  [[nodiscard]] bool is_declared(std::int64_t label) const;

 private:
  std::vector<Entry> entries_;
  bool has_regions_ = false;
  std::optional<std::int64_t> ignore_label_;
  std::vector<std::int64_t> all_labels_;
  std::vector<std::int64_t> foreground_labels_;
  std::vector<LabelOrRegion> foreground_regions_;
  std::vector<std::int64_t> regions_class_order_;
};

}  // namespace nnflow::nnunet
