// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fingerprint/kernels/rank_search.hpp"

#include <bit>

namespace nnflow::fingerprint {
namespace {

constexpr std::uint32_t kSign = 0x80000000U;
constexpr unsigned kHalfBits = 16;
constexpr std::uint32_t kLower = 0xffffU;

/// Unsigned numbers in the order of the values.
std::uint32_t key_of(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value + 0.0F);  // -0 becomes 0
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

float value_of(std::uint32_t key) {
  return std::bit_cast<float>((key & kSign) != 0 ? key & ~kSign : ~key);
}

}  // namespace

RankSearch::Histogram RankSearch::start() const {
  return Histogram(kHalves * (slots_.empty() ? 1 : slots_.size()));
}

void RankSearch::count(std::span<const float> values, Histogram& histogram) const {
  if (slots_.empty()) {
    for (const float value : values) ++histogram[key_of(value) >> kHalfBits];
    return;
  }
  for (const float value : values) {
    const std::uint32_t key = key_of(value);
    const std::uint8_t slot = slot_of_[key >> kHalfBits];
    if (slot != kNone) ++histogram[slot * kHalves + (key & kLower)];
  }
}

void RankSearch::end(std::span<const Histogram> parts) {
  std::vector<std::uint64_t> counts(start().size());
  for (const Histogram& part : parts) {
    for (std::size_t i = 0; i < part.size(); ++i) counts[i] += part[i];
  }
  if (slots_.empty()) {
    end_upper(counts);
  } else {
    end_lower(counts);
  }
}

void RankSearch::end_upper(const std::vector<std::uint64_t>& counts) {
  slot_of_.fill(kNone);
  std::uint64_t before = 0;
  for (std::size_t upper = 0; upper < kHalves; ++upper) {
    const std::uint64_t after = before + counts[upper];
    for (const std::uint64_t rank : ranks_) {
      if (rank < before || rank >= after || slot_of_[upper] != kNone) continue;
      slot_of_[upper] = static_cast<std::uint8_t>(slots_.size());
      slots_.push_back({static_cast<std::uint32_t>(upper), before});
    }
    before = after;
  }
}

void RankSearch::end_lower(const std::vector<std::uint64_t>& counts) {
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    std::uint64_t before = slots_[slot].before;
    for (std::size_t lower = 0; lower < kHalves; ++lower) {
      const std::uint64_t after = before + counts[slot * kHalves + lower];
      for (const std::uint64_t rank : ranks_) {
        if (rank < before || rank >= after) continue;
        const auto key = slots_[slot].upper << kHalfBits | static_cast<std::uint32_t>(lower);
        found_[rank] = value_of(key);
      }
      before = after;
    }
  }
}

}  // namespace nnflow::fingerprint
