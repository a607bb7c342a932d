// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/kernels/packed_pair.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace nnflow::postprocess {

PackedPair::PackedPair(std::span<const std::int16_t> prediction,
                       std::span<const std::int16_t> reference,
                       const imaging::Extent3& extent)
    : extent_(extent) {
  if (prediction.size() != reference.size() ||
      static_cast<std::int64_t>(prediction.size()) != imaging::voxel_count(extent)) {
    throw std::invalid_argument("PackedPair: sizes do not fit");
  }
  for (std::size_t i = 0; i < prediction.size(); ++i) {
    const bool longer = !runs_.empty() && runs_.back().prediction == prediction[i] &&
                        runs_.back().reference == reference[i] &&
                        runs_.back().length < std::numeric_limits<std::int32_t>::max();
    if (longer) {
      ++runs_.back().length;
    } else {
      runs_.push_back({prediction[i], reference[i], 1});
    }
  }
  runs_.shrink_to_fit();
}

std::vector<std::int16_t> PackedPair::unpack(std::int16_t Run::*side) const {
  std::vector<std::int16_t> values;
  values.reserve(static_cast<std::size_t>(imaging::voxel_count(extent_)));
  for (const Run& run : runs_)
    values.insert(values.end(), static_cast<std::size_t>(run.length), run.*side);
  return values;
}

PairCounts PackedPair::count(std::span<const std::int64_t> members,
                             std::optional<std::int64_t> ignore_label) const {
  const auto contains = [&](std::int16_t label) {
    return std::find(members.begin(), members.end(), label) != members.end();
  };
  PairCounts counts;
  for (const Run& run : runs_) {
    if (ignore_label == run.reference) continue;
    if (contains(run.reference)) {
      (contains(run.prediction) ? counts.true_positive : counts.false_negative) += run.length;
    } else {
      (contains(run.prediction) ? counts.false_positive : counts.true_negative) += run.length;
    }
  }
  return counts;
}

}  // namespace nnflow::postprocess
