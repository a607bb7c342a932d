// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <numeric>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace nnflow::nnunet {

/// The parts of numpy's legacy `RandomState` that decide splits and samples, bit for bit
/// (nnunet-data 9). Header-only and free of other dependencies, so kernels may use it.
class RandomState {
 public:
  explicit RandomState(std::uint32_t seed) : engine_(seed) {}

  [[nodiscard]] std::uint32_t next32() { return static_cast<std::uint32_t>(engine_()); }
  /// Passes over so many words.
  void discard(std::uint64_t words) { engine_.discard(words); }
  /// High word first.
  [[nodiscard]] std::uint64_t next64() {
    const std::uint64_t high = next32();
    return (high << 32U) | next32();
  }

  /// Uniform in `[0, max]`, both inclusive; draws nothing for `max == 0`.
  [[nodiscard]] std::uint64_t interval(std::uint64_t max) {
    if (max == 0) return 0;
    std::uint64_t mask = max;
    for (unsigned shift = 1; shift < 64; shift *= 2) mask |= mask >> shift;
    std::uint64_t value = 0;
    do {
      value = (max <= 0xffffffffULL ? next32() : next64()) & mask;
    } while (value > max);
    return value;
  }

  template <class T>
  void shuffle(std::span<T> values) {
    for (std::size_t i = values.size(); i-- > 1;) {
      std::swap(values[i], values[static_cast<std::size_t>(interval(i))]);
    }
  }

  /// `0 .. count-1` shuffled.
  [[nodiscard]] std::vector<std::int64_t> permutation(std::int64_t count) {
    std::vector<std::int64_t> values(static_cast<std::size_t>(count));
    std::iota(values.begin(), values.end(), std::int64_t{0});
    shuffle(std::span(values));
    return values;
  }

  /// `draws` independent indices in `[0, count-1]`; `count` must be positive.
  [[nodiscard]] std::vector<std::int64_t> choice_with_replacement(std::int64_t count,
                                                                  std::int64_t draws) {
    std::vector<std::int64_t> values(static_cast<std::size_t>(draws));
    for (auto& value : values) {
      value = static_cast<std::int64_t>(interval(static_cast<std::uint64_t>(count - 1)));
    }
    return values;
  }

 private:
  std::mt19937 engine_;
};

}  // namespace nnflow::nnunet
