// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nnflow {
inline namespace abi_v2 {

/// 64-bit FNV-1a of a text, finished with a SplitMix64 round. Stable across platforms and versions.
[[nodiscard]] constexpr std::uint64_t stable_hash(std::string_view text,
                                                  std::uint64_t seed = 0xcbf29ce484222325ULL) {
  std::uint64_t h = seed;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  h += 0x9e3779b97f4a7c15ULL;
  h = (h ^ (h >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  h = (h ^ (h >> 27U)) * 0x94d049bb133111ebULL;
  return h ^ (h >> 31U);
}

/// Counter-based random generator: Philox 4x32 with 10 rounds (Salmon et al., SC 2011).
///
/// The stream is a pure function of (run seed, stage id, item id): it depends neither on the thread
/// that draws nor on other items. Satisfies UniformRandomBitGenerator. Use the members below rather
/// than std distributions, whose results differ between standard libraries.
class Rng {
 public:
  using result_type = std::uint32_t;

  /// Stream `stream` under key `key`.
  explicit Rng(std::uint64_t key, std::uint64_t stream = 0) : key_(key), stream_(stream) {}
  Rng(std::uint64_t run_seed, std::string_view stage, std::string_view item)
      : Rng(stable_hash(stage, run_seed ^ 0xcbf29ce484222325ULL), stable_hash(item)) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return 0xffffffffU; }
  result_type operator()() { return next32(); }

  /// 32 uniform bits.
  std::uint32_t next32() {
    if (used_ == 4) refill();
    return block_[used_++];
  }
  /// 64 uniform bits, high word first.
  std::uint64_t next64() {
    const std::uint64_t high = next32();
    return (high << 32U) | next32();
  }
  /// Uniform double in [0, 1) with 53 bits.
  double uniform() { return static_cast<double>(next64() >> 11U) * 0x1.0p-53; }
  /// Uniform double in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform integer in [0, bound); bound > 0. Unbiased (rejection).
  std::uint64_t integer(std::uint64_t bound) {
    const std::uint64_t limit = (~std::uint64_t{0} / bound) * bound;
    std::uint64_t draw = next64();
    while (draw >= limit) draw = next64();
    return draw % bound;
  }
  /// True with the given probability.
  bool chance(double probability) { return uniform() < probability; }
  /// Standard normal (Box-Muller, both values used).
  double normal() {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    const double angle = 6.283185307179586476925286766559 * uniform();
    spare_ = radius * std::sin(angle);
    has_spare_ = true;
    return radius * std::cos(angle);
  }
  double normal(double mean, double deviation) { return mean + deviation * normal(); }
  /// An independent stream for a part of the work, for example a channel.
  [[nodiscard]] Rng split(std::uint64_t part) const {
    return Rng(key_ ^ (0x9e3779b97f4a7c15ULL * (part + 1)), stream_);
  }

 private:
  void refill() {
    std::uint32_t c0 = static_cast<std::uint32_t>(counter_);
    std::uint32_t c1 = static_cast<std::uint32_t>(counter_ >> 32U);
    std::uint32_t c2 = static_cast<std::uint32_t>(stream_);
    std::uint32_t c3 = static_cast<std::uint32_t>(stream_ >> 32U);
    std::uint32_t k0 = static_cast<std::uint32_t>(key_);
    std::uint32_t k1 = static_cast<std::uint32_t>(key_ >> 32U);
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t p0 = std::uint64_t{0xD2511F53U} * c0;
      const std::uint64_t p1 = std::uint64_t{0xCD9E8D57U} * c2;
      const std::uint32_t n0 = static_cast<std::uint32_t>(p1 >> 32U) ^ c1 ^ k0;
      const std::uint32_t n2 = static_cast<std::uint32_t>(p0 >> 32U) ^ c3 ^ k1;
      c1 = static_cast<std::uint32_t>(p1);
      c3 = static_cast<std::uint32_t>(p0);
      c0 = n0;
      c2 = n2;
      k0 += 0x9E3779B9U;
      k1 += 0xBB67AE85U;
    }
    block_ = {c0, c1, c2, c3};
    ++counter_;
    used_ = 0;
  }

  std::uint64_t key_ = 0;
  std::uint64_t stream_ = 0;
  std::uint64_t counter_ = 0;
  std::array<std::uint32_t, 4> block_{};
  std::size_t used_ = 4;
  bool has_spare_ = false;
  double spare_ = 0.0;
};

}  // namespace abi_v2
}  // namespace nnflow
