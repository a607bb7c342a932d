// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <nnflow/nnunet/random_state.hpp>

namespace nnflow::fingerprint {

/// The seed of every case's generator (nnunet-data 3.3).
inline constexpr std::uint32_t kDrawSeed = 1234;

/// The beginning of what the generator of every case gives, made once: they all have one seed.
class SharedWords {
 public:
  /// `count` words, but at most 64 MiB of them.
  explicit SharedWords(std::size_t count);
  [[nodiscard]] std::span<const std::uint32_t> words() const { return words_; }

 private:
  std::vector<std::uint32_t> words_;
};

/// numpy's `choice` of a case's values with replacement, in pieces.
class CaseDraws {
 public:
  /// `position`: words of the case's generator that earlier channels used. `values` are not empty
  /// and, like `shared`, outlive this.
  CaseDraws(std::span<const float> values, const SharedWords& shared, std::size_t position);

  /// Draws as many values as fit into `out`.
  void draw(std::span<float> out);
  /// Words used by the channels up to this one.
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  [[nodiscard]] std::span<const std::uint32_t> next_words();

  std::span<const float> values_;
  const SharedWords& shared_;
  std::size_t position_;
  std::uint32_t mask_ = 0;
  nnunet::RandomState own_;  ///< beyond the shared words
  std::vector<std::uint32_t> own_words_;
  std::size_t own_begin_ = 0;  ///< position of the first of them
};

}  // namespace nnflow::fingerprint
