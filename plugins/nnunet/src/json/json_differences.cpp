// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/json_differences.hpp"

namespace nnflow::nnunet {
namespace {

constexpr std::size_t kShort = 80;  ///< longest text of a value that is shown

std::string one_line(const Json& value) {
  return dump_json(value, {.indent = -1, .sort_keys = true, .compact = false});
}

void compare(const Json& before,
             const Json& now,
             const std::string& place,
             std::vector<std::string>& found) {
  const std::string name = place.empty() ? "the document" : place;
  if (before.is_object() && now.is_object()) {
    const std::string prefix = place.empty() ? "" : place + ".";
    for (const auto& [key, value] : before.items()) {
      const auto other = now.find(key);
      if (other == now.end()) {
        found.push_back(prefix + key + " is gone");
      } else {
        compare(value, *other, prefix + key, found);
      }
    }
    for (const auto& [key, value] : now.items()) {
      if (!before.contains(key)) found.push_back(prefix + key + " is new");
    }
    return;
  }
  const std::string old_text = one_line(before);
  const std::string new_text = one_line(now);
  if (old_text == new_text) return;
  const bool shown = old_text.size() <= kShort && new_text.size() <= kShort;
  found.push_back(shown ? name + " was " + old_text + ", is " + new_text : name + " differs");
}

}  // namespace

std::vector<std::string> json_differences(const Json& before, const Json& now) {
  std::vector<std::string> found;
  compare(before, now, "", found);
  return found;
}

}  // namespace nnflow::nnunet
