// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "nnflow/error.hpp"

namespace nnflow::nnunet {

static_assert(std::endian::native == std::endian::little, "byte images are little-endian");

/// Appends values to the byte image of a payload. Equal values give equal bytes.
class ArchiveWriter {
 public:
  explicit ArchiveWriter(std::string& out) : out_(out) {}

  template <class T>
  requires std::is_arithmetic_v<T>
  void put(T value) { out_.append(reinterpret_cast<const char*>(&value), sizeof(value)); }
  void put(std::string_view text) {
    put(static_cast<std::uint64_t>(text.size()));
    out_.append(text);
  }
  template <class T>
  void put_all(const T& values) {
    put(static_cast<std::uint64_t>(values.size()));
    for (const auto& value : values) put(value);
  }
  /// Like `put_all` for contiguous numbers or arrays of numbers, in one piece.
  template <class T>
  void put_block(const std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    put(static_cast<std::uint64_t>(values.size()));
    out_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }

 private:
  std::string& out_;
};

/// Reads what ArchiveWriter wrote. Throws Error(kInvalidData) when the bytes end early.
class ArchiveReader {
 public:
  ArchiveReader(std::string_view bytes, std::string_view what) : bytes_(bytes), what_(what) {}

  template <class T>
  T get() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    const std::string_view raw = take(sizeof(T));
    std::memcpy(&value, raw.data(), sizeof(T));
    return value;
  }
  std::string text() { return std::string(take(count(1))); }
  /// A length whose elements of at least `element_bytes` each can still follow.
  std::size_t count(std::size_t element_bytes) {
    const auto value = get<std::uint64_t>();
    if (value > bytes_.size() / element_bytes) fail();
    return static_cast<std::size_t>(value);
  }
  template <class T>
  std::vector<T> block() {
    static_assert(std::is_trivially_copyable_v<T>);
    std::vector<T> values(count(sizeof(T)));
    const std::string_view raw = take(values.size() * sizeof(T));
    if (!raw.empty()) std::memcpy(values.data(), raw.data(), raw.size());
    return values;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> values(count(sizeof(std::uint64_t)));
    for (auto& value : values) value = text();
    return values;
  }

 private:
  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) fail();
    const std::string_view head = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return head;
  }
  [[noreturn]] void fail() const {
    throw Error(ErrorCode::kInvalidData,
                "stored " + std::string(what_) + " is truncated or damaged");
  }

  std::string_view bytes_;
  std::string_view what_;
};

}  // namespace nnflow::nnunet
