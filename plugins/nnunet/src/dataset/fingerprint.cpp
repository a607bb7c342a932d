// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/fingerprint.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "json/findings.hpp"
#include "json/json_fields.hpp"
#include "nnflow/nnunet/files.hpp"

namespace nnflow::nnunet {
namespace {

struct IntensityField {
  std::string_view key;
  double IntensityProperties::*value;
};

constexpr std::array kIntensityFields{
    IntensityField{"max", &IntensityProperties::max},
    IntensityField{"mean", &IntensityProperties::mean},
    IntensityField{"median", &IntensityProperties::median},
    IntensityField{"min", &IntensityProperties::min},
    IntensityField{"percentile_00_5", &IntensityProperties::percentile_00_5},
    IntensityField{"percentile_99_5", &IntensityProperties::percentile_99_5},
    IntensityField{"std", &IntensityProperties::std},
};

constexpr std::array<std::string_view, 4> kKnownKeys{"foreground_intensity_properties_per_channel",
                                                     "median_relative_size_after_cropping",
                                                     "shapes_after_crop", "spacings"};

std::optional<std::size_t> channel_index(const std::string& key, std::size_t channels) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  if (error != std::errc{} || end != key.data() + key.size() || index >= channels) return {};
  return index;
}

/// A list of triples of numbers; `positive` numbers only.
template <class Triple>
std::vector<Triple> read_triples(JsonFields& fields,
                                 std::string_view key,
                                 std::string_view expected) {
  const Json* const value = fields.require(key, expected);
  std::vector<Triple> result;
  if (value == nullptr) return result;
  bool good = value->is_array();
  for (std::size_t i = 0; good && i < value->size(); ++i) {
    const Json& item = (*value)[i];
    good = item.is_array() && item.size() == 3;
    Triple triple{};
    for (std::size_t axis = 0; good && axis < 3; ++axis) {
      using Number = typename Triple::value_type;
      if constexpr (std::is_integral_v<Number>) {
        const auto number = as_integer(item[axis]);
        good = number && *number > 0;
        triple[axis] = number.value_or(0);
      } else {
        good = item[axis].is_number() && item[axis].template get<double>() > 0.0;
        if (good) triple[axis] = item[axis].template get<double>();
      }
    }
    if (good) {
      result.push_back(triple);
    } else {
      fields.wrong(std::string(key) + "." + std::to_string(i), item, expected);
    }
  }
  if (!value->is_array()) fields.wrong(key, *value, expected);
  return result;
}

}  // namespace

Json intensity_properties_to_json(const std::vector<IntensityProperties>& channels) {
  Json json = Json::object();
  for (std::size_t c = 0; c < channels.size(); ++c) {
    Json& entry = json[std::to_string(c)];
    for (const auto& field : kIntensityFields)
      entry[std::string(field.key)] = channels[c].*field.value;
  }
  return json;
}

std::vector<IntensityProperties> intensity_properties_from_json(
    const Json& json, std::string_view key, std::vector<std::string>& findings) {
  std::vector<IntensityProperties> channels;
  if (!json.is_object()) {
    findings.push_back("key '" + std::string(key) + "' is " + shown(json) +
                       ", expected an object from channel numbers to statistics");
    return channels;
  }
  channels.resize(json.size());
  for (const auto& [name, entry] : json.items()) {
    const std::string where = std::string(key) + "." + name;
    const auto index = channel_index(name, channels.size());
    if (!index || !entry.is_object()) {
      findings.push_back("key '" + where + "' is " + shown(entry) +
                         ", expected statistics under the channel numbers 0 to " +
                         std::to_string(channels.size() - 1));
      continue;
    }
    JsonFields fields(entry, where + ".", findings);
    for (const auto& field : kIntensityFields)
      channels[*index].*field.value = fields.real(field.key);
  }
  return channels;
}

Fingerprint Fingerprint::from_json(const Json& json, std::string_view source) {
  std::vector<std::string> findings;
  if (!json.is_object()) throw_findings({"holds " + shown(json) + ", expected an object"}, source);
  Fingerprint result;
  JsonFields fields(json, "", findings);
  if (const Json* const channels = fields.require(kKnownKeys[0], "an object")) {
    result.foreground_intensity_properties_per_channel =
        intensity_properties_from_json(*channels, kKnownKeys[0], findings);
  }
  result.median_relative_size_after_cropping = fields.real(kKnownKeys[1]);
  result.shapes_after_crop = read_triples<imaging::Extent3>(
      fields, kKnownKeys[2], "a list of three positive integers per case");
  result.spacings = read_triples<imaging::Spacing3>(fields, kKnownKeys[3],
                                                    "a list of three positive numbers per case");
  if (findings.empty() && result.shapes_after_crop.size() != result.spacings.size()) {
    findings.push_back("key 'spacings' has " + std::to_string(result.spacings.size()) +
                       " entries and 'shapes_after_crop' has " +
                       std::to_string(result.shapes_after_crop.size()) + ", expected as many");
  }
  throw_findings(findings, source);
  for (const auto& [key, value] : json.items()) {
    if (std::find(kKnownKeys.begin(), kKnownKeys.end(), key) == kKnownKeys.end()) {
      result.extra[key] = value;
    }
  }
  return result;
}

Fingerprint Fingerprint::read(const std::filesystem::path& path) {
  return from_json(read_json(path), path.string());
}

Json Fingerprint::to_json() const {
  Json json = extra;
  json[std::string(kKnownKeys[0])] =
      intensity_properties_to_json(foreground_intensity_properties_per_channel);
  json[std::string(kKnownKeys[1])] = median_relative_size_after_cropping;
  json[std::string(kKnownKeys[2])] = shapes_after_crop;
  json[std::string(kKnownKeys[3])] = spacings;
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  Json sorted = Json::object();
  for (const auto& key : keys) sorted[key] = std::move(json[key]);
  return sorted;
}

void Fingerprint::write(const std::filesystem::path& path) const { write_json(path, to_json()); }

}  // namespace nnflow::nnunet
