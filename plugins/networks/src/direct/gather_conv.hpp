// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "direct/conv_shape.hpp"
#include "direct/scratch.hpp"

namespace nnflow::networks::kernels {

/// Which grid gets results: the coarse one in a convolution and in the data gradient of a
/// transposed one, the fine one in the other two.
enum class Gather { kCoarse, kFine };

/// Weights in the order in which gather_conv reads them, for the result channels [first, last).
template <class T>
class PackedWeights {
 public:
  /// `weights` are float32, as ConvShape has them, and stay in use until all blocks are packed.
  /// `memory` is where they go, as long as this object is in use.
  PackedWeights(const ConvShape& shape,
                Gather to,
                const float* weights,
                std::int64_t first,
                std::int64_t last,
                Scratch<T>& memory);

  /// Fills a block; different ones at the same time, if wanted.
  void pack(std::int64_t block);

  [[nodiscard]] std::int64_t channels() const { return channels_; }  ///< of the result
  [[nodiscard]] std::int64_t groups() const { return groups_; }      ///< of channels of the source
  [[nodiscard]] int vectors() const { return vectors_; }             ///< of 16 channels in a block
  [[nodiscard]] std::int64_t blocks() const { return blocks_; }
  [[nodiscard]] std::int64_t block_size() const { return block_size_; }  ///< in elements
  /// Block `block`: (taps, channel groups of the source, vectors, 16 channels, kGroup).
  [[nodiscard]] const T* block(std::int64_t block) const { return data_ + block * block_size_; }

 private:
  std::int64_t channels_;
  std::int64_t groups_;
  int vectors_;
  std::int64_t blocks_;
  std::int64_t block_size_;
  const float* weights_;
  std::int64_t sources_;
  std::int64_t taps_;
  std::int64_t out_step_;
  std::int64_t in_step_;
  T* data_;
};

/// Where results go: (batch, z, y, x, channels) as T, or as float32 if that is not null.
template <class T>
struct GatherResult {
  T* narrow = nullptr;
  float* single = nullptr;
};

/// A convolution, transposed convolution or data gradient with sums in float32.
/// Each result is a sum in one order, whatever the number of threads. The objects that the
/// constructor is given stay in use.
template <class T>
class GatherConv {
 public:
  /// `bias`: one float32 per result channel, or null. `sources` together have the channels that the
  /// weights ask for.
  GatherConv(const ConvShape& shape,
             Gather to,
             std::vector<ChannelSource<T>> sources,
             const PackedWeights<T>& weights,
             const float* bias,
             GatherResult<T> result);

  /// Independent parts, which may run at the same time.
  [[nodiscard]] std::int64_t tasks() const;
  void run(std::int64_t task) const;

 private:
  struct Phase {
    std::int64_t first = 0;             ///< x of its first result
    std::int64_t count = 0;             ///< results in a row
    std::vector<std::int64_t> taps;     ///< x of the kernel
    std::vector<std::int64_t> offsets;  ///< where the taps of result 0 read, in padded pixels
  };
  class Rows;

  void run_row(Rows& rows,
               std::int64_t sample,
               std::int64_t z,
               std::int64_t y,
               std::int64_t first_block,
               std::int64_t last_block) const;
  [[nodiscard]] std::vector<std::pair<std::int64_t, std::int64_t>> lines(int axis,
                                                                         std::int64_t at) const;

  ConvShape shape_;
  Gather to_;
  std::vector<ChannelSource<T>> sources_;
  const PackedWeights<T>& weights_;
  std::vector<float> bias_;
  GatherResult<T> result_;
  Triple from_size_;
  Triple to_size_;
  std::vector<Phase> phases_;
  std::int64_t in_step_ = 1;
  std::int64_t out_step_ = 1;
  std::int64_t left_ = 0;    ///< zero pixels before a row
  std::int64_t pixels_ = 0;  ///< of a padded row
  bool by_block_ = false;    ///< tasks are blocks of channels instead of strips of planes
  std::int64_t strips_ = 1;  ///< of a plane
};

}  // namespace nnflow::networks::kernels
