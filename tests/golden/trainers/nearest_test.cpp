// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Spatial transforms that take the nearest voxel.
#include <gtest/gtest.h>

#include "augment/kernels/spatial/spatial.hpp"
#include "support/npz.hpp"
#include "trainers.hpp"

namespace nnflow::test {
namespace {

imaging::Extent3 extent_of(const Array& array) {
  const auto& shape = array.shape;
  return {shape.size() == 4 ? shape[1] : 1, shape[shape.size() - 2], shape.back()};
}

TEST(GoldenTrainers, NearestVoxelsAreTheReferences) {
  const Npz file = read_npz(trainers_folder() / "nearest.npz");
  int cases = 0;
  for (; file.contains(std::to_string(cases) + "_image"); ++cases) {
    SCOPED_TRACE(cases);
    const auto array = [&](const std::string& name) -> const Array& {
      return file.at(std::to_string(cases) + "_" + name);
    };
    augment::SpatialParameters parameters;
    parameters.interpolate = true;
    parameters.image = parameters.label = augment::Interpolation::kNearest;
    const std::vector<double> affine = array("affine").values<double>();
    const auto axes = static_cast<std::size_t>(array("affine").shape[0]);
    for (std::size_t i = 0; i < axes; ++i) {
      for (std::size_t j = 0; j < axes; ++j)
        parameters.affine[i + 3 - axes][j + 3 - axes] = affine[i * axes + j];
    }
    const auto image = array("out_image").values<float>();
    const auto seg = array("out_seg").values<std::int16_t>();
    const imaging::Extent3 from = extent_of(array("image"));
    const imaging::Extent3 to = extent_of(array("out_image"));
    std::vector<float> out_image(image.size());
    std::vector<std::int16_t> out_seg(seg.size());
    transform_image(parameters, array("image").values<float>(), from, out_image, to);
    transform_label(parameters, array("seg").values<std::int16_t>(), from, out_seg, to);
    EXPECT_EQ(out_image, image);
    EXPECT_EQ(out_seg, seg);
  }
  EXPECT_EQ(cases, 4);
}

}  // namespace
}  // namespace nnflow::test
