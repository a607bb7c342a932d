// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "json/findings.hpp"
#include "json/json_fields.hpp"
#include "nnflow/nnunet/metrics.hpp"

namespace nnflow::nnunet {
namespace {

Json mean_to_json(const MeanMetrics& mean) {
  Json json;
  json["Dice"] = mean.dice;
  json["FN"] = mean.fn;
  json["FP"] = mean.fp;
  json["IoU"] = mean.iou;
  json["TN"] = mean.tn;
  json["TP"] = mean.tp;
  json["n_pred"] = mean.n_pred;
  json["n_ref"] = mean.n_ref;
  return json;
}

Json label_to_json(const LabelMetrics& metrics) {
  Json json;
  json["Dice"] = metrics.dice();
  json["FN"] = metrics.fn;
  json["FP"] = metrics.fp;
  json["IoU"] = metrics.iou();
  json["TN"] = metrics.tn;
  json["TP"] = metrics.tp;
  json["n_pred"] = metrics.n_pred();
  json["n_ref"] = metrics.n_ref();
  return json;
}

/// Calls `take(label, fields)` for each entry of an object keyed by labels.
template <class Take>
void for_each_label(const Json* object,
                    const std::string& where,
                    std::vector<std::string>& findings,
                    Take take) {
  if (object == nullptr) return;
  if (!object->is_object()) {
    findings.push_back("key '" + where + "' is " + shown(*object) + ", expected an object");
    return;
  }
  for (const auto& [key, entry] : object->items()) {
    const auto label = LabelOrRegion::parse(key);
    if (!label || !entry.is_object()) {
      findings.push_back("key '" + where + "." + key + "' is " + shown(entry) +
                         ", expected metrics under a label or region");
      continue;
    }
    JsonFields fields(entry, where + "." + key + ".", findings);
    take(*label, fields);
  }
}

MeanMetrics read_mean(JsonFields& fields) {
  return {fields.real("Dice"), fields.real("FN"), fields.real("FP"),     fields.real("IoU"),
          fields.real("TN"),   fields.real("TP"), fields.real("n_pred"), fields.real("n_ref")};
}

CaseMetrics read_case(const Json& json,
                      const std::string& where,
                      std::vector<std::string>& findings) {
  CaseMetrics result;
  JsonFields fields(json, where + ".", findings);
  result.prediction_file = fields.text("prediction_file");
  result.reference_file = fields.text("reference_file");
  result.id = std::filesystem::path(result.prediction_file).filename().string();
  result.id = result.id.substr(0, result.id.find('.'));
  for_each_label(fields.require("metrics", "an object"), where + ".metrics", findings,
                 [&](const LabelOrRegion& label, JsonFields& entry) {
                   const LabelMetrics counts{entry.integer("TP"), entry.integer("FP"),
                                             entry.integer("FN"), entry.integer("TN")};
                   result.metrics.emplace_back(label, counts);
                 });
  return result;
}

}  // namespace

Summary Summary::from_json(const Json& json, std::string_view source) {
  std::vector<std::string> findings;
  if (!json.is_object()) throw_findings({"holds " + shown(json) + ", expected an object"}, source);
  Summary result;
  JsonFields fields(json, "", findings);
  if (const Json* const mean = fields.require("foreground_mean", "an object")) {
    if (mean->is_object()) {
      JsonFields inner(*mean, "foreground_mean.", findings);
      result.foreground_mean = read_mean(inner);
    } else {
      fields.wrong("foreground_mean", *mean, "an object");
    }
  }
  for_each_label(fields.require("mean", "an object"), "mean", findings,
                 [&](const LabelOrRegion& label, JsonFields& entry) {
                   result.mean.emplace_back(label, read_mean(entry));
                 });
  if (const Json* const cases = fields.require("metric_per_case", "a list")) {
    if (!cases->is_array()) fields.wrong("metric_per_case", *cases, "a list");
    for (std::size_t i = 0; cases->is_array() && i < cases->size(); ++i) {
      const std::string where = "metric_per_case." + std::to_string(i);
      if ((*cases)[i].is_object()) {
        result.cases.push_back(read_case((*cases)[i], where, findings));
      } else {
        fields.wrong(where, (*cases)[i], "an object");
      }
    }
  }
  throw_findings(findings, source);
  return result;
}

Summary Summary::read(const std::filesystem::path& path) {
  return from_json(read_json(path), path.string());
}

Json Summary::to_json() const {
  Json json;
  json["foreground_mean"] = mean_to_json(foreground_mean);
  json["mean"] = Json::object();
  for (const auto& [label, metrics] : mean) json["mean"][label.text()] = mean_to_json(metrics);
  json["metric_per_case"] = Json::array();
  for (const CaseMetrics& entry : cases) {
    Json item;
    item["metrics"] = Json::object();
    for (const auto& [label, metrics] : entry.metrics)
      item["metrics"][label.text()] = label_to_json(metrics);
    item["prediction_file"] = entry.prediction_file;
    item["reference_file"] = entry.reference_file;
    json["metric_per_case"].push_back(std::move(item));
  }
  return json;
}

void Summary::write(const std::filesystem::path& path) const {
  write_json(path, to_json(), {.indent = 4, .sort_keys = true});
}

}  // namespace nnflow::nnunet
