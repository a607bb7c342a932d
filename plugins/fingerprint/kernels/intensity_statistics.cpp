// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fingerprint/kernels/intensity_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include <nnflow/imaging/parallel.hpp>
#include <nnflow/nnunet/pairwise_sum.hpp>
#include <nnflow/nnunet/percentile.hpp>

#include "fingerprint/kernels/channel_samples.hpp"
#include "fingerprint/kernels/foreground_draws.hpp"

namespace nnflow::fingerprint {
namespace {

template <class T>
T divided(T sum, std::size_t count) {
  return static_cast<T>(static_cast<double>(sum) / static_cast<double>(count));
}

/// A node of the tree of additions over all samples.
struct Node {
  std::size_t begin;
  std::size_t count;
};

/// What the threads work on: the tree's nodes of one level.
std::vector<Node> tree_nodes(std::size_t count) {
  constexpr int kLevels = 4;
  constexpr std::size_t kSmall = 1U << 20U;
  std::vector<Node> nodes{{0, count}};
  if (count < kSmall) return nodes;
  for (int level = 0; level < kLevels; ++level) {
    std::vector<Node> next;
    for (const Node& node : nodes) {
      const std::size_t half = nnunet::pairwise_half(node.count);
      next.push_back({node.begin, half});
      next.push_back({node.begin + half, node.count - half});
    }
    nodes = std::move(next);
  }
  return nodes;
}

/// The multiset of all samples, and where the generators of the cases stand afterwards.
struct Tally {
  std::vector<Counted> counted;  ///< by value
  std::vector<std::size_t> positions;
};

/// numpy's pairwise sum of `term(sample)` in type T. With a tally, one is made on the way.
template <class T, class Term>
T sum_of(const ChannelSamples& samples, const Term& term, int threads, Tally* tally) {
  const std::vector<Node> nodes = tree_nodes(samples.size());
  std::vector<T> sums(nodes.size());
  std::vector<std::vector<Counted>> counted(nodes.size());
  const auto work = [&](std::int64_t first, std::int64_t last) {
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) {
      SampleStream stream(samples, nodes[i].begin, nodes[i].begin + nodes[i].count);
      if (tally != nullptr) stream.count_into(counted[i], tally->positions);
      sums[i] = nnunet::pairwise_sum_of<T>(stream, nodes[i].count, term);
      stream.finish();
    }
  };
  imaging::parallel_ranges(static_cast<std::int64_t>(nodes.size()), threads, work);
  if (tally != nullptr) {
    for (const auto& one : counted)
      tally->counted.insert(tally->counted.end(), one.begin(), one.end());
    std::sort(tally->counted.begin(), tally->counted.end(),
              [](const Counted& a, const Counted& b) { return a.value < b.value; });
  }
  while (sums.size() > 1) {
    for (std::size_t i = 0; i < sums.size() / 2; ++i) sums[i] = sums[2 * i] + sums[2 * i + 1];
    sums.resize(sums.size() / 2);
  }
  return sums.front();
}

template <class T>
void moments(const ChannelSamples& samples,
             int threads,
             Tally& tally,
             IntensityStatistics& result) {
  const auto value = [](float v) { return static_cast<T>(v); };
  const T mean = divided(sum_of<T>(samples, value, threads, &tally), samples.size());
  const auto square = [mean](float v) {
    const T difference = static_cast<T>(v) - mean;
    return difference * difference;
  };
  const T squares = sum_of<T>(samples, square, threads, nullptr);
  result.mean = static_cast<double>(mean);
  result.deviation = static_cast<double>(std::sqrt(divided(squares, samples.size())));
}

/// Minimum, maximum and percentiles.
template <class T>
void order_statistics(const std::vector<Counted>& sorted, IntensityStatistics& result) {
  std::vector<std::uint64_t> upto;
  upto.reserve(sorted.size());
  std::uint64_t total = 0;
  for (const Counted& entry : sorted) upto.push_back(total += entry.count);
  const auto nth = [&](std::size_t k) {  // k-th smallest of the multiset
    const auto at = std::upper_bound(upto.begin(), upto.end(), static_cast<std::uint64_t>(k));
    return sorted[static_cast<std::size_t>(at - upto.begin())].value;
  };
  const auto percentile_of = [&](double percent) {
    const auto at = nnunet::percentile_position(total, percent);
    return nnunet::interpolate_percentile<T>(nth(at.lower), nth(at.upper), at.fraction);
  };
  result.min = static_cast<double>(sorted.front().value);
  result.max = static_cast<double>(sorted.back().value);
  result.median = percentile_of(50.0);
  result.percentile_00_5 = percentile_of(0.5);
  result.percentile_99_5 = percentile_of(99.5);
}

template <class T>
IntensityStatistics statistics(const ChannelSamples& samples, int threads, Tally& tally) {
  IntensityStatistics result;
  moments<T>(samples, threads, tally, result);
  order_statistics<T>(tally.counted, result);
  return result;
}

}  // namespace

std::vector<float> foreground_values(std::span<const float> voxels,
                                     std::span<const std::int16_t> labels) {
  std::vector<float> values;
  for (std::size_t i = 0; i < voxels.size(); ++i) {
    if (labels[i] > 0) values.push_back(voxels[i]);
  }
  return values;
}

std::int64_t samples_per_case(std::int64_t cases) { return std::int64_t{100000000} / cases; }

CaseForeground reduce_foreground(std::vector<std::vector<float>> channels, std::int64_t samples) {
  CaseForeground result{std::move(channels), false};
  if (result.channels.empty() ||
      result.channels.front().size() <= static_cast<std::size_t>(samples))
    return result;
  nnunet::RandomState state(kDrawSeed);
  for (std::vector<float>& values : result.channels) {
    std::vector<float> drawn(static_cast<std::size_t>(samples));
    for (float& sample : drawn)
      sample = values[static_cast<std::size_t>(state.interval(values.size() - 1))];
    values = std::move(drawn);
  }
  result.drawn = true;
  return result;
}

std::vector<IntensityStatistics> intensity_statistics(std::span<const CaseForeground> cases,
                                                      std::int64_t samples,
                                                      int threads) {
  const bool some_empty = std::any_of(cases.begin(), cases.end(), [](const CaseForeground& one) {
    return one.channels.empty() || one.channels.front().empty();
  });
  const std::size_t channels = cases.empty() ? 0 : cases.front().channels.size();
  std::vector<IntensityStatistics> result;
  std::vector<std::size_t> positions(cases.size());
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const ChannelSamples drawn(cases, channel, static_cast<std::size_t>(samples), positions);
    if (drawn.size() == 0) throw std::invalid_argument("no case has foreground voxels");
    Tally tally{{}, positions};
    result.push_back(some_empty ? statistics<double>(drawn, threads, tally)
                                : statistics<float>(drawn, threads, tally));
    positions = std::move(tally.positions);
  }
  return result;
}

}  // namespace nnflow::fingerprint
