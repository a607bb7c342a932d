// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "patches/kernels/class_locations.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace nnflow::patches {
namespace {

using Voxel = std::array<std::int32_t, 3>;

// Indices of the voxels of every requested label in scan order.
std::map<std::int16_t, std::vector<std::uint32_t>> voxels_by_label(
    std::span<const std::int16_t> label, std::span<const std::vector<std::int64_t>> classes) {
  std::vector<std::uint32_t> count(1U << 16U);
  for (const std::int16_t v : label) ++count[static_cast<std::uint16_t>(v)];
  std::map<std::int16_t, std::vector<std::uint32_t>> voxels;
  std::vector<std::vector<std::uint32_t>*> sink(1U << 16U);
  for (const auto& labels : classes) {
    for (const std::int64_t l : labels) {
      const auto value = static_cast<std::int16_t>(l);
      auto& list = voxels[value];
      list.reserve(count[static_cast<std::uint16_t>(value)]);
      sink[static_cast<std::uint16_t>(value)] = &list;
    }
  }
  for (std::size_t i = 0; i < label.size(); ++i) {
    auto* const list = sink[static_cast<std::uint16_t>(label[i])];
    if (list != nullptr) list->push_back(static_cast<std::uint32_t>(i));
  }
  return voxels;
}

}  // namespace

std::vector<std::vector<Voxel>> class_locations(std::span<const std::int16_t> label,
                                                const imaging::Extent3& extent,
                                                std::span<const std::vector<std::int64_t>> classes,
                                                nnunet::RandomState& random) {
  const auto by_label = voxels_by_label(label, classes);
  std::vector<std::vector<Voxel>> locations;
  std::vector<std::uint32_t> pool;
  for (const auto& labels : classes) {
    pool.clear();
    for (const std::int64_t l : labels) {
      const auto& list = by_label.at(static_cast<std::int16_t>(l));
      pool.insert(pool.end(), list.begin(), list.end());
    }
    std::vector<Voxel>& sample = locations.emplace_back();
    if (pool.empty()) continue;
    const std::size_t total = pool.size();
    const auto percent = static_cast<std::size_t>(std::ceil(static_cast<double>(total) * 0.01));
    const std::size_t wanted = std::max(std::min<std::size_t>(10000, total), percent);
    // The reference shuffles indices into the pool; shuffling the pool itself draws and keeps the
    // same.
    random.shuffle(std::span(pool));
    sample.reserve(wanted);
    for (std::size_t i = 0; i < wanted; ++i) {
      const std::int64_t index = pool[i];
      sample.push_back({static_cast<std::int32_t>(index / (extent[1] * extent[2])),
                        static_cast<std::int32_t>(index / extent[2] % extent[1]),
                        static_cast<std::int32_t>(index % extent[2])});
    }
  }
  return locations;
}

}  // namespace nnflow::patches
