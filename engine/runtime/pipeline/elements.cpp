// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "graph.hpp"
#include "scalar.hpp"

namespace nnflow::runtime {
namespace {

bool is_scalar(const Value& value) {
  return !value.is_array() && !value.is_object() && !value.is_null();
}

/// An id names a run folder: everything but letters, digits, "-", "." and "_" becomes "_".
std::string id_text(const Value& value) {
  std::string text = value.is_string() ? value.as_string() : value.to_json();
  for (char& c : text) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_';
    if (!good) c = '_';
  }
  return text;
}

void finish_id(Element& element) {
  if (!element.id.empty()) return;
  for (const auto& [name, value] : element.values.as_object()) {
    element.id += (element.id.empty() ? "" : "_") + id_text(value);
  }
}

class ElementReader {
 public:
  ElementReader(const Document& document, const std::string& pointer, Findings& findings)
      : document_(document), pointer_(pointer), findings_(findings) {}

  std::vector<Element> read_list(const Value::Array& list) {
    std::vector<Element> elements;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Value& entry = list[i];
      const std::string at = child_pointer(pointer_, i);
      Element element;
      element.values = Value(Value::Object{});
      if (is_scalar(entry)) {
        element.values.set("value", entry);
      } else if (entry.is_object() && !entry.as_object().empty()) {
        read_members(entry, at, element);
      } else {
        error(at, "expected a text, a number or a map of them, got " + shown(entry));
      }
      finish_id(element);
      elements.push_back(std::move(element));
    }
    return elements;
  }

  std::vector<Element> read_product(const Value::Object& lists) {
    std::vector<Element> elements(1);
    elements[0].values = Value(Value::Object{});
    for (const auto& [name, list] : lists) {
      if (!list.is_array() || list.as_array().empty() ||
          !std::all_of(list.as_array().begin(), list.as_array().end(), is_scalar)) {
        error(child_pointer(pointer_, name),
              "expected a list of texts or numbers, got " + shown(list));
        return {};
      }
      std::vector<Element> longer;
      for (const Element& element : elements) {
        for (const Value& value : list.as_array()) {
          longer.push_back(element);
          longer.back().values.set(name, value);
        }
      }
      elements = std::move(longer);
    }
    for (Element& element : elements) finish_id(element);
    return elements;
  }

  void check_ids(const std::vector<Element>& elements) {
    std::vector<std::string> ids;
    for (const Element& element : elements) {
      if (std::find(ids.begin(), ids.end(), element.id) != ids.end()) {
        error(pointer_, "two elements have the id \"" + element.id + "\"");
      }
      ids.push_back(element.id);
    }
  }

  void error(const std::string& at, std::string message) {
    findings_.push_back(document_.error_at(at, std::move(message)));
  }

 private:
  void read_members(const Value& entry, const std::string& at, Element& element) {
    for (const auto& [name, value] : entry.as_object()) {
      if (!is_scalar(value)) {
        error(child_pointer(at, name), "expected a text or a number, got " + shown(value));
      } else if (name == "id") {
        element.id = id_text(value);
      } else {
        element.values.set(name, value);
      }
    }
  }

  const Document& document_;
  const std::string& pointer_;
  Findings& findings_;
};

}  // namespace

std::vector<Element> read_elements(const Document& document,
                                   const std::string& pointer,
                                   const Value& list,
                                   Findings& findings) {
  ElementReader reader(document, pointer, findings);
  std::vector<Element> elements;
  if (list.is_array() && !list.as_array().empty()) {
    elements = reader.read_list(list.as_array());
  } else if (list.is_object() && !list.as_object().empty()) {
    elements = reader.read_product(list.as_object());
  } else {
    reader.error(
        pointer,
        "expected a list, a map of lists or a once output like plan.elements, got " + shown(list));
  }
  reader.check_ids(elements);
  return elements;
}

}  // namespace nnflow::runtime
