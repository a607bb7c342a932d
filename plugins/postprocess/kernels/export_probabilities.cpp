// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "postprocess/kernels/export_probabilities.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "nnflow/imaging/half.hpp"
#include "nnflow/imaging/parallel.hpp"
#include "postprocess/kernels/plane_placement.hpp"

namespace nnflow::postprocess {

namespace {

/// One plane of every head: logits that become probabilities, and the labels that follow.
class Plane {
 public:
  Plane(std::size_t heads, std::size_t size)
      : size_(size), values_(heads * size), highest_(size), sum_(size), labels_(size) {}

  [[nodiscard]] std::span<float> head(std::size_t index) {
    return std::span(values_).subspan(index * size_, size_);
  }
  [[nodiscard]] std::span<const std::int16_t> labels() const { return labels_; }

  void softmax() {
    const std::size_t heads = values_.size() / size_;
    std::copy_n(values_.begin(), size_, highest_.begin());
    for (std::size_t h = 1; h < heads; ++h) {
      const auto values = head(h);
      for (std::size_t i = 0; i < size_; ++i) highest_[i] = std::max(highest_[i], values[i]);
    }
    std::fill(sum_.begin(), sum_.end(), 0.0F);
    for (std::size_t h = 0; h < heads; ++h) {
      const auto values = head(h);
      for (std::size_t i = 0; i < size_; ++i) {
        values[i] = std::exp(values[i] - highest_[i]);
        sum_[i] += values[i];
      }
    }
    std::fill(labels_.begin(), labels_.end(), std::int16_t{0});
    for (std::size_t h = 0; h < heads; ++h) {
      const auto values = head(h);
      for (std::size_t i = 0; i < size_; ++i) {
        values[i] /= sum_[i];
        const bool better = h == 0 || values[i] > highest_[i];
        highest_[i] = better ? values[i] : highest_[i];
        labels_[i] = better ? static_cast<std::int16_t>(h) : labels_[i];
      }
    }
  }

  void sigmoid(std::span<const std::int16_t> region_labels) {
    std::fill(labels_.begin(), labels_.end(), std::int16_t{0});
    for (std::size_t h = 0; h < region_labels.size(); ++h) {
      const auto values = head(h);
      for (std::size_t i = 0; i < size_; ++i) {
        values[i] = 1.0F / (1.0F + std::exp(-values[i]));
        if (values[i] > 0.5F) labels_[i] = region_labels[h];
      }
    }
  }

 private:
  std::size_t size_;
  std::vector<float> values_;
  std::vector<float> highest_;
  std::vector<float> sum_;
  std::vector<std::int16_t> labels_;
};

}  // namespace

ExportedProbabilities export_probabilities(std::span<const float> logits,
                                           std::int64_t heads,
                                           const ExportGeometry& geometry,
                                           std::span<const std::int16_t> region_labels,
                                           LogitRounding rounding,
                                           int threads) {
  const auto head_count = static_cast<std::size_t>(heads);
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(geometry.grid));
  if (heads < 1 || logits.size() != voxels * head_count ||
      (!region_labels.empty() && region_labels.size() != head_count)) {
    throw std::invalid_argument("export_probabilities: logits do not fit heads and grid");
  }
  const PlaneResampler resampler(geometry.grid, geometry.crop.extent(), geometry.separate_axis,
                                 geometry.positions);
  std::vector<std::array<float, 2>> ranges;
  for (std::size_t head = 0; head < head_count; ++head) {
    ranges.push_back(PlaneResampler::range_of(logits.subspan(head * voxels, voxels)));
  }
  const auto image = static_cast<std::size_t>(imaging::voxel_count(geometry.uncropped));
  ExportedProbabilities result;
  result.labels.assign(image, 0);
  result.probabilities.assign(image * head_count, 0.0F);
  if (region_labels.empty()) std::fill_n(result.probabilities.begin(), image, 1.0F);
  const PlanePlacement placement(geometry, resampler.axes());

  imaging::parallel_ranges(resampler.planes(), threads, [&](std::int64_t first, std::int64_t last) {
    PlaneResampler::Scratch scratch;
    const auto size = static_cast<std::size_t>(resampler.plane_size());
    std::vector<double> resampled(size);
    Plane plane(head_count, size);
    for (std::int64_t index = first; index < last; ++index) {
      for (std::size_t head = 0; head < head_count; ++head) {
        resampler.resample(logits.subspan(head * voxels, voxels), ranges[head], index, scratch,
                           resampled);
        const auto values = plane.head(head);
        for (std::size_t i = 0; i < size; ++i) {
          values[i] = rounding == LogitRounding::kHalf ? imaging::round_to_half(resampled[i])
                                                       : static_cast<float>(resampled[i]);
        }
      }
      if (region_labels.empty()) {
        plane.softmax();
      } else {
        plane.sigmoid(region_labels);
      }
      for (const auto position : resampler.positions(index)) {
        placement.place(position, plane.labels(), result.labels.data());
        for (std::size_t head = 0; head < head_count; ++head) {
          placement.place(position, std::span<const float>(plane.head(head)),
                          result.probabilities.data() + head * image);
        }
      }
    }
  });
  return result;
}

}  // namespace nnflow::postprocess
