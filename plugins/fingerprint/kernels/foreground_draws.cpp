// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fingerprint/kernels/foreground_draws.hpp"

#include <algorithm>
#include <array>

namespace nnflow::fingerprint {

SharedWords::SharedWords(std::size_t count) {
  constexpr std::size_t kMost = std::size_t{16} << 20U;
  words_.resize(std::min(count, kMost));
  nnunet::RandomState state(kDrawSeed);
  for (std::uint32_t& word : words_) word = state.next32();
}

CaseDraws::CaseDraws(std::span<const float> values, const SharedWords& shared, std::size_t position)
    : values_(values), shared_(shared), position_(position), own_(kDrawSeed) {
  while (mask_ < values.size() - 1) mask_ = 2 * mask_ + 1;
}

std::span<const std::uint32_t> CaseDraws::next_words() {
  constexpr std::size_t kBlock = 4096;
  const std::span<const std::uint32_t> shared = shared_.words();
  if (position_ < shared.size())
    return shared.subspan(position_, std::min(kBlock, shared.size() - position_));
  if (own_words_.empty()) {
    own_.discard(position_);
    own_begin_ = position_;
  } else if (position_ < own_begin_ + own_words_.size()) {
    return std::span(own_words_).subspan(position_ - own_begin_);
  } else {
    own_begin_ += own_words_.size();
  }
  own_words_.resize(kBlock);
  for (std::uint32_t& word : own_words_) word = own_.next32();
  return own_words_;
}

void CaseDraws::draw(std::span<float> out) {
  const auto count = static_cast<std::uint32_t>(values_.size());
  if (count == 1) {  // draws nothing from the generator
    std::fill(out.begin(), out.end(), values_.front());
    return;
  }
  std::array<std::uint32_t, 1024> indices;  // NOLINT(*-member-init): as many as are drawn are set
  while (!out.empty()) {
    std::span<const std::uint32_t> words = next_words();
    // A round cannot draw more than it takes, so it cannot pass the end.
    words = words.first(std::min({words.size(), out.size(), indices.size()}));
    std::size_t drawn = 0;
    for (const std::uint32_t word : words) {
      const std::uint32_t index = word & mask_;
      indices[drawn] = index;
      drawn += static_cast<std::size_t>(index < count);
    }
    for (std::size_t i = 0; i < drawn; ++i) out[i] = values_[indices[i]];
    out = out.subspan(drawn);
    position_ += words.size();
  }
}

}  // namespace nnflow::fingerprint
