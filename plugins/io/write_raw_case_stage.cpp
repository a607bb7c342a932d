// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <nnflow/imaging/image_io.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/paths.hpp>
#include <string>
#include <utility>

#include "io/label_files.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {
namespace fs = std::filesystem;

struct WriteRawCaseParams {
  std::string folder;
  std::string images = "imagesTr";
  std::string labels = "labelsTr";
  std::string file_ending = ".nii.gz";
};

class WriteRawCaseStage final : public MapStage {
 public:
  static constexpr In<imaging::Volume> kImage{"image"};
  static constexpr In<imaging::LabelMap> kLabel{"label"};
  static constexpr Out<nnunet::CaseFiles> kCase{"case"};

  static void describe(StageSpec& spec) {
    spec.summary("Write a case into a raw nnU-Net data set").cache_version(1).writes_artifacts();
    spec.doc(
        "Files `<images>/<case>_CCCC<ending>`, one a channel, and `<labels>/<case><ending>` "
        "(nnunet-data 2.1).");
    spec.input(kImage, "all channels").optional_input(kLabel, "the label map");
    spec.output(kCase, "the files written");
    spec.params<WriteRawCaseParams>()
        .field("folder", &WriteRawCaseParams::folder, "folder of the data set", Required{})
        .field("images", &WriteRawCaseParams::images, "sub-folder of the images")
        .field("labels", &WriteRawCaseParams::labels, "sub-folder of the label maps")
        .field("file_ending", &WriteRawCaseParams::file_ending, "ending with its dot")
        .check([](const WriteRawCaseParams& p) { return check_ending(p.file_ending); });
    spec.memory_hint("2*input");
  }
  explicit WriteRawCaseStage(const StageConfig& config)
      : params_(config.params<WriteRawCaseParams>()) {}

  void process(Context& ctx) const override {
    const imaging::Volume& image = ctx.get(kImage);
    nnunet::CaseFiles files{ctx.item(), {}, {}};
    for (std::int64_t c = 0; c < image.channels(); ++c) {
      Artifact artifact =
          ctx.artifact(fs::path(params_.folder) / params_.images /
                       nnunet::channel_file_name(ctx.item(), c, params_.file_ending));
      write_channel(artifact.path(), image, c);
      artifact.commit();
      files.images.push_back(artifact.target());
    }
    if (ctx.has(kLabel)) {
      const fs::path folder = fs::path(params_.folder) / params_.labels;
      publish_labels(ctx, folder, ctx.item(), params_.file_ending, ctx.get(kLabel));
      files.label = folder / (ctx.item() + params_.file_ending);
    }
    ctx.emit(kCase, std::move(files));
  }

 private:
  void write_channel(const fs::path& path,
                     const imaging::Volume& image,
                     std::int64_t channel) const {
    if (image.channels() == 1) return imaging::write_image(path, image, params_.file_ending);
    imaging::Volume one(1, image.extent());
    one.spacing = image.spacing;
    one.geometry = image.geometry;
    std::ranges::copy(image.channel(channel), one.voxels().begin());
    imaging::write_image(path, one, params_.file_ending);
  }

  const WriteRawCaseParams params_;
};

}  // namespace

void add_write_raw_case(Registry& registry) {
  registry.add<WriteRawCaseStage>("io.write_raw_case");
}

}  // namespace nnflow::io
