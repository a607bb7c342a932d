// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/kernels/export_labels.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "nnflow/imaging/half.hpp"
#include "nnflow/imaging/parallel.hpp"
#include "nnflow/imaging/take_better.hpp"
#include "nnflow/imaging/wide_vectors.hpp"
#include "postprocess/kernels/plane_placement.hpp"

namespace nnflow::postprocess {

namespace {

NNFLOW_WIDE_VECTORS void round_to_halves(const double* __restrict__ from,
                                         std::int64_t n,
                                         float* __restrict__ to) {
  for (std::int64_t i = 0; i < n; ++i) to[i] = imaging::round_to_half(from[i]);
}

NNFLOW_WIDE_VECTORS void round_to_singles(const double* __restrict__ from,
                                          std::int64_t n,
                                          float* __restrict__ to) {
  for (std::int64_t i = 0; i < n; ++i) to[i] = static_cast<float>(from[i]);
}

/// Decides the voxels of one plane, class by class.
class PlaneDecision {
 public:
  PlaneDecision(std::int64_t size,
                std::span<const std::int16_t> region_labels,
                LogitRounding rounding)
      : region_labels_(region_labels),
        rounding_(rounding),
        best_(static_cast<std::size_t>(size)),
        found_(best_.size()),
        labels_(best_.size()) {}

  void begin() { std::fill(found_.begin(), found_.end(), 0); }

  void add_head(std::size_t head, std::span<const double> plane) {
    for (std::size_t at = 0; at < plane.size(); at += kBlock) {
      const std::size_t count = std::min(kBlock, plane.size() - at);
      const bool first = head == 0 && region_labels_.empty();
      float* const values = first ? best_.data() + at : block_.data();
      const auto n = static_cast<std::int64_t>(count);
      if (rounding_ == LogitRounding::kHalf) {
        round_to_halves(plane.data() + at, n, values);
      } else {
        round_to_singles(plane.data() + at, n, values);
      }
      if (first) continue;
      if (region_labels_.empty()) {
        imaging::take_better(values, n, static_cast<std::int32_t>(head), best_.data() + at,
                             found_.data() + at);
        continue;
      }
      for (std::size_t i = 0; i < count; ++i) {
        if (exceeds_half_probability(values[i])) found_[at + i] = region_labels_[head];
      }
    }
  }

  [[nodiscard]] std::span<const std::int16_t> labels() {
    std::transform(found_.begin(), found_.end(), labels_.begin(),
                   [](std::int32_t label) { return static_cast<std::int16_t>(label); });
    return labels_;
  }

 private:
  static constexpr std::size_t kBlock = 2048;  ///< values that stay in the nearest cache

  std::span<const std::int16_t> region_labels_;
  LogitRounding rounding_;
  std::vector<float> best_;
  std::vector<std::int32_t> found_;
  std::vector<std::int16_t> labels_;
  std::array<float, kBlock> block_{};
};

}  // namespace

imaging::Extent3 exported_extent(const ExportGeometry& geometry) {
  imaging::Extent3 extent{};
  for (std::size_t i = 0; i < 3; ++i)
    extent[i] = geometry.uncropped[geometry.transpose_backward[i]];
  return extent;
}

bool exceeds_half_probability(float logit) { return 1.0F / (1.0F + std::exp(-logit)) > 0.5F; }

void export_labels(std::span<const float> logits,
                   std::int64_t heads,
                   const ExportGeometry& geometry,
                   std::span<const std::int16_t> region_labels,
                   LogitRounding rounding,
                   int threads,
                   std::span<std::int16_t> labels) {
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(geometry.grid));
  if (logits.size() != voxels * static_cast<std::size_t>(heads)) {
    throw std::invalid_argument("export_labels: logits do not fit heads and grid");
  }
  if (labels.size() != static_cast<std::size_t>(imaging::voxel_count(geometry.uncropped))) {
    throw std::invalid_argument("export_labels: labels do not fit the image");
  }
  const PlaneResampler resampler(geometry.grid, geometry.crop.extent(), geometry.separate_axis,
                                 geometry.positions);
  std::vector<std::array<float, 2>> ranges(static_cast<std::size_t>(heads));
  imaging::parallel_ranges(heads, threads, [&](std::int64_t first, std::int64_t last) {
    for (auto head = static_cast<std::size_t>(first); head < static_cast<std::size_t>(last);
         ++head) {
      ranges[head] = PlaneResampler::range_of(logits.subspan(head * voxels, voxels));
    }
  });
  std::fill(labels.begin(), labels.end(), std::int16_t{0});
  const PlanePlacement placement(geometry, resampler.axes());

  imaging::parallel_ranges(resampler.planes(), threads, [&](std::int64_t first, std::int64_t last) {
    PlaneResampler::Scratch scratch;
    std::vector<double> plane(static_cast<std::size_t>(resampler.plane_size()));
    PlaneDecision decision(resampler.plane_size(), region_labels, rounding);
    for (std::int64_t index = first; index < last; ++index) {
      decision.begin();
      for (std::size_t head = 0; head < static_cast<std::size_t>(heads); ++head) {
        resampler.resample(logits.subspan(head * voxels, voxels), ranges[head], index, scratch,
                           plane);
        decision.add_head(head, plane);
      }
      const auto decided = decision.labels();
      for (const auto position : resampler.positions(index)) {
        placement.place(position, decided, labels.data());
      }
    }
  });
}

std::vector<std::int16_t> export_labels(std::span<const float> logits,
                                        std::int64_t heads,
                                        const ExportGeometry& geometry,
                                        std::span<const std::int16_t> region_labels,
                                        LogitRounding rounding,
                                        int threads) {
  std::vector<std::int16_t> labels(
      static_cast<std::size_t>(imaging::voxel_count(geometry.uncropped)));
  export_labels(logits, heads, geometry, region_labels, rounding, threads, labels);
  return labels;
}

}  // namespace nnflow::postprocess
