// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "fingerprint/kernels/foreground_draws.hpp"
#include "fingerprint/kernels/intensity_statistics.hpp"

namespace nnflow::fingerprint {

/// All samples of one channel, case after case, as if they lay in one array; they are drawn anew
/// whenever they are needed, since hundreds of MiB would take longer to store.
class ChannelSamples {
 public:
  ChannelSamples(std::span<const CaseForeground> cases,
                 std::size_t channel,
                 std::size_t per_case,
                 const std::vector<std::size_t>& positions)
      : cases_(cases),
        channel_(channel),
        per_case_(per_case),
        positions_(positions),
        shared_(words_needed()) {
    for (std::size_t i = 0; i < cases.size(); ++i) {
      if (!cases[i].channels[channel].empty()) used_.push_back(i);
    }
  }

  [[nodiscard]] std::size_t size() const { return used_.size() * per_case_; }
  [[nodiscard]] std::size_t per_case() const { return per_case_; }
  /// Of the k-th case with foreground.
  [[nodiscard]] std::span<const float> values(std::size_t k) const {
    return cases_[used_[k]].channels[channel_];
  }
  [[nodiscard]] bool drawn(std::size_t k) const { return cases_[used_[k]].drawn; }
  [[nodiscard]] CaseDraws draws(std::size_t k) const {
    return {values(k), shared_, positions_[used_[k]]};
  }
  /// Its place among all cases.
  [[nodiscard]] std::size_t case_of(std::size_t k) const { return used_[k]; }

 private:
  [[nodiscard]] std::size_t words_needed() const {
    std::size_t last = 0;
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      if (!cases_[i].drawn) last = std::max(last, positions_[i]);
    }
    return last + 2 * per_case_ + per_case_ / 64;  // at least half of the words draw something
  }

  std::span<const CaseForeground> cases_;
  std::size_t channel_;
  std::size_t per_case_;
  const std::vector<std::size_t>& positions_;  ///< by case: words that its generator gave before
  std::vector<std::size_t> used_;              ///< cases with foreground
  SharedWords shared_;
};

/// Reads a range of the samples in order.
class SampleStream {
 public:
  /// Gets every sample of the range once, before it is taken.
  using Observer = std::function<void(std::span<const float>)>;

  SampleStream(const ChannelSamples& samples, std::size_t begin, std::size_t end, Observer observe)
      : samples_(samples), at_(begin), end_(end), observe_(std::move(observe)) {}

  /// Notes by case where the drawing of its last sample ended.
  void note_positions(std::vector<std::size_t>& positions) { positions_ = &positions; }

  /// At most a leaf's number of values; valid until the next call.
  std::span<const float> take(std::size_t count) {
    if (filled_ - next_ < count) refill();
    const std::span<const float> taken = std::span(buffer_).subspan(next_, count);
    next_ += count;
    return taken;
  }

 private:
  static constexpr std::size_t kBuffer = 16384;

  void refill();
  void read(std::size_t k, std::size_t inside, std::span<float> out);

  const ChannelSamples& samples_;
  std::size_t at_;  ///< the next sample to draw
  std::size_t end_;
  Observer observe_;
  std::array<float, kBuffer> buffer_{};
  std::size_t next_ = 0;
  std::size_t filled_ = 0;
  std::unique_ptr<CaseDraws> draws_;  ///< of the case that `at_` is in
  std::vector<std::size_t>* positions_ = nullptr;
};

}  // namespace nnflow::fingerprint
