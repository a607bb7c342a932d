// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "fingerprint/stages.hpp"

namespace nnflow::fingerprint {

void CaseStatisticsStage::describe(StageSpec& spec) {
  spec.summary("Gather the foreground intensities and shapes of one case")
      .cache_version(1)
      .memory_hint("1*input");
  spec.doc(
      "Foreground is every label above 0, the ignore label included. Expects a case in raw axis "
      "order.");
  spec.input(kImage, "image cropped to its non-zero box, raw intensities");
  spec.input(kLabel, "its label map, of the same extent");
  spec.input(kProperties, "shapes before and after the crop, and the voxel size");
  spec.output(kStatistics,
              "foreground intensities per channel in scan order, shapes and voxel size");
}

void CaseStatisticsStage::process(Context& ctx) const {
  const imaging::Volume& image = ctx.get(kImage);
  const imaging::LabelMap& label = ctx.get(kLabel);
  const nnunet::CaseProperties& properties = ctx.get(kProperties);
  if (label.extent() != image.extent())
    ctx.fail("the label map and the image have different extents");
  nnunet::CaseStatistics statistics;
  statistics.id = ctx.item();
  statistics.shape_before_crop = properties.shape_before_cropping;
  statistics.shape_after_crop = image.extent();
  statistics.spacing = properties.spacing;
  statistics.relative_size_after_cropping =
      static_cast<double>(imaging::voxel_count(image.extent())) /
      static_cast<double>(imaging::voxel_count(properties.shape_before_cropping));
  for (std::int64_t c = 0; c < image.channels(); ++c) {
    statistics.foreground_intensities.push_back(
        foreground_values(image.channel(c), label.voxels()));
  }
  ctx.emit(kStatistics, std::move(statistics));
}

}  // namespace nnflow::fingerprint
