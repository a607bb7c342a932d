// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "nnflow/export.hpp"

namespace nnflow {
inline namespace abi_v2 {

/// A JSON-like value: what YAML parameters, manifests and records are made of.
/// Objects keep the order in which their members were added and hold each key once.
class NNFLOW_SDK_EXPORT Value {
 public:
  using Array = std::vector<Value>;
  using Member = std::pair<std::string, Value>;
  using Object = std::vector<Member>;
  enum class Kind { kNull, kBool, kInteger, kNumber, kString, kArray, kObject };

  Value() = default;
  Value(std::nullptr_t) {}                               // NOLINT(google-explicit-constructor)
  Value(bool value) : data_(value) {}                    // NOLINT(google-explicit-constructor)
  Value(int value) : data_(std::int64_t{value}) {}       // NOLINT(google-explicit-constructor)
  Value(std::int64_t value) : data_(value) {}            // NOLINT(google-explicit-constructor)
  Value(double value) : data_(value) {}                  // NOLINT(google-explicit-constructor)
  Value(std::string value) : data_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Value(std::string_view value)
      : data_(std::string(value)) {}                       // NOLINT(google-explicit-constructor)
  Value(const char* value) : data_(std::string(value)) {}  // NOLINT(google-explicit-constructor)
  Value(Array value) : data_(std::move(value)) {}          // NOLINT(google-explicit-constructor)
  Value(Object value) : data_(std::move(value)) {}         // NOLINT(google-explicit-constructor)

  [[nodiscard]] Kind kind() const { return static_cast<Kind>(data_.index()); }
  [[nodiscard]] bool is_null() const { return kind() == Kind::kNull; }
  [[nodiscard]] bool is_bool() const { return kind() == Kind::kBool; }
  [[nodiscard]] bool is_integer() const { return kind() == Kind::kInteger; }
  /// True for integers and floating-point numbers.
  [[nodiscard]] bool is_number() const { return is_integer() || kind() == Kind::kNumber; }
  [[nodiscard]] bool is_string() const { return kind() == Kind::kString; }
  [[nodiscard]] bool is_array() const { return kind() == Kind::kArray; }
  [[nodiscard]] bool is_object() const { return kind() == Kind::kObject; }

  /// Accessors throw std::bad_variant_access when the kind differs.
  [[nodiscard]] bool as_bool() const { return std::get<bool>(data_); }
  [[nodiscard]] std::int64_t as_integer() const { return std::get<std::int64_t>(data_); }
  [[nodiscard]] double as_number() const;
  [[nodiscard]] const std::string& as_string() const { return std::get<std::string>(data_); }
  [[nodiscard]] const Array& as_array() const { return std::get<Array>(data_); }
  [[nodiscard]] Array& as_array() { return std::get<Array>(data_); }
  [[nodiscard]] const Object& as_object() const { return std::get<Object>(data_); }
  [[nodiscard]] Object& as_object() { return std::get<Object>(data_); }

  /// The member of an object, or null when this is no object or has no such key.
  [[nodiscard]] const Value* find(std::string_view key) const;
  [[nodiscard]] Value* find(std::string_view key);
  /// Sets a member, replacing an existing one in place; turns null into an object.
  Value& set(std::string_view key, Value value);
  /// Removes a member; false when there was none.
  bool erase(std::string_view key);

  /// Compact JSON text, members in their order. Numbers in shortest round-trip form.
  [[nodiscard]] std::string to_json() const;
  /// Compact JSON text with object keys sorted at every level: equal values give equal texts.
  [[nodiscard]] std::string canonical_json() const;
  /// Strict JSON (RFC 8259, plus bare NaN and Infinity). Throws Error(kInvalidData) with the byte
  /// offset.
  [[nodiscard]] static Value parse_json(std::string_view text);

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> data_;
};

}  // namespace abi_v2
}  // namespace nnflow
