// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/plans_reader.hpp>
#include <nnflow/nnunet/reader_writer.hpp>
#include <string>

#include "io/label_files.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

struct WriteClassFilesParams {
  std::string folder;
};

/// `io.write_class_files`: a segmentation as one mask a label.
class WriteClassFilesStage final : public MapStage {
 public:
  static constexpr In<imaging::LabelMap> kLabel{"label"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};

  static void describe(StageSpec& spec) {
    using P = WriteClassFilesParams;
    spec.summary("Write one mask for each label or region of a segmentation")
        .cache_version(1)
        .writes_artifacts();
    spec.doc(
        "Files `<folder>/<case>/predictions/<label><ending>`, 1 inside and 0 outside, also of "
        "labels that do not occur; none of background and the ignore label. As nnU-Net's script "
        "for the JHU benchmark.");
    spec.input(kLabel, "the segmentation in the grid of the original image");
    spec.input(kDataset, "names of the labels, and the file ending");
    spec.optional_input(kPlans,
                        "name the class that writes the files; else their geometry decides");
    spec.params<P>().field("folder", &P::folder, "where the folders of the cases go", Required{});
    spec.memory_hint("2*input");
  }
  explicit WriteClassFilesStage(const StageConfig& config)
      : params_(config.params<WriteClassFilesParams>()) {}

  void process(Context& ctx) const override {
    const nnunet::DatasetDescription& dataset = ctx.get(kDataset);
    const imaging::LabelMap& label = ctx.get(kLabel);
    std::shared_ptr<const nnunet::ImageReaderWriter> writer;
    const std::string name = nnunet::named_reader(ctx.has(kPlans) ? &ctx.get(kPlans) : nullptr,
                                                  &dataset, ctx.interfaces());
    if (!name.empty()) writer = nnunet::reader_writer(name, ctx.interfaces(), "writer");
    const std::filesystem::path folder =
        std::filesystem::path(params_.folder) / ctx.item() / "predictions";
    imaging::LabelMap mask = label;
    for (const auto& entry : dataset.labels.entries()) {
      const nnunet::LabelOrRegion& wanted = entry.value;
      const bool background = !wanted.is_region && wanted.contains(0);
      const auto ignore = dataset.labels.ignore_label();
      if (background || (ignore && !wanted.is_region && wanted.contains(*ignore))) continue;
      if (entry.name.empty() || entry.name.front() == '.' ||
          entry.name.find('/') != std::string::npos) {
        throw Error(ErrorCode::kInvalidData,
                    "label '" + entry.name + "' of dataset.json cannot be the name of a file");
      }
      std::transform(label.voxels().begin(), label.voxels().end(), mask.voxels().begin(),
                     [&](std::int16_t value) {
                       return static_cast<std::int16_t>(wanted.contains(value) ? 1 : 0);
                     });
      publish_labels(ctx, folder, entry.name, dataset.file_ending, mask, writer.get());
    }
  }

 private:
  const WriteClassFilesParams params_;
};

}  // namespace

void add_write_class_files(Registry& registry) {
  registry.add<WriteClassFilesStage>("io.write_class_files");
}

}  // namespace nnflow::io
