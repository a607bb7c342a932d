// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "resample/stages.hpp"

namespace nnflow::resample {
namespace {

template <class Resample>
imaging::Volume replaced(imaging::Volume image,
                         const Extent3& extent,
                         const Spacing3& spacing,
                         const Resample& resample) {
  if (extent != image.extent()) {
    imaging::Volume result(image.channels(), extent);
    resample(std::as_const(image), result);
    result.geometry = image.geometry;
    image = std::move(result);
  }
  image.spacing = spacing;
  return image;
}

template <class Resample>
imaging::LabelMap replaced(imaging::LabelMap label,
                           const Extent3& extent,
                           const Spacing3& spacing,
                           const Resample& resample) {
  if (extent != label.extent()) {
    imaging::LabelMap result(extent);
    resample(std::as_const(label), result);
    result.geometry = label.geometry;
    label = std::move(result);
  }
  label.spacing = spacing;
  return label;
}

}  // namespace

LabelRule label_rule(const std::string& name) {
  return name == "half" ? LabelRule::kHalfScore : LabelRule::kHighestScore;
}

imaging::Volume resampled(imaging::Volume image,
                          const Extent3& extent,
                          const Spacing3& spacing,
                          Order order,
                          SeparateZ separate,
                          int threads) {
  return replaced(std::move(image), extent, spacing, [&](const auto& from, auto& to) {
    resample_channels(from.voxels(), from.extent(), to.voxels(), extent, order, separate, threads);
  });
}

imaging::LabelMap resampled(imaging::LabelMap label,
                            const Extent3& extent,
                            const Spacing3& spacing,
                            Order order,
                            SeparateZ separate,
                            LabelRule rule) {
  return replaced(std::move(label), extent, spacing, [&](const auto& from, auto& to) {
    resample_labels(from.voxels(), from.extent(), to.voxels(), extent, order, separate, rule);
  });
}

imaging::Volume torch_resampled(imaging::Volume image,
                                const Extent3& extent,
                                const Spacing3& spacing,
                                SeparateZ separate,
                                int threads) {
  return replaced(std::move(image), extent, spacing, [&](const auto& from, auto& to) {
    torch_resample_channels(from.voxels(), from.extent(), to.voxels(), extent, separate, threads);
  });
}

imaging::LabelMap torch_resampled(imaging::LabelMap label,
                                  const Extent3& extent,
                                  const Spacing3& spacing,
                                  SeparateZ separate,
                                  TorchLabelRule rule) {
  return replaced(std::move(label), extent, spacing, [&](const auto& from, auto& to) {
    torch_resample_labels(from.voxels(), from.extent(), to.voxels(), extent, separate, rule);
  });
}

}  // namespace nnflow::resample
