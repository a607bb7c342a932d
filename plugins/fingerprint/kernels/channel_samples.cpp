// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fingerprint/kernels/channel_samples.hpp"

namespace nnflow::fingerprint {

void SampleStream::refill() {
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(next_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(filled_), buffer_.begin());
  filled_ -= next_;
  next_ = 0;
  const std::size_t wanted = std::min(kBuffer, filled_ + (end_ - at_));
  while (filled_ < wanted) {
    const std::size_t k = at_ / samples_.per_case();
    const std::size_t inside = at_ % samples_.per_case();
    const std::size_t some = std::min(wanted - filled_, samples_.per_case() - inside);
    const std::span<float> out = std::span(buffer_).subspan(filled_, some);
    read(k, inside, out);
    observe_(out);
    filled_ += some;
    at_ += some;
  }
}

void SampleStream::read(std::size_t k, std::size_t inside, std::span<float> out) {
  if (samples_.drawn(k)) {
    const std::span<const float> values = samples_.values(k).subspan(inside, out.size());
    std::copy(values.begin(), values.end(), out.begin());
    return;
  }
  if (!draws_) {
    draws_ = std::make_unique<CaseDraws>(samples_.draws(k));
    std::vector<float> passed(std::min(inside, kBuffer));
    for (std::size_t left = inside; left > 0; left -= passed.size()) {
      passed.resize(std::min(left, passed.size()));
      draws_->draw(passed);
    }
  }
  draws_->draw(out);
  if (inside + out.size() < samples_.per_case()) return;
  if (positions_ != nullptr) (*positions_)[samples_.case_of(k)] = draws_->position();
  draws_.reset();
}

}  // namespace nnflow::fingerprint
