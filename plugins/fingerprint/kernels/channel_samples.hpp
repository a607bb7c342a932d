// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
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
  SampleStream(const ChannelSamples& samples, std::size_t begin, std::size_t end)
      : samples_(samples), at_(begin), end_(end) {}

  /// Counts what is read, and notes by case where the drawing of its last sample ended.
  void count_into(std::vector<Counted>& counted, std::vector<std::size_t>& positions) {
    counted_ = &counted;
    positions_ = &positions;
  }

  /// At most a leaf's number of values; valid until the next call.
  std::span<const float> take(std::size_t count) {
    if (filled_ - next_ < count) refill();
    const std::span<const float> taken = std::span(buffer_).subspan(next_, count);
    next_ += count;
    return taken;
  }
  /// Once all is read.
  void finish() {
    if (draws_ && counted_ != nullptr) draws_->add_counts(*counted_);
    draws_.reset();
  }

 private:
  static constexpr std::size_t kBuffer = 16384;

  void refill() {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(next_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(filled_), buffer_.begin());
    filled_ -= next_;
    next_ = 0;
    const std::size_t wanted = std::min(kBuffer, filled_ + (end_ - at_));
    while (filled_ < wanted) {
      const std::size_t k = at_ / samples_.per_case();
      const std::size_t inside = at_ % samples_.per_case();
      const std::size_t some = std::min(wanted - filled_, samples_.per_case() - inside);
      read(k, inside, std::span(buffer_).subspan(filled_, some));
      filled_ += some;
      at_ += some;
    }
  }

  void read(std::size_t k, std::size_t inside, std::span<float> out) {
    if (samples_.drawn(k)) {
      const std::span<const float> values = samples_.values(k).subspan(inside, out.size());
      std::copy(values.begin(), values.end(), out.begin());
      if (counted_ != nullptr) {
        for (const float value : values) counted_->push_back({value, 1});
      }
      return;
    }
    if (!draws_) {
      draws_ = std::make_unique<CaseDraws>(samples_.draws(k));
      skip(inside);
      if (counted_ != nullptr) draws_->start_counting();
    }
    draws_->draw(out);
    if (inside + out.size() < samples_.per_case()) return;
    if (positions_ != nullptr) (*positions_)[samples_.case_of(k)] = draws_->position();
    finish();
  }

  void skip(std::size_t count) {
    std::array<float, 1024> ignored;  // NOLINT(*-member-init)
    for (; count > 0; count -= std::min(count, ignored.size()))
      draws_->draw(std::span(ignored).first(std::min(count, ignored.size())));
  }

  const ChannelSamples& samples_;
  std::size_t at_;  ///< the next sample to draw
  std::size_t end_;
  std::array<float, kBuffer> buffer_{};
  std::size_t next_ = 0;
  std::size_t filled_ = 0;
  std::unique_ptr<CaseDraws> draws_;  ///< of the case that `at_` is in
  std::vector<Counted>* counted_ = nullptr;
  std::vector<std::size_t>* positions_ = nullptr;
};

}  // namespace nnflow::fingerprint
