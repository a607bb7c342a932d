// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nnflow/value.hpp>

namespace nnflow::runtime {

/// An integer in decimal digits, the whole text, or nothing. "1e3" and "4.0" are no integers here.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);
/// A decimal number, the whole text, never depending on the locale.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
/// The integer that a value stands for: an integer, or a floating-point number without fraction.
[[nodiscard]] std::optional<std::int64_t> integral(const Value& value);
/// Bytes of "512MiB", "4GiB", "10kB"; units B kB MB GB TB KiB MiB GiB TiB. The unit is required.
[[nodiscard]] std::optional<std::int64_t> parse_size(std::string_view text);
/// Seconds of "30s", "5min", "2h", "1d", "250ms". The unit is required.
[[nodiscard]] std::optional<double> parse_duration(std::string_view text);

/// What a plain (unquoted) scalar means; `problem` says why it is refused, or is empty.
struct PlainScalar {
  Value value;
  std::string problem;
};
[[nodiscard]] PlainScalar parse_plain_scalar(const std::string& text);

/// A value as it would be written, for messages: "cubic" quoted, others as JSON, cut after 60
/// characters.
[[nodiscard]] std::string shown(const Value& value);

}  // namespace nnflow::runtime
