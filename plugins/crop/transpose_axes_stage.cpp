// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "crop/kernels/transpose.hpp"
#include "crop/stages.hpp"

namespace nnflow::crop {
namespace {

constexpr std::array<int, 3> kIdentity{0, 1, 2};

}  // namespace

void TransposeAxesStage::describe(StageSpec& spec) {
  spec.summary("Put the axes of an image into the order of the plans")
      .cache_version(1)
      .memory_hint("2*input");
  spec.doc("Axis i of the result is axis transpose_forward[i] of the input, as is its spacing.");
  spec.input(kImageIn, "image in raw axis order (z, y, x)");
  spec.optional_input(kLabelIn, "its label map");
  spec.input(kPlans, "plans with transpose_forward");
  spec.output(kImage, "image in the order of the plans")
      .output(kLabel, "label map, when there was one");
}

void TransposeAxesStage::process(Context& ctx) const {
  const auto& order = ctx.get(kPlans).header().transpose_forward;
  imaging::Volume image = ctx.take(kImageIn);
  if (order != kIdentity) {
    imaging::Volume result(image.channels(), reordered(image.extent(), order));
    transpose<float>(image.voxels(), image.extent(), order, result.voxels());
    result.spacing = reordered(image.spacing, order);
    result.geometry = image.geometry;
    image = std::move(result);
  }
  ctx.emit(kImage, std::move(image));
  if (!ctx.has(kLabelIn)) return;
  imaging::LabelMap label = ctx.take(kLabelIn);
  if (order != kIdentity) {
    imaging::LabelMap result(reordered(label.extent(), order));
    transpose<std::int16_t>(label.voxels(), label.extent(), order, result.voxels());
    result.spacing = reordered(label.spacing, order);
    result.geometry = label.geometry;
    label = std::move(result);
  }
  ctx.emit(kLabel, std::move(label));
}

}  // namespace nnflow::crop
