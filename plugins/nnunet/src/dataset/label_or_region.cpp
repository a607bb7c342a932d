// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "nnflow/nnunet/labels.hpp"

namespace nnflow::nnunet {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<std::int64_t> integer(std::string_view text) {
  text = trimmed(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

}  // namespace

bool LabelOrRegion::contains(std::int64_t label) const {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

std::string LabelOrRegion::text() const {
  if (!is_region) return labels.empty() ? std::string() : std::to_string(labels.front());
  std::string result = "(";
  for (const auto label : labels) {
    if (result.size() > 1) result += ", ";
    result += std::to_string(label);
  }
  return result + (labels.size() == 1 ? ",)" : ")");
}

std::optional<LabelOrRegion> LabelOrRegion::parse(std::string_view text) {
  text = trimmed(text);
  if (const auto label = integer(text)) return LabelOrRegion{{*label}, false};
  if (text.size() < 2 || text.front() != '(' || text.back() != ')') return {};
  text = text.substr(1, text.size() - 2);
  LabelOrRegion region{{}, true};
  while (!trimmed(text).empty()) {
    const auto comma = text.find(',');
    const auto label = integer(text.substr(0, comma));
    if (!label) return {};
    region.labels.push_back(*label);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return region;
}

}  // namespace nnflow::nnunet
