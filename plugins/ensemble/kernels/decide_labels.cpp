// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "ensemble/kernels/decide_labels.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "nnflow/imaging/parallel.hpp"
#include "nnflow/imaging/take_better.hpp"
#include "nnflow/imaging/wide_vectors.hpp"

namespace nnflow::ensemble {

namespace {

/// Voxels that are worked on together, so that their best values stay in the cache.
constexpr std::size_t kBlock = 4096;

// Labels as wide as probabilities: vectors of both have equally many elements.
NNFLOW_WIDE_VECTORS void take_likely(const float* __restrict__ from,
                                     std::size_t count,
                                     std::int32_t label,
                                     std::int32_t* __restrict__ chosen) {
  for (std::size_t i = 0; i < count; ++i) chosen[i] = from[i] > 0.5F ? label : chosen[i];
}

}  // namespace

void decide_labels(std::span<const float> probabilities,
                   std::span<const std::int16_t> region_labels,
                   std::span<std::int16_t> labels,
                   int threads) {
  const std::size_t voxels = labels.size();
  if (voxels == 0) return;
  const std::size_t heads = probabilities.size() / voxels;
  if (heads == 0 || probabilities.size() != heads * voxels ||
      (!region_labels.empty() && region_labels.size() != heads)) {
    throw std::invalid_argument("decide_labels: probabilities do not fit heads and voxels");
  }
  const auto decide = [&](std::size_t first, std::size_t count, std::span<float> best,
                          std::span<std::int32_t> chosen) {
    std::fill_n(chosen.begin(), count, 0);
    if (region_labels.empty())
      std::copy_n(probabilities.begin() + static_cast<std::ptrdiff_t>(first), count, best.begin());
    for (std::size_t head = region_labels.empty() ? 1 : 0; head < heads; ++head) {
      const float* const from = probabilities.data() + head * voxels + first;
      if (region_labels.empty()) {
        imaging::take_better(from, static_cast<std::int64_t>(count),
                             static_cast<std::int32_t>(head), best.data(), chosen.data());
      } else {
        take_likely(from, count, region_labels[head], chosen.data());
      }
    }
    std::transform(chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(count),
                   labels.begin() + static_cast<std::ptrdiff_t>(first),
                   [](std::int32_t label) { return static_cast<std::int16_t>(label); });
  };
  const auto blocks = static_cast<std::int64_t>((voxels + kBlock - 1) / kBlock);
  imaging::parallel_ranges(blocks, threads, [&](std::int64_t first, std::int64_t last) {
    std::vector<float> best(kBlock);
    std::vector<std::int32_t> chosen(kBlock);
    for (auto block = static_cast<std::size_t>(first); block < static_cast<std::size_t>(last);
         ++block) {
      decide(block * kBlock, std::min(kBlock, voxels - block * kBlock), best, chosen);
    }
  });
}

void divide(std::span<float> sums, int count, int threads) {
  const auto divisor = static_cast<float>(count);
  imaging::parallel_ranges(
      static_cast<std::int64_t>(sums.size()), threads, [&](std::int64_t first, std::int64_t last) {
        for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) {
          sums[i] /= divisor;
        }
      });
}

}  // namespace nnflow::ensemble
