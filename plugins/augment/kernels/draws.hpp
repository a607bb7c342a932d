// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

namespace nnflow::augment {

/// Closed interval `[low, high]` that a parameter is drawn from.
using Range = std::array<double, 2>;

/// What the draws below need of a generator; `nnflow::Rng` has it.
template <class G>
concept RandomDraws = requires(G& rng, double value, std::uint64_t bound) {
  { rng.uniform() } -> std::convertible_to<double>;
  { rng.uniform(value, value) } -> std::convertible_to<double>;
  { rng.integer(bound) } -> std::convertible_to<std::uint64_t>;
  { rng.next64() } -> std::convertible_to<std::uint64_t>;
};

/// True with the given probability: `U(0,1) < probability`, so 0 is never and 1 is always.
template <RandomDraws G>
[[nodiscard]] bool draw_chance(G& rng, double probability) {
  return rng.uniform() < probability;
}

/// Uniform value of a range; an empty range gives its low end without drawing.
template <RandomDraws G>
[[nodiscard]] double draw_uniform(G& rng, const Range& range) {
  return range[0] == range[1] ? range[0] : rng.uniform(range[0], range[1]);
}

/// A factor around 1: below and above 1 are equally likely, however wide the two sides are
/// (nnunet-training 3, `BGContrast`).
template <RandomDraws G>
[[nodiscard]] double draw_factor(G& rng, const Range& range) {
  const bool below = rng.uniform() < 0.5 && range[0] < 1.0;
  return below ? rng.uniform(range[0], 1.0) : rng.uniform(std::max(range[0], 1.0), range[1]);
}

/// Uniform integer of `[low, high]`, both ends included.
template <RandomDraws G>
[[nodiscard]] std::int64_t draw_integer(G& rng, std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(rng.integer(static_cast<std::uint64_t>(high - low + 1)));
}

/// Standard normal number (Box-Muller).
template <RandomDraws G>
[[nodiscard]] double draw_normal(G& rng) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - rng.uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * rng.uniform());
}

/// Uniform value of one of two ranges, which are equally likely.
template <RandomDraws G>
[[nodiscard]] double draw_of_two(G& rng, const Range& first, const Range& second) {
  const bool chosen = rng.uniform() < 0.5;
  return draw_uniform(rng, chosen ? first : second);
}

/// Indices of the channels that a transform applies to, each chosen on its own.
template <RandomDraws G>
[[nodiscard]] std::vector<std::int64_t> draw_channels(G& rng,
                                                      std::int64_t channels,
                                                      double probability) {
  std::vector<std::int64_t> chosen;
  for (std::int64_t c = 0; c < channels; ++c) {
    if (draw_chance(rng, probability)) chosen.push_back(c);
  }
  return chosen;
}

/// All channels in random order, of which each is kept with the given probability.
template <RandomDraws G>
[[nodiscard]] std::vector<std::int64_t> draw_shuffled_channels(G& rng,
                                                               std::int64_t channels,
                                                               double probability) {
  std::vector<std::int64_t> order;
  for (std::int64_t c = 0; c < channels; ++c) order.push_back(c);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng.integer(i)]);
  std::erase_if(order, [&](std::int64_t) { return !draw_chance(rng, probability); });
  return order;
}

}  // namespace nnflow::augment
