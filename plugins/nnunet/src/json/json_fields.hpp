// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/nnunet/py_json.hpp"

namespace nnflow::nnunet {

/// A value as it appears in a message: JSON on one line, cut after 80 characters.
inline std::string shown(const Json& value) {
  constexpr std::size_t kLimit = 80;
  std::string text = dump_json(value, {.indent = -1});
  if (text.size() > kLimit) text = text.substr(0, kLimit) + "...";
  return text;
}

/// An integer, also when written as an integral float.
inline std::optional<std::int64_t> as_integer(const Json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return {};
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) {
    const double number = value.get<double>();
    if (std::abs(number) <= 9007199254740992.0 && number == std::trunc(number)) {
      return static_cast<std::int64_t>(number);
    }
  }
  return {};
}

/// Typed access to the members of an object that notes what is wrong instead of throwing.
class JsonFields {
 public:
  /// `where` goes in front of every finding, e.g. "configurations.2d."; may be empty.
  JsonFields(const Json& object, std::string where, std::vector<std::string>& findings)
      : object_(object), where_(std::move(where)), findings_(findings) {}

  /// The member, or null when absent.
  [[nodiscard]] const Json* find(std::string_view key) const {
    const auto place = object_.find(std::string(key));
    return place == object_.end() ? nullptr : &*place;
  }
  /// The member; notes its absence.
  const Json* require(std::string_view key, std::string_view expected) {
    const Json* const value = find(key);
    if (value == nullptr) {
      findings_.push_back("key '" + where_ + std::string(key) + "' is missing, expected " +
                          std::string(expected));
    }
    return value;
  }
  void wrong(std::string_view key, const Json& value, std::string_view expected) {
    findings_.push_back("key '" + where_ + std::string(key) + "' is " + shown(value) +
                        ", expected " + std::string(expected));
  }

  std::string text(std::string_view key, std::string fallback = {}, bool required = true) {
    const Json* const value = required ? require(key, "a text") : find(key);
    if (value == nullptr) return fallback;
    if (!value->is_string()) {
      wrong(key, *value, "a text");
      return fallback;
    }
    return value->get<std::string>();
  }
  std::int64_t integer(std::string_view key, std::int64_t fallback = 0, bool required = true) {
    const Json* const value = required ? require(key, "an integer") : find(key);
    if (value == nullptr) return fallback;
    const auto number = as_integer(*value);
    if (!number) wrong(key, *value, "an integer");
    return number.value_or(fallback);
  }
  double real(std::string_view key, double fallback = 0.0, bool required = true) {
    const Json* const value = required ? require(key, "a number") : find(key);
    if (value == nullptr) return fallback;
    if (!value->is_number()) {
      wrong(key, *value, "a number");
      return fallback;
    }
    return value->get<double>();
  }
  bool boolean(std::string_view key, bool fallback, bool required = true) {
    const Json* const value = required ? require(key, "true or false") : find(key);
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) {
      wrong(key, *value, "true or false");
      return fallback;
    }
    return value->get<bool>();
  }
  std::vector<std::int64_t> integers(std::string_view key, bool required = true) {
    const Json* const value = required ? require(key, "a list of integers") : find(key);
    std::vector<std::int64_t> result;
    if (value == nullptr) return result;
    if (!value->is_array()) {
      wrong(key, *value, "a list of integers");
      return result;
    }
    for (const Json& item : *value) {
      const auto number = as_integer(item);
      if (!number) {
        wrong(key, *value, "a list of integers");
        return {};
      }
      result.push_back(*number);
    }
    return result;
  }
  std::vector<double> reals(std::string_view key) {
    const Json* const value = require(key, "a list of numbers");
    std::vector<double> result;
    if (value == nullptr) return result;
    if (!value->is_array()) {
      wrong(key, *value, "a list of numbers");
      return result;
    }
    for (const Json& item : *value) {
      if (!item.is_number()) {
        wrong(key, *value, "a list of numbers");
        return {};
      }
      result.push_back(item.get<double>());
    }
    return result;
  }
  std::vector<std::string> texts(std::string_view key) {
    const Json* const value = require(key, "a list of texts");
    std::vector<std::string> result;
    if (value == nullptr) return result;
    if (!value->is_array()) {
      wrong(key, *value, "a list of texts");
      return result;
    }
    for (const Json& item : *value) {
      if (!item.is_string()) {
        wrong(key, *value, "a list of texts");
        return {};
      }
      result.push_back(item.get<std::string>());
    }
    return result;
  }
  /// Notes lists that are neither empty nor of one of the two lengths.
  template <class T>
  void check_size(std::string_view key,
                  const std::vector<T>& values,
                  std::size_t low,
                  std::size_t high) {
    if (values.empty() || (values.size() >= low && values.size() <= high)) return;
    std::string expected = std::to_string(low);
    if (low != high) expected += " to " + std::to_string(high);
    findings_.push_back("key '" + where_ + std::string(key) + "' has " +
                        std::to_string(values.size()) + " entries, expected " + expected);
  }

  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] std::vector<std::string>& findings() { return findings_; }

 private:
  const Json& object_;
  std::string where_;
  std::vector<std::string>& findings_;
};

}  // namespace nnflow::nnunet
