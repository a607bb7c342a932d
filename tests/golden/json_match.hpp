// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>

#include <nnflow/nnunet/py_json.hpp>

namespace nnflow::test {

/// The first difference between two JSON documents, or an empty text. Numbers agree within
/// `tolerance` relative to `expected`; the order of object keys does not count.
inline std::string json_difference(const nnunet::Json& actual,
                                   const nnunet::Json& expected,
                                   double tolerance,
                                   const std::string& where = "") {
  if (expected.is_number() && actual.is_number()) {
    const auto a = actual.get<double>();
    const auto e = expected.get<double>();
    return std::abs(a - e) <= tolerance * std::abs(e)
               ? ""
               : where + ": " + actual.dump() + ", expected " + expected.dump();
  }
  if (expected.type() != actual.type())
    return where + ": " + actual.dump() + ", expected " + expected.dump();
  if (expected.is_object() || expected.is_array()) {
    if (expected.size() != actual.size()) {
      return where + ": " + std::to_string(actual.size()) + " entries, expected " +
             std::to_string(expected.size());
    }
  }
  if (expected.is_object()) {
    for (const auto& [key, value] : expected.items()) {
      if (!actual.contains(key)) return where + "." + key + ": missing";
      if (auto found = json_difference(actual.at(key), value, tolerance, where + "." + key);
          !found.empty())
        return found;
    }
    return "";
  }
  if (expected.is_array()) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      auto found =
          json_difference(actual[i], expected[i], tolerance, where + "[" + std::to_string(i) + "]");
      if (!found.empty()) return found;
    }
    return "";
  }
  return actual == expected ? "" : where + ": " + actual.dump() + ", expected " + expected.dump();
}

}  // namespace nnflow::test
