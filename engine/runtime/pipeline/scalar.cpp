// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace nnflow::runtime {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_plus(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return text;
}

/// Sign and digits split off: true when the text starts like a decimal number.
bool looks_numeric(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  if (!text.empty() && text[0] == '.') text.remove_prefix(1);
  return !text.empty() && is_digit(text[0]);
}

bool has_leading_zero(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && std::all_of(text.begin(), text.end(), is_digit);
}

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

using Unit = std::pair<std::string_view, double>;

template <std::size_t N>
std::optional<double> parse_with_unit(std::string_view text, const std::array<Unit, N>& units) {
  std::size_t split = 0;
  while (split < text.size() && (is_digit(text[split]) || text[split] == '.')) ++split;
  const std::optional<double> amount = parse_number(text.substr(0, split));
  std::string_view unit = text.substr(split);
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  if (!amount) return std::nullopt;
  for (const auto& [name, factor] : units) {
    if (unit == name) return *amount * factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  text = without_plus(text);
  std::int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  if (!looks_numeric(text)) return std::nullopt;
  text = without_plus(text);
  double value = 0.0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> integral(const Value& value) {
  if (value.is_integer()) return value.as_integer();
  if (value.kind() != Value::Kind::kNumber) return std::nullopt;
  const double number = value.as_number();
  constexpr double kLimit = 9007199254740992.0;  // 2^53: every integer below is exact
  if (!(std::abs(number) <= kLimit) || number != std::trunc(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  constexpr double k = 1000.0;
  constexpr double ki = 1024.0;
  static constexpr std::array<Unit, 9> kUnits{{{"B", 1.0},
                                               {"kB", k},
                                               {"MB", k * k},
                                               {"GB", k * k * k},
                                               {"TB", k * k * k * k},
                                               {"KiB", ki},
                                               {"MiB", ki * ki},
                                               {"GiB", ki * ki * ki},
                                               {"TiB", ki * ki * ki * ki}}};
  const std::optional<double> bytes = parse_with_unit(text, kUnits);
  if (!bytes || *bytes > 9.0e18) return std::nullopt;
  return static_cast<std::int64_t>(*bytes);
}

std::optional<double> parse_duration(std::string_view text) {
  static constexpr std::array<Unit, 5> kUnits{
      {{"ms", 0.001}, {"s", 1.0}, {"min", 60.0}, {"h", 3600.0}, {"d", 86400.0}}};
  return parse_with_unit(text, kUnits);
}

PlainScalar parse_plain_scalar(const std::string& text) {
  static constexpr std::array<std::string_view, 5> kNulls{"", "~", "null", "Null", "NULL"};
  static constexpr std::array<std::string_view, 16> kTruths{
      "yes", "Yes", "YES", "no",  "No",   "NO",   "on",    "On",
      "ON",  "off", "Off", "OFF", "True", "TRUE", "False", "FALSE"};
  if (is_one_of(text, kNulls)) return {Value(), ""};
  if (text == "true") return {Value(true), ""};
  if (text == "false") return {Value(false), ""};
  if (is_one_of(text, kTruths)) {
    return {Value(text), "write true or false, or quote the text: \"" + text + "\""};
  }
  if (text == ".nan") return {Value(std::numeric_limits<double>::quiet_NaN()), ""};
  if (text == ".inf" || text == "+.inf")
    return {Value(std::numeric_limits<double>::infinity()), ""};
  if (text == "-.inf") return {Value(-std::numeric_limits<double>::infinity()), ""};
  if (!looks_numeric(text)) return {Value(text), ""};
  if (has_leading_zero(text)) {
    return {Value(text), "a number has no leading zeros; quote it if it is text: \"" + text + "\""};
  }
  if (const auto integer = parse_integer(text)) return {Value(*integer), ""};
  const std::string_view digits = without_plus(text);
  const std::size_t start = digits[0] == '-' ? 1 : 0;
  if (std::all_of(digits.begin() + static_cast<std::ptrdiff_t>(start), digits.end(), is_digit)) {
    return {Value(text), "the integer " + text + " is out of range"};
  }
  if (const auto number = parse_number(text)) return {Value(*number), ""};
  return {Value(text), ""};
}

std::string shown(const Value& value) {
  constexpr std::size_t kLongest = 60;
  std::string text = value.to_json();
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
  return text;
}

}  // namespace nnflow::runtime
