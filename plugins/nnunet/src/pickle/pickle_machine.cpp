// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "pickle/pickle_machine.hpp"

#include <bit>
#include <cstring>

namespace nnflow::nnunet {

using Kind = PickleNode::Kind;

PickleMachine::PickleMachine(std::string_view input,
                             std::deque<PickleNode>& nodes,
                             std::string_view source)
    : input_(input), builder_(nodes, input.size(), source) {}

std::string_view PickleMachine::take(std::uint64_t size) {
  if (size > input_.size() - position_) builder_.fail("the pickle ends early");
  const std::string_view part = input_.substr(position_, static_cast<std::size_t>(size));
  position_ += part.size();
  return part;
}

std::string_view PickleMachine::line() {
  const auto end = input_.find('\n', position_);
  if (end == std::string_view::npos) builder_.fail("the pickle ends early");
  std::string_view part = take(end - position_);
  ++position_;
  if (part.ends_with('\r')) part.remove_suffix(1);
  return part;
}

template <class T>
T PickleMachine::number() {
  T value{};
  std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
  return value;
}

PickleNode* PickleMachine::pop() {
  if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) builder_.fail("the stack is empty");
  PickleNode* const node = stack_.back();
  stack_.pop_back();
  return node;
}

PickleNode* PickleMachine::top() {
  PickleNode* const node = pop();
  push(node);
  return node;
}

std::vector<const PickleNode*> PickleMachine::pop_to_mark() {
  if (marks_.empty()) builder_.fail("there is no mark");
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  marks_.pop_back();
  std::vector<const PickleNode*> items(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  return items;
}

PickleNode* PickleMachine::memo(std::uint64_t index) {
  const auto place = memo_.find(index);
  if (place == memo_.end()) builder_.fail("memo entry " + std::to_string(index) + " was never set");
  return place->second;
}

void PickleMachine::memoize(std::uint64_t index) { memo_[index] = top(); }

void PickleMachine::append(PickleNode* list, const std::vector<const PickleNode*>& items) {
  if (!list->is(Kind::kList) && !list->is(Kind::kSet) && !list->is(Kind::kObject)) {
    builder_.fail("something is appended to what is no list");
  }
  list->items.insert(list->items.end(), items.begin(), items.end());
}

void PickleMachine::set_items(PickleNode* dict, const std::vector<const PickleNode*>& items) {
  if (!dict->is(Kind::kDict) && !dict->is(Kind::kObject)) {
    builder_.fail("an item is set on what is no dict");
  }
  if (items.size() % 2 != 0) builder_.fail("a key has no value");
  for (std::size_t i = 0; i < items.size(); i += 2)
    dict->entries.emplace_back(items[i], items[i + 1]);
}

PickleNode* PickleMachine::tuple(std::size_t count) {
  PickleNode* const node = builder_.make(Kind::kTuple);
  node->items.resize(count);
  for (std::size_t i = count; i-- > 0;) node->items[i] = pop();
  return node;
}

bool PickleMachine::atom(unsigned char opcode) {
  switch (opcode) {
    case 'N':
      push(builder_.none());
      return true;
    case 0x88:
    case 0x89:
      push(builder_.boolean(opcode == 0x88));
      return true;
    case 'J':
      push(builder_.integer(number<std::int32_t>()));
      return true;
    case 'K':
      push(builder_.integer(number<std::uint8_t>()));
      return true;
    case 'M':
      push(builder_.integer(number<std::uint16_t>()));
      return true;
    case 0x8a:
      push(long_integer(take(number<std::uint8_t>())));
      return true;
    case 0x8b: {
      const auto size = number<std::int32_t>();
      if (size < 0) builder_.fail("an integer has a negative length");
      push(long_integer(take(static_cast<std::uint64_t>(size))));
      return true;
    }
    case 'G': {
      std::uint64_t bits = 0;
      for (const char byte : take(8)) bits = (bits << 8U) | static_cast<unsigned char>(byte);
      push(builder_.real(std::bit_cast<double>(bits)));
      return true;
    }
    default:
      return false;
  }
}

bool PickleMachine::text(unsigned char opcode) {
  switch (opcode) {
    case 'X':
      push(builder_.string(take(number<std::uint32_t>())));
      return true;
    case 0x8c:
      push(builder_.string(take(number<std::uint8_t>())));
      return true;
    case 0x8d:
      push(builder_.string(take(number<std::uint64_t>())));
      return true;
    case 'B':
      push(builder_.bytes(take(number<std::uint32_t>())));
      return true;
    case 'C':
      push(builder_.bytes(take(number<std::uint8_t>())));
      return true;
    case 0x8e:
    case 0x96:
      push(builder_.bytes(take(number<std::uint64_t>())));
      return true;
    case 'U':
      push(latin1(take(number<std::uint8_t>())));
      return true;
    case 'T':
      push(latin1(take(number<std::uint32_t>())));
      return true;
    default:
      return text_line(opcode);
  }
}

bool PickleMachine::container(unsigned char opcode) {
  switch (opcode) {
    case ']':
      push(builder_.make(Kind::kList));
      return true;
    case '}':
      push(builder_.make(Kind::kDict));
      return true;
    case ')':
      push(builder_.make(Kind::kTuple));
      return true;
    case 0x8f:
      push(builder_.make(Kind::kSet));
      return true;
    case 'l':
    case 't':
    case 0x91: {
      auto items = pop_to_mark();
      PickleNode* const node = builder_.make(opcode == 'l'   ? Kind::kList
                                             : opcode == 't' ? Kind::kTuple
                                                             : Kind::kSet);
      node->items = std::move(items);
      push(node);
      return true;
    }
    case 'd': {
      const auto items = pop_to_mark();
      push(builder_.make(Kind::kDict));
      set_items(top(), items);
      return true;
    }
    case 0x85:
    case 0x86:
    case 0x87:
      push(tuple(opcode - 0x84U));
      return true;
    case 'a': {
      const PickleNode* const item = pop();
      append(top(), {item});
      return true;
    }
    case 'e':
    case 0x90: {
      const auto items = pop_to_mark();
      append(top(), items);
      return true;
    }
    case 's': {
      const PickleNode* const value = pop();
      const PickleNode* const key = pop();
      set_items(top(), {key, value});
      return true;
    }
    case 'u': {
      const auto items = pop_to_mark();
      set_items(top(), items);
      return true;
    }
    default:
      return false;
  }
}

bool PickleMachine::stack(unsigned char opcode) {
  switch (opcode) {
    case '(':
      marks_.push_back(stack_.size());
      return true;
    case '0':
      if (!marks_.empty() && marks_.back() == stack_.size()) {
        marks_.pop_back();
      } else {
        pop();
      }
      return true;
    case '1':
      pop_to_mark();
      return true;
    case '2':
      push(top());
      return true;
    case 'h':
      push(memo(number<std::uint8_t>()));
      return true;
    case 'j':
      push(memo(number<std::uint32_t>()));
      return true;
    case 'q':
      memoize(number<std::uint8_t>());
      return true;
    case 'r':
      memoize(number<std::uint32_t>());
      return true;
    case 0x94:
      memoize(memo_.size());
      return true;
    case 0x80:
      if (number<std::uint8_t>() > 5) builder_.fail("protocols above 5 are not known");
      return true;
    case 0x95:
      take(8);
      return true;
    case 0x98:  // the buffer on top becomes read-only
      top();
      return true;
    default:
      return false;
  }
}

bool PickleMachine::call(unsigned char opcode) {
  switch (opcode) {
    case 'R':
    case 0x81: {
      PickleNode* const arguments = pop();
      PickleNode* const callee = pop();
      push(builder_.reduce(callee, arguments));
      return true;
    }
    case 0x92: {
      pop();  // keyword arguments
      PickleNode* const arguments = pop();
      PickleNode* const callee = pop();
      push(builder_.reduce(callee, arguments));
      return true;
    }
    case 'o': {
      auto items = pop_to_mark();
      if (items.empty()) builder_.fail("an object has no class");
      PickleNode* const node = builder_.make(Kind::kObject);
      node->callee = items.front();
      node->items.assign(items.begin() + 1, items.end());
      push(node);
      return true;
    }
    case 'b': {
      PickleNode* const state = pop();
      builder_.build(top(), state);
      return true;
    }
    case 0x93: {
      const PickleNode* const name = pop();
      const PickleNode* const module = pop();
      if (!name->is(Kind::kString) || !module->is(Kind::kString))
        builder_.fail("a name is no text");
      push(builder_.global(module->text, name->text));
      return true;
    }
    case 'Q':
      push(builder_.persistent(pop()));
      return true;
    default:
      return false;
  }
}

PickleNode* PickleMachine::run() {
  while (true) {
    builder_.set_offset(position_);
    const auto opcode = number<unsigned char>();
    if (opcode == '.') return pop();
    if (atom(opcode) || text(opcode) || container(opcode) || stack(opcode) || call(opcode))
      continue;
    builder_.fail("unknown opcode " + std::to_string(opcode));
  }
}

}  // namespace nnflow::nnunet
