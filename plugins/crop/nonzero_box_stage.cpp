// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "crop/kernels/nonzero_box.hpp"
#include "crop/stages.hpp"

namespace nnflow::crop {
namespace {

using imaging::Extent3;

std::string text(const Extent3& e) {
  return "(" + std::to_string(e[0]) + ", " + std::to_string(e[1]) + ", " + std::to_string(e[2]) +
         ")";
}

/// Spacing in raw array order: that of the file where it is a permutation of the image's.
imaging::Spacing3 raw_spacing(const imaging::Volume& image) {
  const auto& s = image.geometry.spacing;
  const double depth = image.geometry.dimension == 2 ? 999.0 * std::max(s[0], s[1]) : s[2];
  const imaging::Spacing3 raw{depth, s[1], s[0]};
  return std::is_permutation(raw.begin(), raw.end(), image.spacing.begin()) ? raw : image.spacing;
}

}  // namespace

void NonzeroBoxStage::describe(StageSpec& spec) {
  spec.summary("Crop an image to the box of its non-zero voxels")
      .cache_version(3)
      .memory_hint("3*input");
  spec.doc(
      "The mask is where any channel is not zero, with its holes filled. Background labels outside "
      "the mask become -1; "
      "without a label map one is made that is 0 inside the mask and -1 outside. An image of zeros "
      "stays whole.");
  spec.input(kImageIn, "image");
  spec.optional_input(kLabelIn, "its label map, of the same extent");
  spec.output(kImage, "cropped image")
      .output(kLabel, "cropped label map, -1 outside the mask")
      .output(kProperties, "what is needed to put a result back into the image");
}

void NonzeroBoxStage::process(Context& ctx) const {
  imaging::Volume image = ctx.take(kImageIn);
  const Extent3 extent = image.extent();
  std::span<const std::int16_t> labels;
  if (ctx.has(kLabelIn)) {
    const imaging::LabelMap& label = ctx.get(kLabelIn);
    if (label.extent() != extent) {
      ctx.fail("the label map has the extent " + text(label.extent()) +
               ", expected that of the image, " + text(extent));
    }
    labels = label.voxels();
  }
  auto mask = nonzero_mask(image.voxels(), extent);
  fill_holes(mask, extent);
  const imaging::Box3 box = bounding_box(mask, extent);

  imaging::LabelMap label(box.extent());
  crop_labels(labels, mask, extent, box, label.voxels());
  label.spacing = image.spacing;
  label.geometry = image.geometry;

  nnunet::CaseProperties properties;
  properties.geometry = image.geometry;
  properties.spacing = raw_spacing(image);
  properties.shape_before_cropping = extent;
  properties.bbox_used_for_cropping = box;
  properties.shape_after_cropping_and_before_resampling = box.extent();

  if (box.extent() != extent) {
    imaging::Volume cropped(image.channels(), box.extent());
    crop_channels(image.voxels(), extent, box, cropped.voxels());
    cropped.spacing = image.spacing;
    cropped.geometry = image.geometry;
    image = std::move(cropped);
  }
  ctx.emit(kImage, std::move(image));
  ctx.emit(kLabel, std::move(label));
  ctx.emit(kProperties, std::move(properties));
}

}  // namespace nnflow::crop
