// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "nnflow/error.hpp"
#include "nnflow/value.hpp"

namespace nnflow {
inline namespace abi_v2 {
namespace {

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char buffer[8];
          std::snprintf(buffer, sizeof(buffer), "\\u%04x", static_cast<unsigned>(c));
          out += buffer;
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value > 0 ? "Infinity" : "-Infinity";
    return;
  }
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  const std::string_view text(buffer, static_cast<std::size_t>(result.ptr - buffer));
  out += text;
  if (text.find_first_of(".en") == std::string_view::npos)
    out += ".0";  // stays a float when read back
}

void append_json(std::string& out, const Value& value, bool sorted) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      out += "null";
      return;
    case Value::Kind::kBool:
      out += value.as_bool() ? "true" : "false";
      return;
    case Value::Kind::kInteger:
      out += std::to_string(value.as_integer());
      return;
    case Value::Kind::kNumber:
      append_number(out, value.as_number());
      return;
    case Value::Kind::kString:
      append_string(out, value.as_string());
      return;
    case Value::Kind::kArray: {
      out += '[';
      bool first = true;
      for (const Value& element : value.as_array()) {
        if (!first) out += ',';
        first = false;
        append_json(out, element, sorted);
      }
      out += ']';
      return;
    }
    case Value::Kind::kObject: {
      std::vector<const Value::Member*> members;
      for (const auto& member : value.as_object()) members.push_back(&member);
      if (sorted) {
        std::sort(members.begin(), members.end(),
                  [](const auto* a, const auto* b) { return a->first < b->first; });
      }
      out += '{';
      bool first = true;
      for (const auto* member : members) {
        if (!first) out += ',';
        first = false;
        append_string(out, member->first);
        out += ':';
        append_json(out, member->second, sorted);
      }
      out += '}';
      return;
    }
  }
}

class JsonParser {
 public:
  explicit JsonParser(std::string_view text) : text_(text) {}

  Value parse_document() {
    Value value = parse_value(0);
    skip_space();
    if (at_ != text_.size()) fail("expected the end of the text");
    return value;
  }

 private:
  static constexpr int kMaxDepth = 200;

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::kInvalidData, "JSON, byte " + std::to_string(at_) + ": " + what);
  }
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) {
      ++at_;
    }
  }
  bool consume(std::string_view token) {
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }

  Value parse_value(int depth) {
    if (depth > kMaxDepth) fail("nested too deeply");
    skip_space();
    if (at_ == text_.size()) fail("unexpected end of the text");
    const char c = text_[at_];
    if (c == '{') return parse_object(depth);
    if (c == '[') return parse_array(depth);
    if (c == '"') return parse_string();
    if (consume("true")) return true;
    if (consume("false")) return false;
    if (consume("null")) return {};
    if (consume("NaN")) return std::nan("");
    if (consume("Infinity")) return HUGE_VAL;
    if (consume("-Infinity")) return -HUGE_VAL;
    return parse_number();
  }

  Value parse_object(int depth) {
    ++at_;
    Value::Object members;
    skip_space();
    if (consume("}")) return members;
    while (true) {
      skip_space();
      if (at_ == text_.size() || text_[at_] != '"') fail("expected a key");
      std::string key = parse_string();
      skip_space();
      if (!consume(":")) fail("expected ':'");
      Value value = parse_value(depth + 1);
      for (const auto& member : members) {
        if (member.first == key) fail("duplicate key \"" + key + "\"");
      }
      members.emplace_back(std::move(key), std::move(value));
      skip_space();
      if (consume("}")) return members;
      if (!consume(",")) fail("expected ',' or '}'");
    }
  }

  Value parse_array(int depth) {
    ++at_;
    Value::Array elements;
    skip_space();
    if (consume("]")) return elements;
    while (true) {
      elements.push_back(parse_value(depth + 1));
      skip_space();
      if (consume("]")) return elements;
      if (!consume(",")) fail("expected ',' or ']'");
    }
  }

  unsigned parse_hex4() {
    unsigned code = 0;
    const auto [end, error] = std::from_chars(
        text_.data() + at_, text_.data() + std::min(at_ + 4, text_.size()), code, 16);
    if (error != std::errc{} || end != text_.data() + at_ + 4) fail("bad \\u escape");
    at_ += 4;
    return code;
  }

  static void append_utf8(std::string& out, unsigned code) {
    const auto put = [&out](unsigned byte) {
      out += static_cast<char>(static_cast<unsigned char>(byte));
    };
    if (code < 0x80) {
      put(code);
    } else if (code < 0x800) {
      put(0xC0U | (code >> 6U));
      put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
      put(0xE0U | (code >> 12U));
      put(0x80U | ((code >> 6U) & 0x3FU));
      put(0x80U | (code & 0x3FU));
    } else {
      put(0xF0U | (code >> 18U));
      put(0x80U | ((code >> 12U) & 0x3FU));
      put(0x80U | ((code >> 6U) & 0x3FU));
      put(0x80U | (code & 0x3FU));
    }
  }

  std::string parse_string() {
    ++at_;
    std::string out;
    while (true) {
      if (at_ == text_.size()) fail("unterminated string");
      const char c = text_[at_++];
      if (c == '"') return out;
      if (c != '\\') {
        if (static_cast<unsigned char>(c) < 0x20) fail("control character in a string");
        out += c;
        continue;
      }
      if (at_ == text_.size()) fail("unterminated string");
      switch (text_[at_++]) {
        case '"':
          out += '"';
          break;
        case '\\':
          out += '\\';
          break;
        case '/':
          out += '/';
          break;
        case 'b':
          out += '\b';
          break;
        case 'f':
          out += '\f';
          break;
        case 'n':
          out += '\n';
          break;
        case 'r':
          out += '\r';
          break;
        case 't':
          out += '\t';
          break;
        case 'u': {
          unsigned code = parse_hex4();
          if (code >= 0xD800 && code < 0xDC00 && consume("\\u")) {
            const unsigned low = parse_hex4();
            if (low < 0xDC00 || low > 0xDFFF) fail("bad surrogate pair");
            code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
          }
          append_utf8(out, code);
          break;
        }
        default:
          fail("bad escape");
      }
    }
  }

  Value parse_number() {
    const std::size_t start = at_;
    while (at_ < text_.size() &&
           std::string_view("+-0123456789.eE").find(text_[at_]) != std::string_view::npos)
      ++at_;
    const std::string_view token = text_.substr(start, at_ - start);
    const char* const begin = token.data();
    const char* const end = begin + token.size();
    const std::string_view digits = token.substr(token.starts_with('-') ? 1 : 0);
    const bool leading_zero =
        digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9';
    if (!token.empty() && !leading_zero && token.find_first_of(".eE") == std::string_view::npos) {
      std::int64_t integer = 0;
      const auto result = std::from_chars(begin, end, integer);
      if (result.ec == std::errc{} && result.ptr == end) return integer;
    }
    double number = 0.0;
    const auto result = std::from_chars(begin, end, number);
    if (token.empty() || leading_zero || result.ptr != end || result.ec != std::errc{}) {
      at_ = start;
      fail("expected a value");
    }
    return number;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

double Value::as_number() const {
  return is_integer() ? static_cast<double>(as_integer()) : std::get<double>(data_);
}

const Value* Value::find(std::string_view key) const {
  if (!is_object()) return nullptr;
  for (const auto& member : as_object()) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}

Value* Value::find(std::string_view key) {
  return const_cast<Value*>(
      std::as_const(*this).find(key));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

Value& Value::set(std::string_view key, Value value) {
  if (is_null()) data_ = Object{};
  if (Value* existing = find(key)) {
    *existing = std::move(value);
    return *existing;
  }
  as_object().emplace_back(std::string(key), std::move(value));
  return as_object().back().second;
}

bool Value::erase(std::string_view key) {
  if (!is_object()) return false;
  return std::erase_if(as_object(), [key](const Member& member) { return member.first == key; }) >
         0;
}

std::string Value::to_json() const {
  std::string out;
  append_json(out, *this, false);
  return out;
}

std::string Value::canonical_json() const {
  std::string out;
  append_json(out, *this, true);
  return out;
}

Value Value::parse_json(std::string_view text) { return JsonParser(text).parse_document(); }

}  // namespace abi_v2
}  // namespace nnflow
