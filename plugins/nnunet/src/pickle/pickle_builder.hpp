// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "nnflow/nnunet/pickle.hpp"

namespace nnflow::nnunet {

/// Owns the nodes of one pickle while it is decoded and turns calls of known constructors into
/// plain values. It names functions but never runs them. What values copy from each other is
/// charged to a budget that is proportional to the input, so that a small file cannot grow without
/// bound through shared references.
class PickleBuilder {
 public:
  PickleBuilder(std::deque<PickleNode>& nodes, std::size_t input_bytes, std::string_view source);

  void set_offset(std::size_t offset) { offset_ = offset; }
  [[noreturn]] void fail(const std::string& what) const;

  PickleNode* make(PickleNode::Kind kind);
  PickleNode* integer(std::int64_t value);
  PickleNode* real(double value);
  /// Checks that `text` is UTF-8.
  PickleNode* string(std::string_view text);
  PickleNode* bytes(std::string_view raw);
  PickleNode* global(std::string_view module, std::string_view name);
  PickleNode* none() { return none_; }
  PickleNode* boolean(bool value) { return value ? true_ : false_; }

  /// `callee(*arguments)`.
  PickleNode* reduce(PickleNode* callee, PickleNode* arguments);
  /// `target.__setstate__(state)`.
  void build(PickleNode* target, PickleNode* state);
  PickleNode* persistent(PickleNode* id);

 private:
  void charge(std::size_t units);
  /// Raw bytes of a bytes node, or of a text whose code points are all below 256.
  std::string raw_bytes(const PickleNode& node);
  std::string type_string(const PickleNode& dtype) const;
  void fill_shape(const PickleNode& sizes, std::vector<std::int64_t>& out);
  PickleNode* ordered_dict(const PickleNode& arguments);
  PickleNode* scalar(const PickleNode& arguments);
  PickleNode* tensor(const PickleNode& arguments);
  PickleNode* from_buffer(const PickleNode& arguments);
  PickleNode* container(PickleNode::Kind kind, const PickleNode& arguments);
  PickleNode* known(const PickleNode& callee, PickleNode& arguments);
  void build_array(PickleNode& target, const PickleNode& state);

  std::deque<PickleNode>& nodes_;
  std::string_view source_;
  std::size_t offset_ = 0;
  std::size_t budget_;
  PickleNode* none_;
  PickleNode* true_;
  PickleNode* false_;
  std::vector<PickleNode*> small_integers_;
};

}  // namespace nnflow::nnunet
