// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "resample/stages.hpp"

namespace nnflow::resample {

LabelRule label_rule(const std::string& name) {
  return name == "half" ? LabelRule::kHalfScore : LabelRule::kHighestScore;
}

imaging::Volume resampled(imaging::Volume image,
                          const Extent3& extent,
                          const Spacing3& spacing,
                          Order order,
                          SeparateZ separate,
                          int threads) {
  if (extent != image.extent()) {
    imaging::Volume result(image.channels(), extent);
    resample_channels(image.voxels(), image.extent(), result.voxels(), extent, order, separate,
                      threads);
    result.geometry = image.geometry;
    image = std::move(result);
  }
  image.spacing = spacing;
  return image;
}

imaging::LabelMap resampled(imaging::LabelMap label,
                            const Extent3& extent,
                            const Spacing3& spacing,
                            Order order,
                            SeparateZ separate,
                            LabelRule rule) {
  if (extent != label.extent()) {
    imaging::LabelMap result(extent);
    resample_labels(label.voxels(), label.extent(), result.voxels(), extent, order, separate, rule);
    result.geometry = label.geometry;
    label = std::move(result);
  }
  label.spacing = spacing;
  return label;
}

}  // namespace nnflow::resample
