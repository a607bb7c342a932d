// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/imaging/image_io.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/files.hpp>
#include <nnflow/nnunet/paths.hpp>
#include <string>
#include <utility>

#include "io/stages.hpp"

namespace nnflow::io {
namespace {
namespace fs = std::filesystem;

struct ConvertMsdParams {
  std::string images = "imagesTr";
};

class ConvertMsdStage final : public MapStage {
 public:
  static constexpr In<nnunet::CaseFiles> kCase{"case"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr Out<nnunet::CaseFiles> kWritten{"case"};

  static void describe(StageSpec& spec) {
    using P = ConvertMsdParams;
    spec.summary("Write a case of the Medical Segmentation Decathlon as nnU-Net expects it")
        .cache_version(1)
        .writes_artifacts();
    spec.doc(
        "A 4D image becomes one 3D file a channel, `<case>_0000.nii.gz` and so on, of the same "
        "voxel type and place in space; other images and the labels are copied byte by byte "
        "(nnunet-data 2.9).");
    spec.input(kCase, "image file, and label file where there is one");
    spec.input(kDataset, "the data set to write to, and the number of its channels");
    spec.output(kWritten, "the files written");
    spec.params<P>().field("images", &P::images, "sub-folder of the images",
                           Choices{{"imagesTr", "imagesTs"}});
    spec.memory_hint("2*input");
  }
  explicit ConvertMsdStage(const StageConfig& config)
      : params_(config.params<ConvertMsdParams>()) {}

  void process(Context& ctx) const override {
    const nnunet::CaseFiles& files = ctx.get(kCase);
    const nnunet::DatasetDescription& dataset = ctx.get(kDataset);
    const fs::path& image = files.images.at(0);
    const std::int64_t channels = imaging::probe_image(image).channels;
    if (channels != static_cast<std::int64_t>(dataset.channels.size())) {
      ctx.fail(image.string() + ": image has " + std::to_string(channels) +
               " channels, dataset.json declares " + std::to_string(dataset.channels.size()));
    }
    nnunet::CaseFiles written{files.id, {}, {}};
    const auto target = [&](std::int64_t channel) {
      written.images.push_back(dataset.folder / params_.images /
                               nnunet::channel_file_name(files.id, channel, dataset.file_ending));
      return written.images.back();
    };
    if (channels == 1) {
      ctx.artifact(target(0)).write_and_commit(nnunet::read_file(image));
    } else {
      const imaging::FrameFile frames(image);
      for (std::int64_t frame = 0; frame < frames.frames(); ++frame) {
        Artifact artifact = ctx.artifact(target(frame));
        frames.write(frame, artifact.path(), dataset.file_ending);
        artifact.commit();
      }
    }
    if (files.label) {
      written.label = dataset.folder / "labelsTr" / (files.id + dataset.file_ending);
      ctx.artifact(*written.label).write_and_commit(nnunet::read_file(*files.label));
    }
    ctx.emit(kWritten, std::move(written));
  }

 private:
  const ConvertMsdParams params_;
};

}  // namespace

void add_convert_msd(Registry& registry) { registry.add<ConvertMsdStage>("io.convert_msd"); }

}  // namespace nnflow::io
