// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/labels.hpp"

#include <algorithm>
#include <limits>

#include "json/findings.hpp"
#include "json/json_fields.hpp"

namespace nnflow::nnunet {
namespace {

constexpr std::int64_t kMaxLabel = std::numeric_limits<std::int16_t>::max();

/// A label value as an entry of a dataset.json may hold it.
std::optional<std::int64_t> label_value(const Json& value) {
  const auto number = as_integer(value);
  if (!number || *number < 0 || *number > kMaxLabel) return {};
  return number;
}

/// Interprets one entry, or notes what is wrong with it.
std::optional<LabelOrRegion> entry_value(const std::string& name,
                                         const Json& value,
                                         std::vector<std::string>& findings) {
  LabelOrRegion result{{}, value.is_array()};
  const auto add = [&](const Json& item) {
    const auto label = label_value(item);
    if (label) result.labels.push_back(*label);
    return label.has_value();
  };
  bool good = true;
  if (value.is_array()) {
    good = !value.empty();
    for (const Json& item : value) good = add(item) && good;
  } else {
    good = add(value);
  }
  if (good) return result;
  findings.push_back("key 'labels." + name + "' is " + shown(value) +
                     ", expected an integer from 0 to " + std::to_string(kMaxLabel) +
                     " or a non-empty list of them");
  return {};
}

bool is_background(const LabelOrRegion& value) {
  return std::all_of(value.labels.begin(), value.labels.end(),
                     [](auto label) { return label == 0; });
}

void check_background(const Json& labels, std::vector<std::string>& findings) {
  const auto place = labels.find("background");
  if (place == labels.end()) {
    findings.push_back("key 'labels.background' is missing, expected 0");
  } else if (place->is_array() || label_value(*place) != 0) {
    findings.push_back("key 'labels.background' is " + shown(*place) + ", expected 0, not a list");
  }
}

void check_ignore(const Json& labels, std::int64_t largest, std::vector<std::string>& findings) {
  const auto place = labels.find("ignore");
  if (place == labels.end() || place->is_null()) return;
  if (!place->is_number_integer() || label_value(*place) != largest + 1) {
    findings.push_back("key 'labels.ignore' is " + shown(*place) + ", expected " +
                       std::to_string(largest + 1) + ", the largest other label plus 1");
  }
}

std::vector<std::int64_t> class_order(const Json& order,
                                      std::size_t regions,
                                      std::vector<std::string>& findings) {
  std::vector<std::int64_t> result;
  if (order.is_array()) {
    for (const Json& item : order) {
      const auto label = label_value(item);
      if (!label) break;
      result.push_back(*label);
    }
  }
  if (!order.is_array() || result.size() != order.size() || result.size() != regions) {
    findings.push_back("key 'regions_class_order' is " +
                       (order.is_null() ? std::string("missing") : shown(order)) +
                       ", expected a list of " + std::to_string(regions) +
                       " labels, one for each region in 'labels'");
  }
  return result;
}

}  // namespace

LabelManager::LabelManager() : entries_{{"background", {{0}, false}}}, all_labels_{0} {}

LabelManager LabelManager::from_json(const Json& labels,
                                     const Json& regions_class_order,
                                     std::string_view source,
                                     bool use_labels) {
  throw_findings(findings(labels, regions_class_order, use_labels), source);
  LabelManager result;
  result.entries_.clear();
  result.all_labels_.clear();
  std::vector<std::string> unused;
  for (const auto& [name, value] : labels.items()) {
    if (name == "ignore" && value.is_null()) continue;
    const Entry entry{name, *entry_value(name, value, unused)};
    result.entries_.push_back(entry);
    if (name == "ignore") {
      result.ignore_label_ = entry.value.labels.front();
      continue;
    }
    result.has_regions_ = result.has_regions_ || (!use_labels && entry.value.labels.size() > 1);
    result.all_labels_.insert(result.all_labels_.end(), entry.value.labels.begin(),
                              entry.value.labels.end());
  }
  auto& all = result.all_labels_;
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  for (const auto label : all) {
    if (label != 0) result.foreground_labels_.push_back(label);
  }
  if (!result.has_regions_) return result;
  for (const Entry& entry : result.entries_) {
    if (entry.name == "ignore" || is_background(entry.value)) continue;
    result.foreground_regions_.push_back(entry.value);
  }
  result.regions_class_order_ =
      class_order(regions_class_order, result.foreground_regions_.size(), unused);
  return result;
}

std::vector<std::string> LabelManager::findings(const Json& labels,
                                                const Json& regions_class_order,
                                                bool use_labels) {
  std::vector<std::string> findings;
  if (!labels.is_object()) {
    findings.push_back("key 'labels' is " + shown(labels) +
                       ", expected an object from names to integers or lists of integers");
    return findings;
  }
  check_background(labels, findings);
  bool has_regions = false;
  std::size_t regions = 0;
  std::int64_t largest = 0;
  for (const auto& [name, value] : labels.items()) {
    if (name == "ignore") continue;
    const bool listed_background = name == "background" && value.is_array();
    std::vector<std::string> unused;
    const auto entry = entry_value(name, value, name == "background" ? unused : findings);
    if (!entry || listed_background) continue;
    has_regions = has_regions || (!use_labels && entry->labels.size() > 1);
    if (!is_background(*entry)) ++regions;
    largest = std::max(largest, *std::max_element(entry->labels.begin(), entry->labels.end()));
  }
  check_ignore(labels, largest, findings);
  if (has_regions) class_order(regions_class_order, regions, findings);
  return findings;
}

std::int64_t LabelManager::num_segmentation_heads() const {
  return static_cast<std::int64_t>(has_regions_ ? foreground_regions_.size() : all_labels_.size());
}

std::vector<LabelOrRegion> LabelManager::evaluated() const {
  if (has_regions_) return foreground_regions_;
  std::vector<LabelOrRegion> result;
  for (const auto label : foreground_labels_) result.push_back({{label}, false});
  return result;
}

std::vector<LabelOrRegion> LabelManager::class_location_keys() const {
  std::vector<LabelOrRegion> result = evaluated();
  if (ignore_label_) {
    LabelOrRegion annotated{{-1}, true};
    annotated.labels.insert(annotated.labels.end(), all_labels_.begin(), all_labels_.end());
    result.push_back(std::move(annotated));
  }
  return result;
}

bool LabelManager::is_declared(std::int64_t label) const {
  return label == ignore_label_ ||
         std::binary_search(all_labels_.begin(), all_labels_.end(), label);
}

}  // namespace nnflow::nnunet
