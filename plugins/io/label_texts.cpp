// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/label_texts.hpp"

#include <algorithm>
#include <charconv>
#include <nnflow/error.hpp>
#include <string_view>

namespace nnflow::io {
namespace {

using Entry = nnunet::LabelManager::Entry;

Entry parsed(const std::string& text, std::size_t place) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos) return {text, {{static_cast<std::int64_t>(place)}, false}};
  Entry entry{text.substr(0, equals), {}};
  const char* at = text.data() + equals + 1;
  const char* const end = text.data() + text.size();
  while (true) {
    std::int64_t value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    const bool good = error == std::errc{} && (next == end || *next == ',');
    if (!good || value < 0 || entry.name.empty()) {
      throw Error(ErrorCode::kInvalidParam,
                  "labels: got '" + text + "', expected NAME, NAME=1 or NAME=1,2,3");
    }
    entry.value.labels.push_back(value);
    if (next == end) break;
    at = next + 1;
  }
  entry.value.is_region = entry.value.labels.size() > 1;
  return entry;
}

}  // namespace

std::vector<Entry> parse_labels(const std::vector<std::string>& texts) {
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    Entry entry = parsed(texts[i], i + 1);
    const auto same = [&](const Entry& other) { return other.name == entry.name; };
    if (std::any_of(entries.begin(), entries.end(), same)) {
      throw Error(ErrorCode::kInvalidParam, "labels: '" + entry.name + "' is named twice");
    }
    entries.push_back(std::move(entry));
  }
  const auto is_background = [](const Entry& entry) { return entry.name == "background"; };
  if (std::none_of(entries.begin(), entries.end(), is_background)) {
    entries.insert(entries.begin(), {"background", {{0}, false}});
  }
  return entries;
}

}  // namespace nnflow::io
