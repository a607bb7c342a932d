// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/plans.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "json/findings.hpp"
#include "json/json_fields.hpp"
#include "plans/configuration.hpp"

namespace nnflow::nnunet {
namespace {

std::array<int, 3> read_permutation(JsonFields& fields, std::string_view key) {
  const auto values = fields.integers(key);
  auto sorted = values;
  std::sort(sorted.begin(), sorted.end());
  std::array<int, 3> result{0, 1, 2};
  if (sorted == std::vector<std::int64_t>{0, 1, 2}) {
    for (std::size_t i = 0; i < 3; ++i) result[i] = static_cast<int>(values[i]);
  } else if (const Json* const value = fields.find(key)) {
    fields.wrong(key, *value, "a permutation of 0, 1, 2");
  }
  return result;
}

void read_medians(JsonFields& fields, PlansHeader& header) {
  if (fields.find("original_median_spacing_after_transp") != nullptr) {
    const auto spacing = fields.reals("original_median_spacing_after_transp");
    fields.check_size("original_median_spacing_after_transp", spacing, 3, 3);
    if (spacing.size() == 3)
      std::copy_n(spacing.begin(), 3, header.original_median_spacing_after_transp.begin());
  }
  if (fields.find("original_median_shape_after_transp") != nullptr) {
    const auto shape = fields.integers("original_median_shape_after_transp");
    fields.check_size("original_median_shape_after_transp", shape, 3, 3);
    if (shape.size() == 3)
      std::copy_n(shape.begin(), 3, header.original_median_shape_after_transp.begin());
  }
}

PlansHeader read_header(JsonFields& fields, std::vector<std::string>& findings) {
  PlansHeader header;
  header.dataset_name = fields.text("dataset_name");
  header.plans_name = fields.text("plans_name");
  read_medians(fields, header);
  header.image_reader_writer = fields.text("image_reader_writer");
  header.transpose_forward = read_permutation(fields, "transpose_forward");
  header.transpose_backward = read_permutation(fields, "transpose_backward");
  for (std::size_t i = 0; i < 3; ++i) {
    const auto forward = static_cast<std::size_t>(header.transpose_forward[i]);
    if (header.transpose_backward[forward] != static_cast<int>(i) && findings.empty()) {
      fields.wrong("transpose_backward", *fields.find("transpose_backward"),
                   "the inverse of 'transpose_forward'");
    }
  }
  header.experiment_planner_used = fields.text("experiment_planner_used", "", false);
  header.label_manager = fields.text("label_manager", header.label_manager, false);
  if (const Json* const manager = fields.find("label_manager");
      manager != nullptr && header.label_manager != "LabelManager") {
    fields.wrong("label_manager", *manager, "\"LabelManager\"; no other class exists here");
  }
  const std::string_view old_key = "foreground_intensity_properties_by_modality";
  const std::string_view new_key = "foreground_intensity_properties_per_channel";
  const std::string_view key =
      fields.find(new_key) == nullptr && fields.find(old_key) ? old_key : new_key;
  if (const Json* const channels = fields.require(key, "an object")) {
    header.foreground_intensity_properties_per_channel =
        intensity_properties_from_json(*channels, key, findings);
  }
  return header;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

}  // namespace

Plans Plans::from_json(Json document, std::string_view source) {
  std::vector<std::string> findings;
  if (!document.is_object()) {
    throw_findings({"holds " + shown(document) + ", expected an object"}, source);
  }
  Plans result;
  JsonFields fields(document, "", findings);
  result.header_ = read_header(fields, findings);
  if (const Json* const configurations = fields.require("configurations", "an object")) {
    if (!configurations->is_object()) fields.wrong("configurations", *configurations, "an object");
  }
  throw_findings(findings, source);
  result.document_ = std::move(document);
  result.source_ = std::string(source);
  return result;
}

Plans Plans::read(const std::filesystem::path& path) {
  return from_json(read_json(path), path.string());
}

Plans Plans::make(const PlansHeader& header,
                  const std::vector<std::pair<std::string, Json>>& configurations) {
  Json json;
  json["dataset_name"] = header.dataset_name;
  json["plans_name"] = header.plans_name;
  json["original_median_spacing_after_transp"] = header.original_median_spacing_after_transp;
  json["original_median_shape_after_transp"] = header.original_median_shape_after_transp;
  json["image_reader_writer"] = header.image_reader_writer;
  json["transpose_forward"] = header.transpose_forward;
  json["transpose_backward"] = header.transpose_backward;
  Json& entries = json["configurations"] = Json::object();
  for (const auto& [name, entry] : configurations) entries[name] = entry;
  json["experiment_planner_used"] = header.experiment_planner_used;
  json["label_manager"] = header.label_manager;
  json["foreground_intensity_properties_per_channel"] =
      intensity_properties_to_json(header.foreground_intensity_properties_per_channel);
  return from_json(std::move(json), header.plans_name);
}

void Plans::write(const std::filesystem::path& path) const { write_json(path, document_); }

std::vector<std::string> Plans::configuration_names() const {
  std::vector<std::string> names;
  const auto place = document_.find("configurations");
  if (place == document_.end()) return names;
  for (const auto& [name, entry] : place->items()) names.push_back(name);
  return names;
}

bool Plans::has_configuration(std::string_view name) const {
  const auto place = document_.find("configurations");
  return place != document_.end() && place->contains(std::string(name));
}

const ConfigurationPlan& Plans::configuration(std::string_view name) const& {
  if (!has_configuration(name)) {
    std::string known;
    for (const auto& entry : configuration_names()) known += (known.empty() ? "" : ", ") + entry;
    throw Error(ErrorCode::kInvalidParam, source_ + ": no configuration '" + std::string(name) +
                                              "', there are: " + (known.empty() ? "none" : known));
  }
  const std::lock_guard lock(configurations_->mutex);
  auto& read = configurations_->read;
  auto found = read.find(name);
  if (found == read.end()) {
    found = read.emplace(name, read_configuration(std::string(name))).first;
  }
  return found->second;
}

ConfigurationPlan Plans::configuration(std::string_view name) && {
  return std::as_const(*this).configuration(name);
}

ConfigurationPlan Plans::read_configuration(const std::string& name) const {
  std::vector<std::string> findings;
  Json resolved = resolve_configuration(document_.at("configurations"), name, findings);
  throw_findings(findings, source_);
  ConfigurationPlan plan = parse_configuration(std::move(resolved), name, findings);
  throw_findings(findings, source_);
  return plan;
}

NormalizationScheme normalization_scheme(std::string_view channel_name) {
  const std::string name = lower(channel_name);
  if (name == "ct") return {"CTNormalization", false};
  if (name == "nonorm") return {"NoNormalization", false};
  if (name == "rescale_to_0_1") return {"RescaleTo01Normalization", false};
  if (name == "rgb_to_0_1") return {"RGBTo01Normalization", false};
  return {"ZScoreNormalization", true};
}

}  // namespace nnflow::nnunet
