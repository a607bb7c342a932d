// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/pickle.hpp"

namespace nnflow::nnunet {

/// Typed access to the values of a pickled dict. Everything throws Error(kInvalidData) naming
/// source and key.
class PickleFields {
 public:
  PickleFields(const PickleNode& dict, std::string_view source, std::string where = {})
      : dict_(dict), source_(source), where_(std::move(where)) {}

  [[noreturn]] void wrong(std::string_view key, std::string_view expected) const {
    throw Error(ErrorCode::kInvalidData, std::string(source_) + ": key '" + where_ +
                                             std::string(key) + "': expected " +
                                             std::string(expected));
  }
  /// Null when absent.
  [[nodiscard]] const PickleNode* find(std::string_view key) const { return dict_.find(key); }

  /// A list, tuple or numeric array of numbers.
  [[nodiscard]] std::vector<double> reals(std::string_view key, const PickleNode& node) const {
    if (node.is(PickleNode::Kind::kArray)) return array_as_doubles(node, source_);
    if (!node.is_sequence()) wrong(key, "a list of numbers");
    std::vector<double> result;
    for (const PickleNode* const item : node.items) {
      if (!item->is_number()) wrong(key, "a list of numbers");
      result.push_back(item->number());
    }
    return result;
  }
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view key,
                                                   const PickleNode& node) const {
    if (node.is(PickleNode::Kind::kArray)) return array_as_integers(node, source_);
    if (!node.is_sequence()) wrong(key, "a list of integers");
    std::vector<std::int64_t> result;
    for (const PickleNode* const item : node.items) {
      if (!item->is(PickleNode::Kind::kInt)) wrong(key, "a list of integers");
      result.push_back(item->integer);
    }
    return result;
  }
  [[nodiscard]] std::string_view source() const { return source_; }

 private:
  const PickleNode& dict_;
  std::string_view source_;
  std::string where_;
};

}  // namespace nnflow::nnunet
