// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/old_description.hpp"

#include <charconv>
#include <cstdint>
#include <nnflow/error.hpp>
#include <optional>
#include <string_view>
#include <utility>

namespace nnflow::io {
namespace {
using nnunet::Json;

constexpr const char* kEnding = ".nii.gz";

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return {};
  return value;
}

Json& object_of(Json& json, const char* key, const std::string& source) {
  if (!json.is_object() || !json.contains(key) || !json[key].is_object()) {
    throw Error(ErrorCode::kInvalidData, source + ": key '" + key +
                                             "' is missing, expected an object such as {\"0\": "
                                             "\"...\"}; is this a data set of the Decathlon or of "
                                             "nnU-Net v1?");
  }
  return json[key];
}

/// Numbers by names, from names by numbers.
Json numbers_by_name(const Json& names, const std::string& source) {
  Json labels = Json::object();
  for (const auto& [value, name] : names.items()) {
    const auto number = number_in(value);
    if (!number || !name.is_string()) {
      throw Error(ErrorCode::kInvalidData, source + ": labels." + value + " is " + name.dump() +
                                               ", expected a number with a name");
    }
    if (labels.contains(name.get<std::string>())) {
      throw Error(ErrorCode::kInvalidData, source + ": labels." + value + " is " + name.dump() +
                                               ", expected a name that no other label has");
    }
    labels[name.get<std::string>()] = *number;
  }
  return labels;
}

}  // namespace

Json converted_msd_json(Json json, const std::string& source) {
  json["labels"] = numbers_by_name(object_of(json, "labels", source), source);
  json["file_ending"] = kEnding;
  Json channels = object_of(json, "modality", source);
  json["channel_names"] = std::move(channels);
  for (const char* const key : {"modality", "training", "test"}) json.erase(key);
  return json;
}

Json converted_v1_json(Json json, const std::string& source) {
  Json channels = object_of(json, "modality", source);
  json["labels"] = numbers_by_name(object_of(json, "labels", source), source);
  for (const char* const key : {"tensorImageSize", "numTest", "training", "test", "modality"})
    json.erase(key);
  json["channel_names"] = std::move(channels);
  json["file_ending"] = kEnding;
  return json;
}

}  // namespace nnflow::io
