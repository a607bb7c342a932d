// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace nnflow::nnunet {

/// numpy's pairwise summation: a tree of halves whose leaves, of at most so many values, are summed
/// in eight lanes. The order of additions decides the last bits of a sum.
inline constexpr std::size_t kPairwiseLeaf = 128;

/// Where numpy divides a node of the tree.
[[nodiscard]] constexpr std::size_t pairwise_half(std::size_t count) {
  return count / 2 - count / 2 % 8;
}

/// The sum of `term(value)` over a leaf, in T.
template <class T, class Value, class Term>
[[nodiscard]] T pairwise_leaf(std::span<const Value> values, const Term& term) {
  constexpr std::size_t kLanes = 8;
  const std::size_t n = values.size();
  if (n < kLanes) {
    T sum{0};
    for (const Value value : values) sum += term(value);
    return sum;
  }
  T r[kLanes];
  for (std::size_t k = 0; k < kLanes; ++k) r[k] = term(values[k]);
  std::size_t i = kLanes;
  for (; i < n - n % kLanes; i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) r[k] += term(values[i + k]);
  }
  T sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
  for (; i < n; ++i) sum += term(values[i]);
  return sum;
}

/// The sum of the next `count` values of a source, whose `take(n)` gives the next n values, at most
/// a leaf's, as a span.
template <class T, class Source, class Term>
[[nodiscard]] T pairwise_sum_of(Source& source, std::size_t count, const Term& term) {
  if (count <= kPairwiseLeaf) return pairwise_leaf<T>(source.take(count), term);
  const std::size_t half = pairwise_half(count);
  const T first = pairwise_sum_of<T>(source, half, term);
  return first + pairwise_sum_of<T>(source, count - half, term);
}

/// The sum of values that lie in memory.
template <class T>
[[nodiscard]] T pairwise_sum(std::span<const T> values) {
  struct {
    std::span<const T> left;
    std::span<const T> take(std::size_t count) {
      const std::span<const T> taken = left.first(count);
      left = left.subspan(count);
      return taken;
    }
  } source{values};
  return pairwise_sum_of<T>(source, values.size(), [](T value) { return value; });
}

}  // namespace nnflow::nnunet
