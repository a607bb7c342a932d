// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/phantom_case.hpp"

#include <algorithm>

namespace nnflow::io {

std::pair<imaging::Volume, imaging::LabelMap> phantom_case(const Phantom& phantom) {
  const imaging::Spacing3& mm = phantom.spacing_mm;
  imaging::Geometry geometry;
  geometry.spacing = {mm[2], mm[1], mm[0]};
  geometry.origin = {80.0, 60.0, 10.0};
  geometry.direction = {-1, 0, 0, 0, -1, 0, 0, 0, 1};

  imaging::Volume image(1, phantom.extent);
  image.spacing = mm;
  image.geometry = geometry;
  std::ranges::copy(phantom.voxels, image.voxels().begin());

  imaging::LabelMap labels(phantom.extent);
  labels.spacing = mm;
  labels.geometry = geometry;
  std::ranges::copy(phantom.labels, labels.voxels().begin());
  return {std::move(image), std::move(labels)};
}

}  // namespace nnflow::io
