// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/files.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "support/utf8.hpp"

namespace nnflow::nnunet {
namespace {

constexpr int kMaxDepth = 200;

class Parser {
 public:
  Parser(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  Json document() {
    skip_space();
    Json result = value(0);
    skip_space();
    if (position_ != text_.size()) fail("text after the end of the value");
    return result;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    std::size_t line = 1;
    std::size_t column = 1;
    for (std::size_t i = 0; i < position_ && i < text_.size(); ++i) {
      column = text_[i] == '\n' ? 1 : column + 1;
      if (text_[i] == '\n') ++line;
    }
    throw Error(ErrorCode::kInvalidData, std::string(source_) + ":" + std::to_string(line) + ":" +
                                             std::to_string(column) + ": not valid JSON: " + what);
  }

  [[nodiscard]] char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }

  void skip_space() {
    while (position_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[position_]) != std::string_view::npos) {
      ++position_;
    }
  }

  bool accept(std::string_view token) {
    if (text_.substr(position_, token.size()) != token) return false;
    position_ += token.size();
    return true;
  }

  Json value(int depth) {
    if (depth > kMaxDepth) {
      fail("nested deeper than " + std::to_string(kMaxDepth) + " levels");
    }
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    switch (peek()) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      default:
        break;
    }
    if (accept("true")) return true;
    if (accept("false")) return false;
    if (accept("null")) return nullptr;
    if (accept("NaN")) return std::numeric_limits<double>::quiet_NaN();
    if (accept("Infinity")) return kInfinity;
    if (accept("-Infinity")) return -kInfinity;
    return number();
  }

  Json array(int depth) {
    Json result = Json::array();
    ++position_;
    skip_space();
    if (accept("]")) return result;
    while (true) {
      result.push_back(value(depth + 1));
      skip_space();
      if (accept("]")) return result;
      if (!accept(",")) fail("expected ',' or ']' in a list");
      skip_space();
    }
  }

  Json object(int depth) {
    Json result = Json::object();
    auto& members = result.get_ref<Json::object_t&>();
    std::unordered_map<std::string, std::size_t> index;
    ++position_;
    skip_space();
    if (accept("}")) return result;
    while (true) {
      if (peek() != '"') fail("expected a key in double quotes");
      std::string key = string();
      skip_space();
      if (!accept(":")) fail("expected ':' after a key");
      skip_space();
      Json member = value(depth + 1);
      const auto [place, is_new] = index.emplace(key, members.size());
      if (is_new) {
        using Members = std::vector<Json::object_t::value_type>;
        static_cast<Members&>(members).emplace_back(std::move(key), std::move(member));
      } else {
        (members.begin() + static_cast<std::ptrdiff_t>(place->second))->second = std::move(member);
      }
      skip_space();
      if (accept("}")) return result;
      if (!accept(",")) fail("expected ',' or '}' in an object");
      skip_space();
    }
  }

  std::uint32_t hex4() {
    std::uint32_t code = 0;
    const std::string_view digits = text_.substr(position_, 4);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() != 4 || error != std::errc{} || end != digits.data() + 4) {
      fail("expected four hexadecimal digits after \\u");
    }
    position_ += 4;
    return code;
  }

  void escape(std::string& out) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    const char name = peek();
    ++position_;
    if (const auto index = kNames.find(name); name != '\0' && index != std::string_view::npos) {
      out += kValues[index];
      return;
    }
    if (name != 'u') fail("unknown escape in a string");
    std::uint32_t code = hex4();
    if (code >= 0xd800 && code < 0xdc00 && text_.substr(position_, 2) == "\\u") {
      const std::size_t before = position_;
      position_ += 2;
      const std::uint32_t low = hex4();
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10U) + (low - 0xdc00);
      } else {
        position_ = before;
      }
    }
    append_utf8(code, out);
  }

  std::string string() {
    std::string out;
    ++position_;
    while (true) {
      if (position_ >= text_.size()) fail("a string does not end");
      const char c = text_[position_];
      if (c == '"') break;
      if (static_cast<unsigned char>(c) < 0x20) fail("control character in a string");
      if (c == '\\') {
        ++position_;
        escape(out);
      } else if (static_cast<unsigned char>(c) < 0x80) {
        out += c;
        ++position_;
      } else {
        const std::size_t length = utf8_length(text_.substr(position_));
        if (length == 0) fail("not valid UTF-8");
        out.append(text_.substr(position_, length));
        position_ += length;
      }
    }
    ++position_;
    return out;
  }

  bool digits() {
    const std::size_t start = position_;
    while (peek() >= '0' && peek() <= '9') ++position_;
    return position_ > start;
  }

  Json number() {
    const std::size_t start = position_;
    bool integral = true;
    accept("-");
    if (!accept("0") && !digits()) {
      position_ = start;
      fail("expected a value");
    }
    if (peek() == '.') {
      integral = false;
      ++position_;
      if (!digits()) fail("expected a digit after '.'");
    }
    if (peek() == 'e' || peek() == 'E') {
      integral = false;
      ++position_;
      if (peek() == '+' || peek() == '-') ++position_;
      if (!digits()) fail("expected a digit in an exponent");
    }
    return convert(text_.substr(start, position_ - start), integral);
  }

  static Json convert(std::string_view token, bool integral) {
    const char* const first = token.data();
    const char* const last = first + token.size();
    if (integral) {
      std::int64_t value = 0;
      if (std::from_chars(first, last, value).ec == std::errc{}) return value;
      std::uint64_t large = 0;
      if (std::from_chars(first, last, large).ec == std::errc{}) return large;
    }
    double value = 0.0;
    if (std::from_chars(first, last, value).ec == std::errc::result_out_of_range) {
      const auto exponent = token.find_first_of("eE");
      const bool tiny = exponent == std::string_view::npos
                            ? token.find_first_of("123456789") > token.find('.')
                            : token[exponent + 1] == '-';
      value = tiny ? 0.0 : std::numeric_limits<double>::infinity();
      if (token[0] == '-') value = -value;
    }
    return value;
  }

  std::string_view text_;
  std::string_view source_;
  std::size_t position_ = 0;
};

}  // namespace

Json parse_json(std::string_view text, std::string_view source) {
  return Parser(text, source).document();
}

Json read_json(const std::filesystem::path& path) {
  return parse_json(read_file(path), path.string());
}

}  // namespace nnflow::nnunet
