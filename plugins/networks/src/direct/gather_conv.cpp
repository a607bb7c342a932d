// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "direct/gather_conv.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "direct/gather_tile.hpp"

namespace nnflow::networks::kernels {
namespace {

constexpr std::int64_t kLanes = 16;
constexpr std::int64_t kNearBytes = 512 * 1024;  ///< weights that stay in the second-level cache
constexpr std::int64_t kNoRow = -1;
constexpr std::int64_t kManyTasks = 64;  ///< wanted for machines with many cores
constexpr std::int64_t kStripRows = 8;   ///< of a plane that is split into tasks

/// To the nearest, ties to even; weights are finite or already lost.
template <class T>
T rounded(float value) {
  if constexpr (kGroup<T> == 1) {
    return value;
  } else {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7fffffffU) > 0x7f800000U) return static_cast<Bf16>((bits >> 16U) | 0x40U);
    return static_cast<Bf16>((bits + 0x7fffU + ((bits >> 16U) & 1U)) >> 16U);
  }
}

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

int block_vectors(std::int64_t channels, std::int64_t row) {
  const std::int64_t all = divide_up(channels, kLanes);
  if (all == 1) return 1;
  return all % 4 == 0 && row <= most_results(4) ? 4 : 2;
}

}  // namespace

template <class T>
PackedWeights<T>::PackedWeights(const ConvShape& shape,
                                Gather to,
                                const float* weights,
                                std::int64_t first,
                                std::int64_t last,
                                Scratch<T>& memory)
    : channels_(last - first),
      groups_(divide_up(to == Gather::kCoarse ? shape.fine_channels : shape.coarse_channels,
                        kGroup<T>)),
      vectors_(block_vectors(
          channels_,
          to == Gather::kCoarse ? shape.coarse[2] : divide_up(shape.fine[2], shape.stride[2]))),
      blocks_(divide_up(channels_, vectors_ * kLanes)),
      block_size_(shape.taps() * groups_ * vectors_ * kLanes * kGroup<T>) {
  memory.reserve(blocks_ * block_size_);
  data_ = memory.data();
  const bool coarse = to == Gather::kCoarse;
  sources_ = coarse ? shape.fine_channels : shape.coarse_channels;
  taps_ = shape.taps();
  out_step_ = (coarse ? shape.fine_channels : 1) * taps_;
  in_step_ = (coarse ? 1 : shape.fine_channels) * taps_;
  weights_ = weights + first * out_step_;
}

template <class T>
void PackedWeights<T>::pack(std::int64_t block) {
  const std::int64_t width = vectors_ * kLanes;
  const std::int64_t tap_size = groups_ * width * kGroup<T>;
  T* const target = data_ + block * block_size_;
  for (std::int64_t lane = 0; lane < width; ++lane) {
    const std::int64_t out = block * width + lane;
    for (std::int64_t in = 0; in < kGroup<T> * groups_; ++in) {
      T* const at = target + (in / kGroup<T> * width + lane) * kGroup<T> + in % kGroup<T>;
      const bool there = out < channels_ && in < sources_;
      const float* const from = weights_ + out * out_step_ + in * in_step_;
      for (std::int64_t tap = 0; tap < taps_; ++tap)
        at[tap * tap_size] = there ? rounded<T>(from[tap]) : T{0};
    }
  }
}

/// Rows of the sources with zeros on both sides, kept while they are near.
template <class T>
class GatherConv<T>::Rows {
 public:
  Rows(const GatherConv& conv, std::int64_t sample)
      : conv_(conv),
        sample_(sample),
        channels_(conv.weights_.groups() * kGroup<T>),
        z_slots_(slots(0)),
        y_slots_(conv.by_block_ ? conv.from_size_[1] : slots(1)),
        tags_(static_cast<std::size_t>(z_slots_ * y_slots_), kNoRow) {
    thread_local Scratch<T> memory;
    memory.reserve(z_slots_ * y_slots_ * size());
    data_ = memory.data();
  }

  [[nodiscard]] const T* row(std::int64_t z, std::int64_t y) {
    const std::int64_t slot = (z % z_slots_) * y_slots_ + y % y_slots_;
    T* const data = data_ + slot * size();
    const std::int64_t tag = z * conv_.from_size_[1] + y;
    if (tags_[static_cast<std::size_t>(slot)] != tag) fill(tag, data);
    tags_[static_cast<std::size_t>(slot)] = tag;
    return data;
  }

  std::vector<Tap<T>> taps;

 private:
  [[nodiscard]] std::int64_t size() const { return conv_.pixels_ * channels_; }
  [[nodiscard]] std::int64_t slots(std::size_t axis) const {
    const std::int64_t lines = conv_.shape_.kernel[axis];
    return conv_.to_ == Gather::kCoarse ? lines : divide_up(lines, conv_.shape_.stride[axis]);
  }

  void fill(std::int64_t row, T* data) const {
    const std::int64_t width = conv_.from_size_[2];
    const std::int64_t index = sample_ * conv_.from_size_[0] * conv_.from_size_[1] + row;
    std::fill_n(data, conv_.left_ * channels_, T{0});
    const std::int64_t behind = conv_.left_ + width;
    std::fill_n(data + behind * channels_, (conv_.pixels_ - behind) * channels_, T{0});
    data += conv_.left_ * channels_;
    std::int64_t first = 0;
    for (const ChannelSource<T>& source : conv_.sources_) {
      const T* from = source.data + index * width * source.channels;
      const auto bytes = static_cast<std::size_t>(source.channels) * sizeof(T);
      if (source.channels == channels_) {
        std::memcpy(data, from, bytes * static_cast<std::size_t>(width));
        return;
      }
      for (std::int64_t x = 0; x < width; ++x)
        std::memcpy(data + x * channels_ + first, from + x * source.channels, bytes);
      first += source.channels;
    }
    if (first == channels_) return;
    for (std::int64_t x = 0; x < width; ++x) data[x * channels_ + first] = 0;
  }

  const GatherConv& conv_;
  std::int64_t sample_;
  std::int64_t channels_;
  std::int64_t z_slots_;
  std::int64_t y_slots_;
  std::vector<std::int64_t> tags_;
  T* data_;
};

template <class T>
GatherConv<T>::GatherConv(const ConvShape& shape,
                          Gather to,
                          std::vector<ChannelSource<T>> sources,
                          const PackedWeights<T>& weights,
                          const float* bias,
                          GatherResult<T> result)
    : shape_(shape),
      to_(to),
      sources_(std::move(sources)),
      weights_(weights),
      result_(result),
      from_size_(to == Gather::kCoarse ? shape.fine : shape.coarse),
      to_size_(to == Gather::kCoarse ? shape.coarse : shape.fine) {
  if (bias != nullptr) {
    bias_.assign(bias, bias + weights.channels());
    bias_.resize(static_cast<std::size_t>(weights.blocks() * weights.vectors() * kLanes), 0.0F);
  }
  const std::int64_t stride = shape.stride[2];
  const bool coarse = to == Gather::kCoarse;
  in_step_ = coarse ? stride : 1;
  out_step_ = coarse ? 1 : stride;
  std::int64_t least = 0;
  std::int64_t most = from_size_[2] - 1;
  for (std::int64_t first = 0; first < out_step_; ++first) {
    Phase& phase = phases_.emplace_back();
    phase.first = first;
    phase.count = divide_up(std::max<std::int64_t>(to_size_[2] - first, 0), out_step_);
    for (std::int64_t tap = 0; tap < shape.kernel[2]; ++tap) {
      const std::int64_t at = coarse ? tap - shape.padding[2] : first + shape.padding[2] - tap;
      if (!coarse && at % stride != 0) continue;
      const std::int64_t offset = coarse ? at : at / stride;
      phase.taps.push_back(tap);
      phase.offsets.push_back(offset);
      least = std::min(least, offset);
      most = std::max(most, offset + (phase.count - 1) * in_step_);
    }
  }
  left_ = -least;
  pixels_ = left_ + most + 1;
  for (Phase& phase : phases_) {
    for (std::int64_t& offset : phase.offsets) offset += left_;
  }
  by_block_ =
      weights.blocks() > 1 &&
      weights.blocks() * weights.block_size() * static_cast<std::int64_t>(sizeof(T)) > kNearBytes;
  strips_ = std::clamp<std::int64_t>(kManyTasks / (shape.batch * to_size_[0]), 1,
                                     divide_up(to_size_[1], kStripRows));
}

template <class T>
std::int64_t GatherConv<T>::tasks() const {
  return shape_.batch * (by_block_ ? weights_.blocks() : to_size_[0] * strips_);
}

template <class T>
void GatherConv<T>::run(std::int64_t task) const {
  if (by_block_) {
    // Neighbouring tasks share a block, whose weights then stay near.
    const std::int64_t block = task / shape_.batch;
    Rows rows(*this, task % shape_.batch);
    for (std::int64_t z = 0; z < to_size_[0]; ++z) {
      for (std::int64_t y = 0; y < to_size_[1]; ++y)
        run_row(rows, task % shape_.batch, z, y, block, block + 1);
    }
    return;
  }
  const std::int64_t plane = task / strips_;
  const std::int64_t strip = task % strips_;
  const std::int64_t sample = plane / to_size_[0];
  Rows rows(*this, sample);
  const std::int64_t end = to_size_[1] * (strip + 1) / strips_;
  for (std::int64_t y = to_size_[1] * strip / strips_; y < end; ++y)
    run_row(rows, sample, plane % to_size_[0], y, 0, weights_.blocks());
}

/// The lines of the source that line `at` of the result reads along an axis, each with its tap.
template <class T>
std::vector<std::pair<std::int64_t, std::int64_t>> GatherConv<T>::lines(int axis,
                                                                        std::int64_t at) const {
  const auto a = static_cast<std::size_t>(axis);
  std::vector<std::pair<std::int64_t, std::int64_t>> found;
  for (std::int64_t tap = 0; tap < shape_.kernel[a]; ++tap) {
    std::int64_t line = 0;
    if (to_ == Gather::kCoarse) {
      line = at * shape_.stride[a] - shape_.padding[a] + tap;
    } else {
      line = at + shape_.padding[a] - tap;
      if (line % shape_.stride[a] != 0) continue;
      line /= shape_.stride[a];
    }
    if (line >= 0 && line < from_size_[a]) found.emplace_back(line, tap);
  }
  return found;
}

template <class T>
void GatherConv<T>::run_row(Rows& rows,
                            std::int64_t sample,
                            std::int64_t z,
                            std::int64_t y,
                            std::int64_t first_block,
                            std::int64_t last_block) const {
  const std::int64_t channels = weights_.groups() * kGroup<T>;
  const std::int64_t width = weights_.vectors() * kLanes;
  const std::int64_t tap_size = weights_.groups() * width * kGroup<T>;
  const std::int64_t row = ((sample * to_size_[0] + z) * to_size_[1] + y) * to_size_[2];
  const auto planes = lines(0, z);
  const auto in_plane = lines(1, y);
  for (const Phase& phase : phases_) {
    if (phase.count == 0) continue;
    rows.taps.clear();
    for (const auto& [from_z, tap_z] : planes) {
      for (const auto& [from_y, tap_y] : in_plane) {
        const T* pixels = rows.row(from_z, from_y);
        const std::int64_t tap_row = (tap_z * shape_.kernel[1] + tap_y) * shape_.kernel[2];
        for (std::size_t i = 0; i < phase.taps.size(); ++i) {
          rows.taps.push_back({pixels + phase.offsets[i] * channels,
                               weights_.block(first_block) + (tap_row + phase.taps[i]) * tap_size});
        }
      }
    }
    const std::int64_t tiles = divide_up(phase.count, most_results(weights_.vectors()));
    const std::int64_t results = divide_up(phase.count, tiles);
    for (std::int64_t block = first_block; block < last_block; ++block) {
      GatherTile<T> tile;
      tile.taps = rows.taps.data();
      tile.tap_count = static_cast<std::int64_t>(rows.taps.size());
      tile.groups = weights_.groups();
      tile.in_step = in_step_ * channels;
      tile.out_step = out_step_ * weights_.channels();
      tile.channels = weights_.channels() - block * width;
      tile.bias = bias_.empty() ? nullptr : bias_.data() + block * width;
      for (std::int64_t first = 0; first < phase.count; first += results) {
        tile.skip = first * tile.in_step;
        const std::int64_t at =
            (row + phase.first + first * out_step_) * weights_.channels() + block * width;
        tile.narrow = result_.narrow != nullptr ? result_.narrow + at : nullptr;
        tile.single = result_.single != nullptr ? result_.single + at : nullptr;
        gather_tile<T>(weights_.vectors(), std::min(results, phase.count - first))(tile);
      }
      for (Tap<T>& tap : rows.taps) tap.weights += weights_.block_size();
    }
  }
}

template class PackedWeights<Bf16>;
template class PackedWeights<float>;
template class GatherConv<Bf16>;
template class GatherConv<float>;

}  // namespace nnflow::networks::kernels
