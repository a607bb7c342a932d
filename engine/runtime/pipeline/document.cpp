// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "document.hpp"

#include <utility>
#include <vector>

namespace nnflow::runtime {
namespace {

bool is_below(std::string_view pointer, std::string_view ancestor) {
  return pointer.size() > ancestor.size() && pointer.substr(0, ancestor.size()) == ancestor &&
         pointer[ancestor.size()] == '/';
}

std::string unescape(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      text += token[++i] == '1' ? '/' : '~';
    } else {
      text += token[i];
    }
  }
  return text;
}

}  // namespace

std::string child_pointer(std::string_view parent, std::string_view key) {
  std::string pointer(parent);
  pointer += '/';
  for (const char c : key) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

std::string child_pointer(std::string_view parent, std::size_t index) {
  return std::string(parent) + "/" + std::to_string(index);
}

std::string dotted_path(std::string_view pointer) {
  std::string path;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = pointer.find('/');
    if (!path.empty()) path += '.';
    path += unescape(pointer.substr(0, end));
    pointer = end == std::string_view::npos ? std::string_view{} : pointer.substr(end);
  }
  return path;
}

NodeMark Document::mark(std::string_view pointer) const {
  const auto exact = marks_.find(pointer);
  if (exact != marks_.end()) return exact->second;
  while (!pointer.empty()) {
    pointer = pointer.substr(0, pointer.rfind('/'));
    const auto found = marks_.find(pointer);
    if (found != marks_.end()) return {found->second.value, found->second.value};
  }
  return {};
}

void Document::erase_marks(std::string_view pointer) {
  auto it = marks_.lower_bound(pointer);
  while (it != marks_.end() && it->first.substr(0, pointer.size()) == pointer) {
    it = it->first == pointer || is_below(it->first, pointer) ? marks_.erase(it) : std::next(it);
  }
}

void Document::copy_marks(std::string_view pointer,
                          const Document& source,
                          std::string_view source_pointer) {
  std::vector<std::pair<std::string, NodeMark>> copies;
  for (auto it = source.marks_.lower_bound(source_pointer);
       it != source.marks_.end() && it->first.substr(0, source_pointer.size()) == source_pointer;
       ++it) {
    if (it->first != source_pointer && !is_below(it->first, source_pointer)) continue;
    copies.emplace_back(std::string(pointer) + it->first.substr(source_pointer.size()), it->second);
  }
  erase_marks(pointer);
  for (auto& [key, mark] : copies) marks_[key] = std::move(mark);
}

void Document::merge(const Document& overlay, bool keep_nulls) {
  merge_node(root, overlay.root, "", overlay, keep_nulls);
}

void Document::merge_node(Value& into,
                          const Value& from,
                          const std::string& pointer,
                          const Document& overlay,
                          bool keep_nulls) {
  if (!into.is_object() || !from.is_object()) {
    into = from;
    copy_marks(pointer, overlay, pointer);
    return;
  }
  for (const auto& [key, value] : from.as_object()) {
    const std::string child = child_pointer(pointer, key);
    if (value.is_null() && !keep_nulls) {
      into.erase(key);
      erase_marks(child);
      continue;
    }
    Value* existing = into.find(key);
    if (existing == nullptr) existing = &into.set(key, Value());
    merge_node(*existing, value, child, overlay, keep_nulls);
    if (!marks_.contains(child)) set_mark(child, overlay.mark(child));
  }
  if (!marks_.contains(pointer)) set_mark(pointer, overlay.mark(pointer));
}

Finding Document::error_at(std::string_view pointer, std::string message, std::string note) const {
  const Mark place = value_mark(pointer);
  return {place.file,           place.line,         place.column,   Severity::kError,
          dotted_path(pointer), std::move(message), std::move(note)};
}

Finding Document::error_at_key(std::string_view pointer,
                               std::string message,
                               std::string note) const {
  const Mark place = key_mark(pointer);
  return {place.file,           place.line,         place.column,   Severity::kError,
          dotted_path(pointer), std::move(message), std::move(note)};
}

}  // namespace nnflow::runtime
