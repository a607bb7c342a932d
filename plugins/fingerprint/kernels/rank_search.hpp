// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace nnflow::fingerprint {

/// The values of given ranks (0 = smallest) among many numbers that are read twice and not stored:
/// the first reading counts the upper halves of their bits, which tells the halves that the ranks
/// lie in; the second one the lower halves of those. Numbers are finite; -0 counts as 0.
class RankSearch {
 public:
  using Histogram = std::vector<std::uint32_t>;

  explicit RankSearch(std::vector<std::uint64_t> ranks) : ranks_(std::move(ranks)) {}

  /// What one thread counts in a reading, of fewer than 2^32 numbers.
  [[nodiscard]] Histogram start() const;
  void count(std::span<const float> values, Histogram& histogram) const;
  /// Ends a reading.
  void end(std::span<const Histogram> parts);

  /// After two readings.
  [[nodiscard]] float value(std::uint64_t rank) const { return found_.at(rank); }

 private:
  static constexpr std::size_t kHalves = std::size_t{1} << 16U;
  static constexpr std::uint8_t kNone = 0xff;
  struct Slot {
    std::uint32_t upper;
    std::uint64_t before;  ///< how many numbers are below this half
  };

  void end_upper(const std::vector<std::uint64_t>& counts);
  void end_lower(const std::vector<std::uint64_t>& counts);

  std::vector<std::uint64_t> ranks_;
  std::vector<Slot> slots_;                      ///< empty in the first reading
  std::array<std::uint8_t, kHalves> slot_of_{};  ///< by upper half
  std::map<std::uint64_t, float> found_;
};

}  // namespace nnflow::fingerprint
