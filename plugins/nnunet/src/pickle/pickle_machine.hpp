// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pickle/pickle_builder.hpp"

namespace nnflow::nnunet {

/// The stack machine of the pickle format.
class PickleMachine {
 public:
  PickleMachine(std::string_view input, std::deque<PickleNode>& nodes, std::string_view source);
  /// Runs to STOP and gives the value on top.
  PickleNode* run();

 private:
  std::string_view take(std::uint64_t size);
  std::string_view line();
  template <class T>
  T number();
  PickleNode* pop();
  PickleNode* top();
  void push(PickleNode* node) { stack_.push_back(node); }
  std::vector<const PickleNode*> pop_to_mark();
  PickleNode* memo(std::uint64_t index);
  void memoize(std::uint64_t index);

  /// Each handles some opcodes; false when `opcode` is none of them.
  bool atom(unsigned char opcode);
  bool text(unsigned char opcode);
  bool text_line(unsigned char opcode);
  bool container(unsigned char opcode);
  bool stack(unsigned char opcode);
  bool call(unsigned char opcode);

  PickleNode* long_integer(std::string_view little_endian);
  PickleNode* decimal(std::string_view text);
  PickleNode* latin1(std::string_view raw);
  PickleNode* quoted(std::string_view text);
  PickleNode* unicode_escaped(std::string_view text);
  void append(PickleNode* list, const std::vector<const PickleNode*>& items);
  void set_items(PickleNode* dict, const std::vector<const PickleNode*>& items);
  PickleNode* tuple(std::size_t count);

  std::string_view input_;
  std::size_t position_ = 0;
  PickleBuilder builder_;
  std::vector<PickleNode*> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, PickleNode*> memo_;
};

}  // namespace nnflow::nnunet
