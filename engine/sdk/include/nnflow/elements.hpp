// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nnflow/payload.hpp"
#include "nnflow/value.hpp"

namespace nnflow {
inline namespace abi_v2 {

/// One element of a `foreach`: `id` names its run folder, `values` is an object read as
/// `${each.key}`.
struct Element {
  std::string id;
  Value values;
};

/// What a once output must carry for `foreach: stage.port`.
struct Elements {
  std::vector<Element> items;
};

}  // namespace abi_v2

template <>
struct PayloadTraits<Elements> {
  static constexpr std::string_view kId = "nnflow.elements/1";
  static std::size_t bytes(const Elements& value) { return value.items.size() * sizeof(Element); }
  static void save(const Elements& value, std::string& out) {
    Value::Array array;
    for (const Element& element : value.items) {
      Value entry;
      entry.set("id", element.id);
      entry.set("values", element.values);
      array.push_back(std::move(entry));
    }
    out += Value(std::move(array)).canonical_json();
  }
  static Elements load(std::string_view bytes) {
    Elements result;
    const Value parsed = Value::parse_json(bytes);
    for (const Value& entry : parsed.as_array()) {
      result.items.push_back({entry.find("id")->as_string(), *entry.find("values")});
    }
    return result;
  }
};

}  // namespace nnflow
