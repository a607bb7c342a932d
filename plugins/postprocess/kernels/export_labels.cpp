// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/kernels/export_labels.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "nnflow/imaging/half.hpp"
#include "nnflow/imaging/parallel.hpp"
#include "postprocess/kernels/plane_placement.hpp"

namespace nnflow::postprocess {

namespace {

/// Decides the voxels of one plane, class by class.
class PlaneDecision {
 public:
  PlaneDecision(std::int64_t size, std::span<const std::int16_t> region_labels)
      : region_labels_(region_labels),
        best_(static_cast<std::size_t>(size)),
        labels_(best_.size()) {}

  void begin() { std::fill(labels_.begin(), labels_.end(), std::int16_t{0}); }

  template <typename Round>
  void add_head(std::size_t head, std::span<const double> plane, const Round& round) {
    if (!region_labels_.empty()) {
      for (std::size_t i = 0; i < plane.size(); ++i) {
        if (exceeds_half_probability(round(plane[i]))) labels_[i] = region_labels_[head];
      }
      return;
    }
    const auto label = static_cast<std::int16_t>(head);
    for (std::size_t i = 0; i < plane.size(); ++i) {
      const float value = round(plane[i]);
      const bool better = head == 0 || value > best_[i];
      best_[i] = better ? value : best_[i];
      labels_[i] = better ? label : labels_[i];
    }
  }

  [[nodiscard]] std::span<const std::int16_t> labels() const { return labels_; }

 private:
  std::span<const std::int16_t> region_labels_;
  std::vector<float> best_;
  std::vector<std::int16_t> labels_;
};

}  // namespace

imaging::Extent3 exported_extent(const ExportGeometry& geometry) {
  imaging::Extent3 extent{};
  for (std::size_t i = 0; i < 3; ++i)
    extent[i] = geometry.uncropped[geometry.transpose_backward[i]];
  return extent;
}

bool exceeds_half_probability(float logit) { return 1.0F / (1.0F + std::exp(-logit)) > 0.5F; }

std::vector<std::int16_t> export_labels(std::span<const float> logits,
                                        std::int64_t heads,
                                        const ExportGeometry& geometry,
                                        std::span<const std::int16_t> region_labels,
                                        LogitRounding rounding,
                                        int threads) {
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(geometry.grid));
  if (logits.size() != voxels * static_cast<std::size_t>(heads)) {
    throw std::invalid_argument("export_labels: logits do not fit heads and grid");
  }
  const PlaneResampler resampler(geometry.grid, geometry.crop.extent(), geometry.separate_axis,
                                 geometry.positions);
  std::vector<std::array<float, 2>> ranges;
  for (std::size_t head = 0; head < static_cast<std::size_t>(heads); ++head) {
    ranges.push_back(PlaneResampler::range_of(logits.subspan(head * voxels, voxels)));
  }
  std::vector<std::int16_t> result(
      static_cast<std::size_t>(imaging::voxel_count(geometry.uncropped)), 0);
  const PlanePlacement placement(geometry, resampler.axes());

  imaging::parallel_ranges(resampler.planes(), threads, [&](std::int64_t first, std::int64_t last) {
    PlaneResampler::Scratch scratch;
    std::vector<double> plane(static_cast<std::size_t>(resampler.plane_size()));
    PlaneDecision decision(resampler.plane_size(), region_labels);
    for (std::int64_t index = first; index < last; ++index) {
      decision.begin();
      for (std::size_t head = 0; head < static_cast<std::size_t>(heads); ++head) {
        resampler.resample(logits.subspan(head * voxels, voxels), ranges[head], index, scratch,
                           plane);
        if (rounding == LogitRounding::kHalf) {
          decision.add_head(head, plane,
                            [](double value) { return imaging::round_to_half(value); });
        } else {
          decision.add_head(head, plane, [](double value) { return static_cast<float>(value); });
        }
      }
      for (const auto position : resampler.positions(index)) {
        placement.place(position, decision.labels(), result.data());
      }
    }
  });
  return result;
}

}  // namespace nnflow::postprocess
