// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <nnflow/value.hpp>

#include "finding.hpp"

namespace nnflow::runtime {

/// A place in a text; lines and columns count from 1, 0 = the source has no lines.
struct Mark {
  std::string file;
  int line = 0;
  int column = 0;
};

/// Where a node came from: its value, and its key when it is the member of a map.
struct NodeMark {
  Mark value;
  Mark key;
};

/// JSON pointer of a child: `parent/key` with "~" and "/" escaped as RFC 6901 says.
[[nodiscard]] std::string child_pointer(std::string_view parent, std::string_view key);
[[nodiscard]] std::string child_pointer(std::string_view parent, std::size_t index);
/// "/stages/a/from" -> "stages.a.from", for messages.
[[nodiscard]] std::string dotted_path(std::string_view pointer);

/// A value with a side table from JSON pointer to place.
class Document {
 public:
  Value root;

  void set_mark(std::string pointer, NodeMark mark) {
    marks_[std::move(pointer)] = std::move(mark);
  }
  /// The place of a node, or of its nearest known ancestor.
  [[nodiscard]] NodeMark mark(std::string_view pointer) const;
  [[nodiscard]] Mark value_mark(std::string_view pointer) const { return mark(pointer).value; }
  [[nodiscard]] Mark key_mark(std::string_view pointer) const { return mark(pointer).key; }

  /// Deep merge: maps merge by key, everything else replaces, null deletes. With `keep_nulls` a
  /// null is an ordinary value. `at` is where the overlay goes.
  void merge(const Document& overlay, bool keep_nulls = false);
  /// Replaces the node at `pointer` in the mark table by the marks of `source` at `source_pointer`.
  void copy_marks(std::string_view pointer,
                  const Document& source,
                  std::string_view source_pointer);

  /// Findings at the value or at the key of a node.
  [[nodiscard]] Finding error_at(std::string_view pointer,
                                 std::string message,
                                 std::string note = {}) const;
  [[nodiscard]] Finding error_at_key(std::string_view pointer,
                                     std::string message,
                                     std::string note = {}) const;

 private:
  void merge_node(Value& into,
                  const Value& from,
                  const std::string& pointer,
                  const Document& overlay,
                  bool keep_nulls);
  void erase_marks(std::string_view pointer);

  std::map<std::string, NodeMark, std::less<>> marks_;
};

}  // namespace nnflow::runtime
