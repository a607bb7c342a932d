// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/median_filter.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace nnflow::augment {
namespace {

using imaging::Extent3;
using Rank = std::uint16_t;

// The median of a window that moves by one voxel changes by few ranks: values of a block are
// replaced by their ranks, which all differ, a set of bits holds those of the window, and the
// median is followed in it.
class Window {
 public:
  Window(std::size_t ranks, std::int64_t below) : words_(ranks / kBits + 1), wanted_(below) {}

  void add(Rank rank) {
    words_[rank / kBits] |= std::uint64_t{1} << (rank % kBits);
    below_ += rank / kBits < word_ ? 1 : 0;
  }
  void remove(Rank rank) {
    words_[rank / kBits] &= ~(std::uint64_t{1} << (rank % kBits));
    below_ -= rank / kBits < word_ ? 1 : 0;
  }
  // The rank with exactly `below` ranks of the window under it.
  Rank median() {
    while (below_ > wanted_) below_ -= std::popcount(words_[--word_]);
    for (;;) {
      const std::int64_t here = std::popcount(words_[word_]);
      if (below_ + here > wanted_) break;
      below_ += here;
      ++word_;
    }
    std::uint64_t bits = words_[word_];
    for (std::int64_t i = below_; i < wanted_; ++i) bits &= bits - 1;
    return static_cast<Rank>(word_ * kBits + static_cast<std::size_t>(std::countr_zero(bits)));
  }

 private:
  static constexpr std::size_t kBits = 64;
  std::vector<std::uint64_t> words_;
  std::int64_t wanted_;
  std::size_t word_ = 0;    // where the median was
  std::int64_t below_ = 0;  // ranks of the window in the words before
};

// Unsigned numbers in the order of the floats; any bits have a place, also those that are no
// number.
std::uint32_t sort_key(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return (bits >> 31U) != 0 ? ~bits : bits | 0x80000000U;
}

float value_of(std::uint32_t key) {
  return std::bit_cast<float>((key >> 31U) != 0 ? key & 0x7fffffffU : ~key);
}

std::int64_t reflect(std::int64_t index, std::int64_t length) {
  const std::int64_t period = 2 * length;
  index = ((index % period) + period) % period;
  return index < length ? index : period - 1 - index;
}

// Sorts by the upper 32 of the lower 48 bits, equal ones in their order.
void sort_by_key(std::vector<std::uint64_t>& values, std::vector<std::uint64_t>& scratch) {
  constexpr unsigned kDigit = 11;
  scratch.resize(values.size());
  for (unsigned shift = 16; shift < 48; shift += kDigit) {
    std::array<std::uint32_t, std::size_t{1} << kDigit> start{};
    const auto digit = [shift](std::uint64_t v) { return (v >> shift) & ((1U << kDigit) - 1U); };
    for (const std::uint64_t v : values) ++start[digit(v)];
    std::uint32_t total = 0;
    for (std::uint32_t& count : start) total += std::exchange(count, total);
    for (const std::uint64_t v : values) scratch[start[digit(v)]++] = v;
    values.swap(scratch);
  }
}

class MedianFilter {
 public:
  MedianFilter(std::span<const float> in, const Extent3& extent, std::int64_t size)
      : in_(in), extent_(extent) {
    std::int64_t volume = 1;
    for (std::size_t a = 0; a < 3; ++a) {
      window_[a] = extent[a] == 1 ? 1 : size;
      volume *= window_[a];
      // Few enough voxels for 16-bit ranks, many enough for a small share of border.
      tile_[a] = std::min<std::int64_t>(extent[a], extent[0] == 1 ? 64 : 20);
      padded_[a] = tile_[a] + window_[a] - 1;
    }
    below_ = volume / 2;
  }

  void run(std::span<float> out) {
    Extent3 start;
    for (start[0] = 0; start[0] < extent_[0]; start[0] += tile_[0]) {
      for (start[1] = 0; start[1] < extent_[1]; start[1] += tile_[1]) {
        for (start[2] = 0; start[2] < extent_[2]; start[2] += tile_[2]) {
          rank_block(start);
          filter_block(start, out);
        }
      }
    }
  }

 private:
  void rank_block(const Extent3& start) {
    const auto count = static_cast<std::size_t>(imaging::voxel_count(padded_));
    sorted_.resize(count);
    ranks_.resize(count);
    order_.resize(count);
    std::size_t i = 0;
    for (std::int64_t z = 0; z < padded_[0]; ++z) {
      const std::int64_t sz = reflect(start[0] + z - window_[0] / 2, extent_[0]);
      for (std::int64_t y = 0; y < padded_[1]; ++y) {
        const std::int64_t sy = reflect(start[1] + y - window_[1] / 2, extent_[1]);
        const float* const row = in_.data() + imaging::linear_index(extent_, sz, sy, 0);
        for (std::int64_t x = 0; x < padded_[2]; ++x, ++i) {
          const float value = row[reflect(start[2] + x - window_[2] / 2, extent_[2])];
          order_[i] = std::uint64_t{sort_key(value)} << 16U | i;
        }
      }
    }
    sort_by_key(order_, scratch_);
    for (std::size_t r = 0; r < count; ++r) {
      sorted_[r] = value_of(static_cast<std::uint32_t>(order_[r] >> 16U));
      ranks_[order_[r] & 0xffffU] = static_cast<Rank>(r);
    }
  }

  void filter_block(const Extent3& start, std::span<float> out) const {
    Window window(ranks_.size(), below_);
    const auto plane = [&](std::int64_t z, std::int64_t y, std::int64_t x, const auto& visit) {
      for (std::int64_t dz = 0; dz < window_[0]; ++dz) {
        const Rank* const first = ranks_.data() + imaging::linear_index(padded_, z + dz, y, x);
        for (std::int64_t dy = 0; dy < window_[1]; ++dy) visit(first[dy * padded_[2]]);
      }
    };
    Extent3 size;
    for (std::size_t a = 0; a < 3; ++a) size[a] = std::min(tile_[a], extent_[a] - start[a]);
    for (std::int64_t z = 0; z < size[0]; ++z) {
      for (std::int64_t y = 0; y < size[1]; ++y) {
        for (std::int64_t x = 0; x + 1 < window_[2]; ++x) {
          plane(z, y, x, [&](Rank r) { window.add(r); });
        }
        float* const row =
            out.data() + imaging::linear_index(extent_, start[0] + z, start[1] + y, start[2]);
        for (std::int64_t x = 0; x < size[2]; ++x) {
          plane(z, y, x + window_[2] - 1, [&](Rank r) { window.add(r); });
          row[x] = sorted_[window.median()];
          plane(z, y, x, [&](Rank r) { window.remove(r); });
        }
        // Emptied, not reset: the median of the next row is near.
        for (std::int64_t x = size[2]; x + 1 < size[2] + window_[2]; ++x) {
          plane(z, y, x, [&](Rank r) { window.remove(r); });
        }
      }
    }
  }

  std::span<const float> in_;
  Extent3 extent_;
  Extent3 window_{}, tile_{}, padded_{};
  std::int64_t below_ = 0;
  std::vector<std::uint64_t> order_;  // sort key, place in the block
  std::vector<std::uint64_t> scratch_;
  std::vector<float> sorted_;
  std::vector<Rank> ranks_;
};

}  // namespace

void apply_median_filter(const MedianFilterParameters& parameters,
                         std::span<float> image,
                         const Extent3& extent) {
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(extent));
  std::vector<float> source(voxels);
  for (const MedianFilterParameters::Channel& entry : parameters.channels) {
    const std::span<float> channel =
        image.subspan(static_cast<std::size_t>(entry.channel) * voxels, voxels);
    std::copy(channel.begin(), channel.end(), source.begin());
    MedianFilter(source, extent, entry.size).run(channel);
  }
}

}  // namespace nnflow::augment
