// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cmath>

#include "pickle/pickle_machine.hpp"
#include "support/utf8.hpp"

namespace nnflow::nnunet {
namespace {

/// Reads `digits` hexadecimal digits at the start of `text` and removes them.
bool take_hex(std::string_view& text, std::size_t digits, std::uint32_t& value) {
  if (text.size() < digits) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value, 16);
  if (error != std::errc{} || end != text.data() + digits) return false;
  text.remove_prefix(digits);
  return true;
}

}  // namespace

PickleNode* PickleMachine::long_integer(std::string_view little_endian) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(little_endian[i]); };
  const bool negative = !little_endian.empty() && (byte(little_endian.size() - 1) & 0x80U) != 0;
  if (little_endian.size() <= 8) {
    std::uint64_t bits = negative ? ~std::uint64_t{0} : 0;
    for (std::size_t i = little_endian.size(); i-- > 0;) bits = (bits << 8U) | byte(i);
    return builder_.integer(static_cast<std::int64_t>(bits));
  }
  PickleNode* const node = builder_.make(PickleNode::Kind::kBigInt);
  for (std::size_t i = little_endian.size(); i-- > 0;) {
    node->real = node->real * 256.0 + (negative ? 255 - byte(i) : byte(i));
  }
  if (negative) node->real = -node->real - 1.0;
  return node;
}

PickleNode* PickleMachine::decimal(std::string_view text) {
  if (text.ends_with('L')) text.remove_suffix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end != text.data() + text.size()) builder_.fail("an integer is not decimal");
  if (error == std::errc{}) return builder_.integer(value);
  PickleNode* const node = builder_.make(PickleNode::Kind::kBigInt);
  std::from_chars(text.data(), text.data() + text.size(), node->real);
  return node;
}

PickleNode* PickleMachine::latin1(std::string_view raw) {
  std::string utf8;
  for (const char c : raw) append_utf8(static_cast<unsigned char>(c), utf8);
  return builder_.string(utf8);
}

PickleNode* PickleMachine::quoted(std::string_view text) {
  if (text.size() < 2 || text.front() != text.back() ||
      (text.front() != '\'' && text.front() != '"')) {
    builder_.fail("a text has no quotes");
  }
  text = text.substr(1, text.size() - 2);
  std::string raw;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '\\' || text.empty()) {
      raw += c;
      continue;
    }
    const char name = text.front();
    text.remove_prefix(1);
    std::uint32_t code = 0;
    if (name == 'x') {
      if (!take_hex(text, 2, code)) builder_.fail("a text has a bad escape");
      raw += static_cast<char>(code);
    } else {
      raw += name == 'n' ? '\n' : name == 't' ? '\t' : name == 'r' ? '\r' : name;
    }
  }
  return latin1(raw);
}

PickleNode* PickleMachine::unicode_escaped(std::string_view text) {
  std::string utf8;
  while (!text.empty()) {
    const bool escape = text.size() > 1 && text[0] == '\\' && (text[1] == 'u' || text[1] == 'U');
    if (!escape) {
      append_utf8(static_cast<unsigned char>(text.front()), utf8);
      text.remove_prefix(1);
      continue;
    }
    const std::size_t digits = text[1] == 'u' ? 4 : 8;
    text.remove_prefix(2);
    std::uint32_t code = 0;
    if (!take_hex(text, digits, code) || code > 0x10ffff) builder_.fail("a text has a bad escape");
    append_utf8(code, utf8);
  }
  return builder_.string(utf8);
}

bool PickleMachine::text_line(unsigned char opcode) {
  switch (opcode) {
    case 'I': {
      const std::string_view text = line();
      push(text == "00" || text == "01" ? builder_.boolean(text == "01") : decimal(text));
      return true;
    }
    case 'L':
      push(decimal(line()));
      return true;
    case 'F': {
      const std::string_view text = line();
      double value = 0.0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (text.empty() || end != text.data() + text.size()) builder_.fail("a float is not decimal");
      push(builder_.real(value));
      return true;
    }
    case 'S':
      push(quoted(line()));
      return true;
    case 'V':
      push(unicode_escaped(line()));
      return true;
    case 'c': {
      const std::string_view module = line();
      push(builder_.global(module, line()));
      return true;
    }
    case 'i': {
      const std::string_view module = line();
      const std::string_view name = line();
      auto items = pop_to_mark();
      PickleNode* const node = builder_.make(PickleNode::Kind::kObject);
      node->callee = builder_.global(module, name);
      node->items = std::move(items);
      push(node);
      return true;
    }
    case 'P':
      push(builder_.persistent(latin1(line())));
      return true;
    case 'g':
    case 'p': {
      const PickleNode* const index = decimal(line());
      if (index->integer < 0) builder_.fail("a memo entry is negative");
      if (opcode == 'g') {
        push(memo(static_cast<std::uint64_t>(index->integer)));
      } else {
        memoize(static_cast<std::uint64_t>(index->integer));
      }
      return true;
    }
    default:
      return false;
  }
}

}  // namespace nnflow::nnunet
