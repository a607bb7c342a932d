// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "nnflow/nnunet/store.hpp"

namespace nnflow::nnunet {
namespace {

constexpr std::int64_t kMaxBlockBytes = 128 * 1024;
constexpr std::int64_t kMaxChunkBytes = 6 * 1024 * 1024;
constexpr double kMaxChunkToPatch = 1.5;

using Spatial = std::array<std::int64_t, 3>;

std::int64_t next_power_of_two(std::int64_t value) {
  std::int64_t power = 1;
  while (power < value) power *= 2;
  return power;
}

std::int64_t power_of_two_below(std::int64_t value) {
  return value <= 1 ? 1 : next_power_of_two(value) / 2;
}

double ratio(std::int64_t part, std::int64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::int64_t bytes_of(const Spatial& shape, std::int64_t bytes_per_value) {
  return shape[0] * shape[1] * shape[2] * bytes_per_value;
}

Spatial block_shape(const Spatial& image,
                    const Spatial& patch,
                    const Spatial& target,
                    std::int64_t bytes) {
  Spatial block{};
  for (std::size_t i = 0; i < 3; ++i) block[i] = std::min(next_power_of_two(patch[i]), image[i]);
  while (bytes_of(block, bytes) > kMaxBlockBytes) {
    std::size_t picked = 3;
    for (std::size_t i = 0; i < 3; ++i) {
      if (block[i] <= 1) continue;
      if (picked == 3 || ratio(block[i], target[i]) >= ratio(block[picked], target[picked]))
        picked = i;
    }
    if (picked == 3) break;
    block[picked] = power_of_two_below(block[picked]);
  }
  return block;
}

/// Grows `chunk` by one block along the axis that is covered least; false when nothing fits any
/// more.
bool grow(Spatial& chunk,
          const Spatial& block,
          const Spatial& image,
          const Spatial& patch,
          const Spatial& target,
          std::int64_t bytes) {
  std::size_t picked = 3;
  Spatial best{};
  for (std::size_t i = 0; i < 3; ++i) {
    if (patch[i] == 1 || chunk[i] >= image[i] || chunk[i] >= target[i]) continue;
    Spatial grown = chunk;
    grown[i] = std::min({chunk[i] + block[i], image[i], target[i]});
    if (bytes_of(grown, bytes) > kMaxChunkBytes) continue;
    const bool better = picked == 3 ||
                        ratio(chunk[i], target[i]) < ratio(chunk[picked], target[picked]) ||
                        (ratio(chunk[i], target[i]) == ratio(chunk[picked], target[picked]) &&
                         image[i] > image[picked]);
    if (better) {
      picked = i;
      best = grown;
    }
  }
  if (picked == 3) return false;
  chunk = best;
  return true;
}

}  // namespace

ChunkShape chunk_shape(const std::array<std::int64_t, 4>& image,
                       std::span<const std::int64_t> patch,
                       std::int64_t bytes_per_value) {
  if (patch.size() != 2 && patch.size() != 3)
    throw std::invalid_argument("a patch has 2 or 3 axes");
  Spatial extent{image[1], image[2], image[3]};
  Spatial size{1, 1, 1};
  for (std::size_t i = 0; i < patch.size(); ++i) size[i + 3 - patch.size()] = patch[i];
  Spatial target{};
  for (std::size_t i = 0; i < 3; ++i) {
    if (extent[i] <= 0 || size[i] <= 0)
      throw std::invalid_argument("an image or patch axis is empty");
    const auto limit =
        static_cast<std::int64_t>(std::floor(kMaxChunkToPatch * static_cast<double>(size[i])));
    target[i] = std::max<std::int64_t>(1, std::min(extent[i], limit));
  }
  const Spatial block = block_shape(extent, size, target, bytes_per_value);
  Spatial chunk = block;
  while (grow(chunk, block, extent, size, target, bytes_per_value)) {
  }
  ChunkShape result;
  for (std::size_t i = 0; i < 3; ++i) {
    result.block[i + 1] = block[i];
    result.chunk[i + 1] = chunk[i];
  }
  return result;
}

}  // namespace nnflow::nnunet
