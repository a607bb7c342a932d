// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nnflow/nnunet/properties.hpp"

namespace nnflow::nnunet {

/// Properties of a training case with every common field set.
inline CaseProperties sample_properties() {
  CaseProperties value;
  value.geometry.spacing = {0.8, 0.699999988079071, 2.0};
  value.geometry.origin = {-1.5, 2.0, 3.25};
  value.geometry.direction = {0, 0, 1, 1, 0, 0, 0, 1, 0};
  value.geometry.original_orientation = "LPS";
  value.spacing = {2.0, 0.699999988079071, 0.8};
  value.shape_before_cropping = {10, 20, 30};
  value.bbox_used_for_cropping = {{1, 2, 3}, {9, 18, 27}};
  value.shape_after_cropping_and_before_resampling = {8, 16, 24};
  value.class_locations.emplace();
  const auto add = [&](LabelOrRegion key, std::vector<std::array<std::int32_t, 3>> voxels) {
    value.class_locations->push_back({std::move(key), std::move(voxels)});
  };
  add({{1}, false}, {{0, 1, 2}, {7, 15, 23}});
  add({{2}, false}, {});
  add({{1, 2}, true}, {{3, 3, 3}});
  return value;
}

}  // namespace nnflow::nnunet
