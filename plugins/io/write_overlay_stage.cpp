// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/imaging/image_io.hpp>
#include <stdexcept>
#include <string>

#include "io/case_reader.hpp"
#include "io/kernels/overlay.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

struct WriteOverlayParams {
  std::string folder;
  std::int64_t channel = 0;
  double intensity = 0.6;
};

class WriteOverlayStage final : public MapStage {
 public:
  static constexpr In<imaging::Volume> kImage{"image"};
  static constexpr In<imaging::LabelMap> kLabel{"label"};

  static void describe(StageSpec& spec) {
    spec.summary("Draw the labels over the slice that shows most of them")
        .cache_version(1)
        .writes_artifacts();
    spec.doc(
        "File `<folder>/<case>.png`, slice and colours as nnU-Net's overlays (nnunet-inference "
        "9.3).");
    spec.input(kImage, "the image").input(kLabel, "labels in the grid of the image");
    spec.params<WriteOverlayParams>()
        .field("folder", &WriteOverlayParams::folder, "where the pictures go", Required{})
        .field("channel", &WriteOverlayParams::channel, "channel of the image to show", Minimum{0})
        .field("intensity", &WriteOverlayParams::intensity, "strength of the colours",
               Range{0.0, 10.0});
    spec.memory_hint("1*input");
  }
  explicit WriteOverlayStage(const StageConfig& config)
      : params_(config.params<WriteOverlayParams>()) {}

  void process(Context& ctx) const override {
    const imaging::Volume& image = ctx.get(kImage);
    const imaging::LabelMap& labels = ctx.get(kLabel);
    const imaging::Extent3& extent = image.extent();
    if (labels.extent() != extent) {
      ctx.fail("label map has " + extent_text(labels.extent()) + ", the image " +
               extent_text(extent));
    }
    if (params_.channel >= image.channels()) {
      throw Error(ErrorCode::kInvalidParam, "channel is " + std::to_string(params_.channel) +
                                                ", the image has " +
                                                std::to_string(image.channels()) + " channels");
    }
    const auto per_slice = static_cast<std::size_t>(extent[1] * extent[2]);
    const auto begin = static_cast<std::size_t>(overlay_slice(labels.voxels(), extent)) * per_slice;
    Artifact artifact = ctx.artifact(std::filesystem::path(params_.folder) / (ctx.item() + ".png"));
    try {
      const auto picture =
          overlay_picture(image.channel(params_.channel).subspan(begin, per_slice),
                          labels.voxels().subspan(begin, per_slice), params_.intensity);
      imaging::write_png(artifact.path(), picture, extent[1], extent[2]);
    } catch (const std::invalid_argument&) {
      ctx.fail("the slice has more than " + std::to_string(kOverlayColours) +
               " label values, too many for a picture");
    }
    artifact.commit();
  }

 private:
  const WriteOverlayParams params_;
};

}  // namespace

void add_write_overlay(Registry& registry) { registry.add<WriteOverlayStage>("io.write_overlay"); }

}  // namespace nnflow::io
