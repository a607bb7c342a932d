// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/dataset.hpp"

#include <algorithm>
#include <map>

#include "json/findings.hpp"
#include "json/json_fields.hpp"
#include "nnflow/nnunet/files.hpp"
#include "nnflow/nnunet/paths.hpp"

namespace nnflow::nnunet {
namespace {

std::vector<Channel> read_channels(JsonFields& fields) {
  constexpr std::string_view kExpected = R"(an object such as {"0": "CT"})";
  const Json* names = fields.find("channel_names");
  const std::string_view key =
      names == nullptr && fields.find("modality") ? "modality" : "channel_names";
  const Json* const modality = fields.find("modality");
  if (names != nullptr && modality != nullptr && modality->size() != names->size()) {
    // nnU-Net counts the one and names the other.
    fields.wrong("modality", *modality, "as many channels as 'channel_names' has, or no such key");
  }
  names = fields.require(key, kExpected);
  std::vector<Channel> channels;
  if (names == nullptr) return channels;
  if (!names->is_object() || names->empty()) {
    fields.wrong(key, *names, kExpected);
    return channels;
  }
  for (const auto& [index, name] : names->items()) {
    if (!name.is_string()) fields.wrong(std::string(key) + "." + index, name, "a text");
    channels.push_back({index, name.is_string() ? name.get<std::string>() : std::string()});
  }
  return channels;
}

std::filesystem::path resolved(const std::string& text, const std::filesystem::path& folder) {
  const std::filesystem::path path = expand_environment(text);
  return (path.is_absolute() ? path : folder / path).lexically_normal();
}

std::vector<CaseFiles> read_explicit_cases(JsonFields& fields,
                                           const Json& cases,
                                           const std::filesystem::path& folder) {
  constexpr std::string_view kExpected = R"({"images": [files], "label": file})";
  std::vector<CaseFiles> result;
  if (!cases.is_object()) {
    fields.wrong("dataset", cases, "an object from case names to " + std::string(kExpected));
    return result;
  }
  for (const auto& [id, entry] : cases.items()) {
    const std::string key = "dataset." + id;
    const auto images = entry.is_object() ? entry.find("images") : entry.end();
    const auto label = entry.is_object() ? entry.find("label") : entry.end();
    bool good = images != entry.end() && images->is_array() && !images->empty() &&
                (label == entry.end() || label->is_string());
    CaseFiles files{id, {}, {}};
    if (good) {
      for (const Json& image : *images) {
        good = good && image.is_string();
        if (image.is_string()) files.images.push_back(resolved(image.get<std::string>(), folder));
      }
      if (label != entry.end()) files.label = resolved(label->get<std::string>(), folder);
    }
    if (!good) fields.wrong(key, entry, kExpected);
    result.push_back(std::move(files));
  }
  return result;
}

std::optional<std::string> reader_override(JsonFields& fields) {
  const Json* const value = fields.find("overwrite_image_reader_writer");
  if (value == nullptr || value->is_null()) return {};
  const auto name = fields.text("overwrite_image_reader_writer");
  if (name.empty() || name == "None") return {};
  return name;
}

}  // namespace

DatasetDescription DatasetDescription::from_json(Json json,
                                                 std::filesystem::path folder,
                                                 std::string_view source) {
  std::vector<std::string> findings;
  if (!json.is_object()) {
    throw_findings({"holds " + shown(json) + ", expected an object"}, source);
  }
  DatasetDescription result;
  JsonFields fields(json, "", findings);
  result.channels = read_channels(fields);
  const Json* const labels = fields.require("labels", "an object from names to integers");
  const Json* const order = fields.find("regions_class_order");
  const Json no_order;
  if (labels != nullptr) {
    const auto more = LabelManager::findings(*labels, order != nullptr ? *order : no_order);
    findings.insert(findings.end(), more.begin(), more.end());
  }
  result.num_training = fields.integer("numTraining");
  if (const Json* const count = fields.find("numTraining"); count && result.num_training < 0) {
    fields.wrong("numTraining", *count, "the number of training cases");
  }
  result.file_ending = fields.text("file_ending");
  if (const Json* const ending = fields.find("file_ending");
      ending != nullptr && ending->is_string() &&
      (result.file_ending.size() < 2 || result.file_ending.front() != '.' ||
       result.file_ending.find('/') != std::string::npos)) {
    fields.wrong("file_ending", *ending, "a file ending such as \".nii.gz\"");
  }
  result.overwrite_image_reader_writer = reader_override(fields);
  if (const Json* const cases = fields.find("dataset"); cases != nullptr) {
    result.explicit_cases = read_explicit_cases(fields, *cases, folder);
  }
  throw_findings(findings, source);
  result.labels = LabelManager::from_json(*labels, order != nullptr ? *order : no_order, source);
  result.folder = std::move(folder);
  result.name = result.folder.filename().string();
  result.json = std::move(json);
  return result;
}

DatasetDescription DatasetDescription::read_folder(const std::filesystem::path& folder) {
  return read_file(folder / "dataset.json");
}

DatasetDescription DatasetDescription::read_file(const std::filesystem::path& path) {
  const auto folder = std::filesystem::absolute(path).parent_path().lexically_normal();
  return from_json(read_json(path), folder, path.string());
}

Roots DatasetDescription::roots() const { return Roots::with_workspace(workspace); }

std::int64_t DatasetDescription::num_label_keys() const {
  const auto place = json.find("labels");
  return place == json.end() ? 0 : static_cast<std::int64_t>(place->size());
}

Json make_dataset_json(const DatasetJsonFields& fields) {
  Json json;
  Json& channels = json["channel_names"] = Json::object();
  for (std::size_t i = 0; i < fields.channel_names.size(); ++i) {
    channels[std::to_string(i)] = fields.channel_names[i];
  }
  Json& labels = json["labels"] = Json::object();
  for (const auto& entry : fields.labels) {
    if (entry.value.is_region) {
      labels[entry.name] = entry.value.labels;
    } else {
      labels[entry.name] = entry.value.labels.at(0);
    }
  }
  json["numTraining"] = fields.num_training;
  json["file_ending"] = fields.file_ending;
  const auto add = [&](const char* key, const std::string& text) {
    if (!text.empty()) json[key] = text;
  };
  add("licence", fields.licence);
  add("converted_by", fields.converted_by);
  add("name", fields.name);
  add("reference", fields.reference);
  add("release", fields.release);
  if (fields.citation.size() == 1) json["citation"] = fields.citation[0];
  if (fields.citation.size() > 1) json["citation"] = fields.citation;
  add("description", fields.description);
  add("overwrite_image_reader_writer", fields.overwrite_image_reader_writer);
  if (!fields.regions_class_order.empty()) json["regions_class_order"] = fields.regions_class_order;
  return json;
}

}  // namespace nnflow::nnunet
