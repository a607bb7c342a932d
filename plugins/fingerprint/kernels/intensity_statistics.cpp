// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fingerprint/kernels/intensity_statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>

#include <nnflow/imaging/parallel.hpp>
#include <nnflow/nnunet/pairwise_sum.hpp>
#include <nnflow/nnunet/percentile.hpp>

#include "fingerprint/kernels/channel_samples.hpp"
#include "fingerprint/kernels/foreground_draws.hpp"
#include "fingerprint/kernels/rank_search.hpp"

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

/// What the threads work on: the tree's nodes of one level. A node that begins inside a case draws
/// what comes before anew, so nodes are a few cases long at least.
std::vector<Node> tree_nodes(std::size_t count, std::size_t cases, int threads) {
  constexpr std::size_t kCases = 4;
  constexpr std::size_t kSmall = 1U << 20U;
  std::vector<Node> nodes{{0, count}};
  if (count < kSmall) return nodes;
  const auto wanted = threads > 1 ? 2 * static_cast<std::size_t>(threads) : 1;
  while (nodes.size() < wanted && 2 * kCases * nodes.size() <= cases) {
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

/// numpy's pairwise sum of `term(sample)` in type T; one reading of the search for ranks on the
/// way.
template <class T, class Term>
T sum_of(const ChannelSamples& samples,
         const Term& term,
         int threads,
         RankSearch& ranks,
         std::vector<std::size_t>& positions) {
  const std::size_t cases = samples.size() / samples.per_case();
  const std::vector<Node> nodes = tree_nodes(samples.size(), cases, threads);
  std::vector<T> sums(nodes.size());
  std::vector<RankSearch::Histogram> histograms(nodes.size());
  const auto work = [&](std::int64_t first, std::int64_t last) {
    RankSearch::Histogram& histogram = histograms[static_cast<std::size_t>(first)];
    histogram = ranks.start();
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) {
      SampleStream stream(samples, nodes[i].begin, nodes[i].begin + nodes[i].count,
                          [&](std::span<const float> values) { ranks.count(values, histogram); });
      stream.note_positions(positions);
      sums[i] = nnunet::pairwise_sum_of<T>(stream, nodes[i].count, term);
    }
  };
  imaging::parallel_ranges(static_cast<std::int64_t>(nodes.size()), threads, work);
  ranks.end(histograms);
  while (sums.size() > 1) {
    for (std::size_t i = 0; i < sums.size() / 2; ++i) sums[i] = sums[2 * i] + sums[2 * i + 1];
    sums.resize(sums.size() / 2);
  }
  return sums.front();
}

template <class T>
IntensityStatistics statistics(const ChannelSamples& samples,
                               int threads,
                               std::vector<std::size_t>& positions) {
  const std::array places{nnunet::percentile_position(samples.size(), 0.5),
                          nnunet::percentile_position(samples.size(), 50.0),
                          nnunet::percentile_position(samples.size(), 99.5)};
  std::vector<std::uint64_t> wanted{0, samples.size() - 1};
  for (const auto& place : places) wanted.insert(wanted.end(), {place.lower, place.upper});
  RankSearch ranks(std::move(wanted));

  const auto value = [](float v) { return static_cast<T>(v); };
  const T mean = divided(sum_of<T>(samples, value, threads, ranks, positions), samples.size());
  const auto square = [mean](float v) {
    const T difference = static_cast<T>(v) - mean;
    return difference * difference;
  };
  const T squares = sum_of<T>(samples, square, threads, ranks, positions);

  const auto percentile = [&](std::size_t i) {
    return nnunet::interpolate_percentile<T>(ranks.value(places[i].lower),
                                             ranks.value(places[i].upper), places[i].fraction);
  };
  IntensityStatistics result;
  result.mean = static_cast<double>(mean);
  result.deviation = static_cast<double>(std::sqrt(divided(squares, samples.size())));
  result.min = static_cast<double>(ranks.value(0));
  result.max = static_cast<double>(ranks.value(samples.size() - 1));
  result.percentile_00_5 = percentile(0);
  result.median = percentile(1);
  result.percentile_99_5 = percentile(2);
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
  const SharedWords words(0);
  std::size_t position = 0;
  for (std::vector<float>& values : result.channels) {
    std::vector<float> drawn(static_cast<std::size_t>(samples));
    CaseDraws draws(values, words, position);
    draws.draw(drawn);
    position = draws.position();
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
    std::vector<std::size_t> next = positions;
    result.push_back(some_empty ? statistics<double>(drawn, threads, next)
                                : statistics<float>(drawn, threads, next));
    positions = std::move(next);
  }
  return result;
}

}  // namespace nnflow::fingerprint
