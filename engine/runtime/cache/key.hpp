// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "nnflow/payload.hpp"
#include "nnflow/value.hpp"

namespace nnflow::runtime {

/// 128-bit content hash (XXH3) as 32 lower-case hexadecimal digits.
[[nodiscard]] std::string digest(std::string_view bytes);

/// Digest of a payload's byte image; empty when its type cannot be saved.
[[nodiscard]] std::string digest(const Payload& payload);

/// Builds the key of a stage's result from what the result depends on, in a fixed order.
class KeyBuilder {
 public:
  KeyBuilder& add(std::string_view name, std::string_view value);
  [[nodiscard]] std::string key() const { return digest(text_); }

 private:
  std::string text_;
};

}  // namespace nnflow::runtime
