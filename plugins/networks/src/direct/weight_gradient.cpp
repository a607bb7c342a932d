// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "direct/weight_gradient.hpp"

#include <algorithm>

#include "direct/gradient_tile.hpp"
#include "direct/scratch.hpp"

namespace nnflow::networks::kernels {
namespace {

constexpr std::int64_t kLanes = 16;
constexpr std::int64_t kBlockChannels = 32;
constexpr std::int64_t kStripRows = 4;
constexpr std::int64_t kMostParts = 8;
constexpr std::int64_t kMostPartFloats = 4 * 1024 * 1024;  ///< of all parts together
constexpr std::int64_t kMostTaps = 3;                      ///< of a tile
constexpr std::int64_t kNoPlane = -1;

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
std::int64_t round_up(std::int64_t a, std::int64_t b) { return divide_up(a, b) * b; }

/// Fine channels that a task works on, a multiple of a tile's.
std::int64_t block_channels(const ConvShape& shape) {
  return std::min(kBlockChannels, round_up(shape.fine_channels, kTileChannels));
}

/// The pixels of a padded fine row whose index is `phase` modulo the stride.
struct Phase {
  std::int64_t zeros;  ///< before the first one inside the image
  std::int64_t first;  ///< its x
  std::int64_t count;
};

Phase phase_of(const ConvShape& shape, std::int64_t phase) {
  const std::int64_t stride = shape.stride[2];
  const std::int64_t before = std::max<std::int64_t>(shape.padding[2] - phase, 0);
  Phase result{divide_up(before, stride), 0, 0};
  result.first = result.zeros * stride + phase - shape.padding[2];
  result.count = divide_up(std::max<std::int64_t>(shape.fine[2] - result.first, 0), stride);
  return result;
}

std::int64_t phases(const ConvShape& shape) { return std::min(shape.stride[2], shape.kernel[2]); }

}  // namespace

template <class T>
WeightGradient<T>::WeightGradient(const ConvShape& shape,
                                  std::vector<ChannelSource<T>> fine,
                                  ChannelSource<T> coarse)
    : shape_(shape),
      fine_(std::move(fine)),
      coarse_(coarse),
      vectors_(divide_up(shape.coarse_channels, kLanes)),
      blocks_(divide_up(shape.fine_channels, block_channels(shape))),
      strips_(divide_up(shape.coarse[1], kStripRows)),
      parts_(1),
      groups_(divide_up(shape.coarse[2], kGroup<T>)),
      row_pixels_(kGroup<T> * groups_ + (shape.kernel[2] - 1) / shape.stride[2] + 1) {
  if (vectors_ > 1) vectors_ = round_up(vectors_, 2);
  for (std::int64_t phase = 0; phase < phases(shape); ++phase) {
    const Phase part = phase_of(shape, phase);
    const std::int64_t written = kGroup<T> == 1 ? part.count : round_up(part.count, 2 * kLanes);
    row_pixels_ = std::max(row_pixels_, part.zeros + written);
  }
  parts_ = std::clamp<std::int64_t>(kMostPartFloats / part_size(), 1,
                                    std::min(kMostParts, shape.batch * strips_));
}

template <class T>
std::int64_t WeightGradient<T>::part_size() const {
  return shape_.taps() * blocks_ * block_channels(shape_) * vectors_ * kLanes;
}

/// Some channels of the fine rows that some coarse rows read in all planes of the kernel, split
/// into phases and padded with zeros. Bfloat16: the pixels of a channel side by side; float32: the
/// channels of a pixel.
template <class T>
class WeightGradient<T>::Window {
 public:
  Window(const WeightGradient& gradient, std::int64_t block)
      : g_(gradient),
        first_channel_(block * block_channels(gradient.shape_)),
        channels_(block_channels(gradient.shape_)),
        rows_((kStripRows - 1) * gradient.shape_.stride[1] + gradient.shape_.kernel[1]),
        planes_(static_cast<std::size_t>(gradient.shape_.kernel[0]), kNoPlane) {
    thread_local Scratch<T> memory;
    const std::int64_t size = gradient.shape_.kernel[0] * rows_ * row();
    memory.reserve(size);
    data_ = memory.data();
    std::fill_n(data_, size, T{0});
  }

  /// Starts with other coarse rows.
  void move_to(std::int64_t sample, std::int64_t first_row) {
    sample_ = sample;
    first_row_ = first_row * g_.shape_.stride[1] - g_.shape_.padding[1];
    std::fill(planes_.begin(), planes_.end(), kNoPlane);
  }

  /// First channel of the pixel that tap `x` of coarse pixel 0 reads.
  [[nodiscard]] const T* at(std::int64_t z, std::int64_t y, std::int64_t x) const {
    const std::int64_t stride = g_.shape_.stride[2];
    return plane(z) + (y - first_row_) * row() + (x % stride) * phase() + x / stride * pixel();
  }
  /// Elements between pixels, between channels and between rows.
  [[nodiscard]] std::int64_t pixel() const { return kGroup<T> == 1 ? channels_ : 1; }
  [[nodiscard]] std::int64_t channel() const { return kGroup<T> == 1 ? 1 : g_.row_pixels_; }
  [[nodiscard]] std::int64_t row() const { return phases(g_.shape_) * phase(); }

  void fill(std::int64_t z) {
    std::int64_t& held = planes_[static_cast<std::size_t>(z % g_.shape_.kernel[0])];
    if (held == z) return;
    held = z;
    for (std::int64_t r = 0; r < rows_; ++r) {
      const std::int64_t y = first_row_ + r;
      if (y < 0 || y >= g_.shape_.fine[1]) continue;
      for (std::int64_t p = 0; p < phases(g_.shape_); ++p)
        fill_phase(z, y, phase_of(g_.shape_, p), plane(z) + r * row() + p * phase());
    }
  }

 private:
  [[nodiscard]] std::int64_t phase() const { return channels_ * g_.row_pixels_; }
  [[nodiscard]] T* plane(std::int64_t z) const {
    return data_ + (z % g_.shape_.kernel[0]) * rows_ * row();
  }

  void fill_phase(std::int64_t z, std::int64_t y, const Phase& part, T* out) const {
    const Triple& size = g_.shape_.fine;
    const std::int64_t index = ((sample_ * size[0] + z) * size[1] + y) * size[2] + part.first;
    out += part.zeros * pixel();
    std::int64_t begin = 0;  // of a source's channels
    for (const ChannelSource<T>& source : g_.fine_) {
      const std::int64_t first = std::max(begin, first_channel_);
      const std::int64_t last = std::min(begin + source.channels, first_channel_ + channels_);
      if (first < last) {
        copy(source.data + index * source.channels + first - begin,
             g_.shape_.stride[2] * source.channels, part.count, last - first,
             out + (first - first_channel_) * channel());
      }
      begin += source.channels;
    }
  }

  void copy(const T* in, std::int64_t step, std::int64_t pixels, std::int64_t count, T* out) const {
    if constexpr (kGroup<T> == 1) {
      for (std::int64_t p = 0; p < pixels; ++p)
        std::copy_n(in + p * step, count, out + p * pixel());
    } else {
      for (std::int64_t c = 0; c < count; c += kLanes)
        transpose_pixels(in + c, step, pixels, std::min(kLanes, count - c), out + c * channel(),
                         channel());
    }
  }

  const WeightGradient& g_;
  std::int64_t first_channel_;
  std::int64_t channels_;
  std::int64_t rows_;
  std::vector<std::int64_t> planes_;
  std::int64_t sample_ = 0;
  std::int64_t first_row_ = 0;
  T* data_;
};

template <class T>
void WeightGradient<T>::fill_coarse(
    std::int64_t sample, std::int64_t z, std::int64_t first_row, std::int64_t rows, T* into) const {
  const std::int64_t channels = shape_.coarse_channels;
  const std::int64_t pixels = shape_.coarse[2];
  const std::int64_t group = vectors_ * kLanes * kGroup<T>;
  for (std::int64_t r = 0; r < rows; ++r, into += groups_ * group) {
    const std::int64_t row = (sample * shape_.coarse[0] + z) * shape_.coarse[1] + first_row + r;
    const T* from = coarse_.data + row * pixels * channels;
    for (std::int64_t g = 0; g < groups_; ++g, from += kGroup<T> * channels) {
      if constexpr (kGroup<T> == 1) {
        std::copy_n(from, channels, into + g * group);
      } else {
        pair_pixels(from, std::min<std::int64_t>(2, pixels - 2 * g), channels, into + g * group);
      }
    }
  }
}

template <class T>
void WeightGradient<T>::add_plane(Window& window,
                                  const T* coarse,
                                  std::int64_t z,
                                  std::int64_t first_row,
                                  std::int64_t rows,
                                  float* sums) const {
  const std::int64_t channels = block_channels(shape_);
  const std::int64_t width = vectors_ * kLanes;
  const std::int64_t tile_vectors = std::min<std::int64_t>(vectors_, 2);
  GradientTile<T> tile;
  tile.fine_channel = window.channel();
  tile.fine_group = window.pixel() * kGroup<T>;
  tile.fine_row = window.row() * shape_.stride[1];
  tile.coarse_group = width * kGroup<T>;
  tile.coarse_row = groups_ * tile.coarse_group;
  tile.groups = groups_;
  tile.sums_tap = blocks_ * channels * width;
  tile.sums_channel = width;
  for (std::int64_t ky = 0; ky < shape_.kernel[1]; ++ky) {
    // The rows of the strip whose fine row is inside the image.
    const auto fine_y = [&](std::int64_t r) {
      return (first_row + r) * shape_.stride[1] - shape_.padding[1] + ky;
    };
    std::int64_t begin = 0;
    std::int64_t end = rows;
    while (begin < end && fine_y(begin) < 0) ++begin;
    while (begin < end && fine_y(end - 1) >= shape_.fine[1]) --end;
    if (begin == end) continue;
    tile.rows = end - begin;
    for (std::int64_t kx = 0; kx < shape_.kernel[2]; kx += kMostTaps) {
      const std::int64_t taps = std::min(kMostTaps, shape_.kernel[2] - kx);
      const auto function =
          gradient_tile<T>(static_cast<int>(taps), static_cast<int>(tile_vectors));
      for (std::int64_t v = 0; v < vectors_; v += tile_vectors) {
        tile.coarse = coarse + begin * tile.coarse_row + v * kLanes * kGroup<T>;
        for (std::int64_t c = 0; c < channels; c += kTileChannels) {
          for (std::int64_t t = 0; t < taps; ++t) {
            tile.fine[static_cast<std::size_t>(t)] =
                window.at(z, fine_y(begin), kx + t) + c * window.channel();
          }
          const std::int64_t tap = ky * shape_.kernel[2] + kx;
          tile.sums = sums + tap * tile.sums_tap + c * width + v * kLanes;
          function(tile);
        }
      }
    }
  }
}

template <class T>
void WeightGradient<T>::run(std::int64_t task, float* sums) const {
  const std::int64_t part = task / blocks_;
  const std::int64_t block = task % blocks_;
  const std::int64_t width = vectors_ * kLanes;
  const std::int64_t channels = block_channels(shape_);
  const std::int64_t tap_size = blocks_ * channels * width;
  const std::int64_t plane_size = shape_.kernel[1] * shape_.kernel[2] * tap_size;
  sums += part * part_size() + block * channels * width;
  for (std::int64_t tap = 0; tap < shape_.taps(); ++tap)
    std::fill_n(sums + tap * tap_size, channels * width, 0.0F);

  Window window(*this, block);
  thread_local Scratch<T> coarse;
  const std::int64_t coarse_size = kStripRows * groups_ * width * kGroup<T>;
  coarse.reserve(coarse_size);
  std::fill_n(coarse.data(), coarse_size, T{0});
  const std::int64_t units = shape_.batch * strips_;
  for (std::int64_t unit = units * part / parts_; unit < units * (part + 1) / parts_; ++unit) {
    const std::int64_t sample = unit / strips_;
    const std::int64_t first_row = unit % strips_ * kStripRows;
    const std::int64_t rows = std::min(kStripRows, shape_.coarse[1] - first_row);
    window.move_to(sample, first_row);
    for (std::int64_t z = 0; z < shape_.coarse[0]; ++z) {
      fill_coarse(sample, z, first_row, rows, coarse.data());
      for (std::int64_t kz = 0; kz < shape_.kernel[0]; ++kz) {
        const std::int64_t fine_z = z * shape_.stride[0] - shape_.padding[0] + kz;
        if (fine_z < 0 || fine_z >= shape_.fine[0]) continue;
        window.fill(fine_z);
        add_plane(window, coarse.data(), fine_z, first_row, rows, sums + kz * plane_size);
      }
    }
  }
}

template <class T>
void WeightGradient<T>::add_parts(const float* sums, std::int64_t vector, float* gradient) const {
  const std::int64_t width = vectors_ * kLanes;
  const std::int64_t tap_size = blocks_ * block_channels(shape_) * width;
  const std::int64_t taps = shape_.taps();
  const std::int64_t first = vector * kLanes;
  const std::int64_t lanes = std::min(kLanes, shape_.coarse_channels - first);
  for (std::int64_t c = 0; c < shape_.fine_channels; ++c) {
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      const float* from = sums + tap * tap_size + c * width + first;
      float* into = gradient + (first * shape_.fine_channels + c) * taps + tap;
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        float total = from[lane];
        for (std::int64_t part = 1; part < parts_; ++part) total += from[part * part_size() + lane];
        into[lane * shape_.fine_channels * taps] = total;
      }
    }
  }
}

template class WeightGradient<Bf16>;
template class WeightGradient<float>;

}  // namespace nnflow::networks::kernels
