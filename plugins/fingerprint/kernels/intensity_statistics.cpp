// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fingerprint/kernels/intensity_statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <utility>

#include <nnflow/imaging/large_buffer.hpp>
#include <nnflow/imaging/parallel.hpp>
#include <nnflow/nnunet/percentile.hpp>
#include <nnflow/nnunet/random_state.hpp>

namespace nnflow::fingerprint {
namespace {

constexpr std::uint32_t kSeed = 1234;

/// numpy's pairwise sum of `term(values[i])` in type T.
template <class T, class Term>
T pairwise(std::span<const float> values, const Term& term) {
  const std::size_t n = values.size();
  if (n < 8) {
    T sum{0};
    for (const float v : values) sum += term(v);
    return sum;
  }
  if (n <= 128) {
    T r[8];
    for (std::size_t k = 0; k < 8; ++k) r[k] = term(values[k]);
    std::size_t i = 8;
    for (; i < n - n % 8; i += 8) {
      for (std::size_t k = 0; k < 8; ++k) r[k] += term(values[i + k]);
    }
    T sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (; i < n; ++i) sum += term(values[i]);
    return sum;
  }
  std::size_t half = n / 2;
  half -= half % 8;
  return pairwise<T>(values.first(half), term) + pairwise<T>(values.subspan(half), term);
}

/// The same on several threads: parts of the tree of additions, then the rest of it.
template <class T, class Term>
T parallel_pairwise(std::span<const float> values, const Term& term, int threads) {
  constexpr int kLevels = 4;
  constexpr std::size_t kSmall = 1U << 20U;
  if (threads <= 1 || values.size() < kSmall) return pairwise<T>(values, term);
  std::vector<std::span<const float>> parts{values};
  for (int level = 0; level < kLevels; ++level) {
    std::vector<std::span<const float>> halves;
    for (const std::span<const float> part : parts) {
      std::size_t half = part.size() / 2;
      half -= half % 8;
      halves.push_back(part.first(half));
      halves.push_back(part.subspan(half));
    }
    parts = std::move(halves);
  }
  std::vector<T> sums(parts.size());
  imaging::parallel_ranges(
      static_cast<std::int64_t>(parts.size()), threads, [&](std::int64_t first, std::int64_t last) {
        for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) {
          sums[i] = pairwise<T>(parts[i], term);
        }
      });
  while (sums.size() > 1) {
    for (std::size_t i = 0; i < sums.size() / 2; ++i) sums[i] = sums[2 * i] + sums[2 * i + 1];
    sums.resize(sums.size() / 2);
  }
  return sums.front();
}

template <class T>
T divided(T sum, std::size_t count) {
  return static_cast<T>(static_cast<double>(sum) / static_cast<double>(count));
}

template <class T>
void moments(std::span<const float> samples, int threads, IntensityStatistics& result) {
  const T sum = parallel_pairwise<T>(
      samples, [](float v) { return static_cast<T>(v); }, threads);
  const T mean = divided(sum, samples.size());
  const auto square = [mean](float v) {
    const T difference = static_cast<T>(v) - mean;
    return difference * difference;
  };
  const T squares = parallel_pairwise<T>(samples, square, threads);
  result.mean = static_cast<double>(mean);
  result.deviation = static_cast<double>(std::sqrt(divided(squares, samples.size())));
}

/// How often a value was drawn.
struct Counted {
  float value;
  std::uint64_t count;
};

/// k-th smallest of the multiset; `sorted` by value.
float nth(const std::vector<Counted>& sorted,
          const std::vector<std::uint64_t>& upto,
          std::size_t k) {
  const auto at = std::upper_bound(upto.begin(), upto.end(), static_cast<std::uint64_t>(k));
  return sorted[static_cast<std::size_t>(at - upto.begin())].value;
}

/// Draws of one case: numpy's `choice` with replacement, fed with words of the generator.
class Draws {
 public:
  Draws(std::span<const float> values, std::span<float> samples)
      : values_(values), samples_(samples), counts_(values.size()) {
    while (mask_ < values.size() - 1) mask_ = 2 * mask_ + 1;
    if (mask_ == 0) finish_constant();  // draws nothing from the generator
  }

  [[nodiscard]] bool complete() const { return filled_ == samples_.size(); }

  /// Takes words until the samples are complete or no word is left; returns how many it took.
  std::size_t take(std::span<const std::uint32_t> words) {
    std::size_t taken = 0;
    while (taken < words.size() && !complete()) {
      // A round cannot draw more than it takes, so it cannot pass the end of the samples.
      const std::size_t round =
          std::min({words.size() - taken, samples_.size() - filled_, indices_.size()});
      std::size_t drawn = 0;
      const auto count = static_cast<std::uint32_t>(values_.size());
      for (const std::uint32_t word : words.subspan(taken, round)) {
        const std::uint32_t index = word & mask_;
        indices_[drawn] = index;
        drawn += static_cast<std::size_t>(index < count);
      }
      for (std::size_t i = 0; i < drawn; ++i) {
        samples_[filled_ + i] = values_[indices_[i]];
        ++counts_[indices_[i]];
      }
      filled_ += drawn;
      taken += round;
    }
    return taken;
  }

  [[nodiscard]] std::vector<Counted> counted() const {
    std::vector<Counted> result;
    for (std::size_t k = 0; k < values_.size(); ++k) {
      if (counts_[k] > 0) result.push_back({values_[k], counts_[k]});
    }
    return result;
  }

 private:
  void finish_constant() {
    std::fill(samples_.begin(), samples_.end(), values_.front());
    counts_.front() = static_cast<std::uint32_t>(samples_.size());
    filled_ = samples_.size();
  }

  std::span<const float> values_;
  std::span<float> samples_;
  std::vector<std::uint32_t> counts_;
  std::array<std::uint32_t, 1024> indices_{};
  std::uint32_t mask_ = 0;
  std::size_t filled_ = 0;
};

/// All samples of one channel, case after case, and the same as a multiset. Every case draws from a
/// generator of its own with the same seed, which goes on from channel to channel: the words are
/// the same for all, so those of many cases are made once.
class ChannelSample {
 public:
  ChannelSample(std::span<const CaseForeground> cases, std::int64_t samples)
      : cases_(cases), samples_(static_cast<std::size_t>(samples)), used_words_(cases.size()) {}

  void draw(std::size_t channel, int threads) {
    std::vector<std::size_t> used;
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      if (!cases_[i].channels[channel].empty()) used.push_back(i);
    }
    if (used.size() * samples_ != size_) {
      size_ = used.size() * samples_;
      storage_ = imaging::make_large_buffer<float>(size_);
    }
    std::vector<std::vector<Counted>> counted(used.size());
    const auto work = [&](std::int64_t first, std::int64_t last) {
      draw_cases(channel, used, static_cast<std::size_t>(first), static_cast<std::size_t>(last),
                 counted);
    };
    imaging::parallel_ranges(static_cast<std::int64_t>(used.size()), threads, work);
    multiset_.clear();
    for (const auto& one : counted) multiset_.insert(multiset_.end(), one.begin(), one.end());
    std::sort(multiset_.begin(), multiset_.end(),
              [](const Counted& a, const Counted& b) { return a.value < b.value; });
  }

  [[nodiscard]] IntensityStatistics statistics(bool in_double, int threads) const {
    IntensityStatistics result;
    if (in_double) {
      moments<double>(drawn(), threads, result);
    } else {
      moments<float>(drawn(), threads, result);
    }
    std::vector<std::uint64_t> upto;
    upto.reserve(multiset_.size());
    std::uint64_t total = 0;
    for (const Counted& entry : multiset_) upto.push_back(total += entry.count);
    const auto percentile_of = [&](double percent) {
      const auto at = nnunet::percentile_position(size_, percent);
      const float below = nth(multiset_, upto, at.lower);
      const float above = nth(multiset_, upto, at.upper);
      return in_double ? nnunet::interpolate_percentile<double>(below, above, at.fraction)
                       : nnunet::interpolate_percentile<float>(below, above, at.fraction);
    };
    result.min = static_cast<double>(nth(multiset_, upto, 0));
    result.max = static_cast<double>(nth(multiset_, upto, size_ - 1));
    result.median = percentile_of(50.0);
    result.percentile_00_5 = percentile_of(0.5);
    result.percentile_99_5 = percentile_of(99.5);
    return result;
  }

  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  [[nodiscard]] std::span<float> drawn() const { return {storage_.get(), size_}; }

  /// The samples of cases `used[first]` to `used[last - 1]`, which share the generator's words.
  void draw_cases(std::size_t channel,
                  const std::vector<std::size_t>& used,
                  std::size_t first,
                  std::size_t last,
                  std::vector<std::vector<Counted>>& counted) {
    struct Waiting {
      std::size_t k;
      Draws draws;
    };
    std::vector<Waiting> waiting;
    std::size_t position = std::numeric_limits<std::size_t>::max();
    for (std::size_t k = first; k < last; ++k) {
      const std::vector<float>& values = cases_[used[k]].channels[channel];
      const std::span<float> samples = drawn().subspan(k * samples_, samples_);
      if (cases_[used[k]].drawn) {
        std::copy(values.begin(), values.end(), samples.begin());
        for (const float v : values) counted[k].push_back({v, 1});
        continue;
      }
      waiting.push_back({k, Draws(values, samples)});
      position = std::min(position, used_words_[used[k]]);
    }
    const auto finish = [&](Waiting& one) {
      if (!one.draws.complete()) return false;
      counted[one.k] = one.draws.counted();
      return true;
    };
    std::erase_if(waiting, finish);
    if (waiting.empty()) return;
    nnunet::RandomState state(kSeed);
    state.discard(position);
    std::vector<std::uint32_t> words(4096);
    for (; !waiting.empty(); position += words.size()) {
      for (std::uint32_t& word : words) word = state.next32();
      for (Waiting& one : waiting) {
        std::size_t& next = used_words_[used[one.k]];
        if (next >= position + words.size()) continue;
        next += one.draws.take(std::span(words).subspan(next - position));
      }
      std::erase_if(waiting, finish);
    }
  }

  std::span<const CaseForeground> cases_;
  std::size_t samples_;
  std::vector<std::size_t> used_words_;  ///< of a case's generator, by the channels before
  imaging::LargeBuffer<float> storage_;
  std::size_t size_ = 0;
  std::vector<Counted> multiset_;
};

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
  nnunet::RandomState state(kSeed);
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
  ChannelSample sample(cases, samples);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    sample.draw(channel, threads);
    if (sample.empty()) throw std::invalid_argument("no case has foreground voxels");
    result.push_back(sample.statistics(some_empty, threads));
  }
  return result;
}

}  // namespace nnflow::fingerprint
