// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/plans_reader.hpp>
#include <nnflow/nnunet/reader_writer.hpp>
#include <optional>
#include <string>

#include "io/label_files.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

struct WriteSegmentationParams {
  std::string folder;
  std::optional<std::string> file_ending;
};

class WriteSegmentationStage final : public MapStage {
 public:
  static constexpr In<imaging::LabelMap> kLabel{"label"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};

  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};

  static void describe(StageSpec& spec) {
    spec.summary("Write a segmentation with the geometry of the image it belongs to")
        .cache_version(3)
        .writes_artifacts();
    spec.doc(
        "File `<folder>/<case><ending>`, 8 bit below label 255, else 16 bit, compressed "
        "(nnunet-inference 4.5). An image that its reader turned is turned back, and NIfTI files "
        "of "
        "nibabel's readers keep their affine.");
    spec.input(kLabel, "the segmentation in the grid of the original image");
    spec.optional_input(kDataset,
                        "gives the file ending where the parameter does not, and names the class "
                        "that writes the files where plans do not");
    spec.optional_input(kModel, "a relative folder lies in the folder of this model's fold");
    spec.optional_input(kPlans,
                        "name the class that writes the files; else their geometry decides");
    spec.params<WriteSegmentationParams>()
        .field("folder", &WriteSegmentationParams::folder, "where the files go", Required{})
        .field("file_ending", &WriteSegmentationParams::file_ending,
               "ending with its dot; null: that of the data set, else .nii.gz")
        .check([](const WriteSegmentationParams& p) {
          return p.file_ending ? check_ending(*p.file_ending) : "";
        });
    spec.memory_hint("1*input");
  }
  explicit WriteSegmentationStage(const StageConfig& config)
      : params_(config.params<WriteSegmentationParams>()) {}

  void process(Context& ctx) const override {
    std::string ending = ".nii.gz";
    if (params_.file_ending) {
      ending = *params_.file_ending;
    } else if (ctx.has(kDataset)) {
      ending = ctx.get(kDataset).file_ending;
    }
    const std::filesystem::path folder = ctx.has(kModel) ? ctx.get(kModel).place(params_.folder)
                                                         : std::filesystem::path(params_.folder);
    std::shared_ptr<const nnunet::ImageReaderWriter> writer;
    const std::string name =
        nnunet::named_reader(ctx.has(kPlans) ? &ctx.get(kPlans) : nullptr,
                             ctx.has(kDataset) ? &ctx.get(kDataset) : nullptr, ctx.interfaces());
    if (!name.empty()) writer = nnunet::reader_writer(name, ctx.interfaces(), "writer");
    publish_labels(ctx, folder, ctx.item(), ending, ctx.get(kLabel), writer.get());
  }

 private:
  const WriteSegmentationParams params_;
};

}  // namespace

void add_write_segmentation(Registry& registry) {
  registry.add<WriteSegmentationStage>("io.write_segmentation");
}

}  // namespace nnflow::io
