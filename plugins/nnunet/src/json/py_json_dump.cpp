// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "nnflow/nnunet/files.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "support/utf8.hpp"

namespace nnflow::nnunet {
namespace {

class Writer {
 public:
  explicit Writer(const JsonStyle& style) : style_(style) {}

  void value(const Json& json, int level) {
    switch (json.type()) {
      case Json::value_t::object:
        object(json, level);
        break;
      case Json::value_t::array:
        array(json, level);
        break;
      case Json::value_t::string:
        string(json.get_ref<const std::string&>());
        break;
      case Json::value_t::boolean:
        out_ += json.get<bool>() ? "true" : "false";
        break;
      case Json::value_t::number_integer:
        out_ += std::to_string(json.get<std::int64_t>());
        break;
      case Json::value_t::number_unsigned:
        out_ += std::to_string(json.get<std::uint64_t>());
        break;
      case Json::value_t::number_float:
        real(json.get<double>());
        break;
      default:
        out_ += "null";
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void line(int level) {
    if (style_.indent < 0) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(style_.indent) * static_cast<std::size_t>(level), ' ');
  }

  void comma(int level) {
    out_ += style_.indent < 0 && !style_.compact ? ", " : ",";
    line(level);
  }

  void array(const Json& json, int level) {
    if (json.empty()) {
      out_ += "[]";
      return;
    }
    out_ += '[';
    line(level + 1);
    bool first = true;
    for (const Json& item : json) {
      if (!first) comma(level + 1);
      first = false;
      value(item, level + 1);
    }
    line(level);
    out_ += ']';
  }

  void object(const Json& json, int level) {
    if (json.empty()) {
      out_ += "{}";
      return;
    }
    std::vector<const Json::object_t::value_type*> members;
    for (const auto& member : json.get_ref<const Json::object_t&>()) members.push_back(&member);
    if (style_.sort_keys) {
      std::stable_sort(members.begin(), members.end(),
                       [](const auto* a, const auto* b) { return a->first < b->first; });
    }
    out_ += '{';
    line(level + 1);
    for (const auto* member : members) {
      if (member != members.front()) comma(level + 1);
      string(member->first);
      out_ += style_.indent < 0 && style_.compact ? ":" : ": ";
      value(member->second, level + 1);
    }
    line(level);
    out_ += '}';
  }

  void real(double number) {
    if (std::isnan(number)) {
      out_ += "NaN";
    } else if (std::isinf(number)) {
      out_ += number < 0 ? "-Infinity" : "Infinity";
    } else {
      out_ += python_float(number);
    }
  }

  void unicode(std::uint32_t code) {
    std::array<char, 8> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "\\u%04x", code & 0xffffU);
    out_ += buffer.data();
  }

  void string(std::string_view text) {
    constexpr std::string_view kValues = "\"\\\b\f\n\r\t";
    constexpr std::string_view kNames = "\"\\bfnrt";
    out_ += '"';
    while (!text.empty()) {
      const std::uint32_t code = take_utf8(text);
      const auto named =
          code < 0x80 ? kValues.find(static_cast<char>(code)) : std::string_view::npos;
      if (named != std::string_view::npos) {
        out_ += '\\';
        out_ += kNames[named];
      } else if (code >= 0x20 && code < 0x7f) {
        out_ += static_cast<char>(code);
      } else if (code < 0x10000) {
        unicode(code);
      } else {
        unicode(0xd800 + ((code - 0x10000) >> 10U));
        unicode(0xdc00 + ((code - 0x10000) & 0x3ffU));
      }
    }
    out_ += '"';
  }

  JsonStyle style_;
  std::string out_;
};

}  // namespace

std::string python_float(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific)
                       .ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const auto mark = text.find('e');
  int exponent = 0;
  const char* const digits = text.data() + mark + (text[mark + 1] == '+' ? 2 : 1);
  std::from_chars(digits, end, exponent);
  if (exponent < -4 || exponent >= 16) return std::string(text);
  const auto plain =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed)
          .ptr;
  std::string result(buffer.data(), plain);
  if (result.find('.') == std::string::npos) result += ".0";
  return result;
}

std::string dump_json(const Json& value, const JsonStyle& style) {
  Writer writer(style);
  writer.value(value, 0);
  return writer.take();
}

void write_json(const std::filesystem::path& path, const Json& value, const JsonStyle& style) {
  write_file(path, dump_json(value, style));
}

}  // namespace nnflow::nnunet
