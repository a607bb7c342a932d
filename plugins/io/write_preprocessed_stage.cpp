// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <nnflow/nnunet/store.hpp>
#include <string>

#include "io/stages.hpp"

namespace nnflow::io {
namespace {

struct WritePreprocessedParams {
  std::string configuration = "3d_fullres";
  std::string folder;
};

class WritePreprocessedStage final : public MapStage {
 public:
  static constexpr In<imaging::Volume> kImage{"image"};
  static constexpr In<imaging::LabelMap> kLabel{"label"};
  static constexpr In<nnunet::CaseProperties> kProperties{"properties"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};

  static void describe(StageSpec& spec) {
    spec.summary("Write a preprocessed case as nnU-Net stores it")
        .cache_version(1)
        .writes_artifacts();
    spec.doc(
        "Files `<case>.b2nd`, `<case>_seg.b2nd` and `<case>.pkl` in `<folder>/<data identifier>` "
        "(nnunet-data 7).");
    spec.input(kImage, "the preprocessed image")
        .optional_input(kLabel, "the preprocessed label map");
    spec.input(kProperties, "what the exporter needs to know of the case");
    spec.input(kPlans, "names the data identifier and the patch size, which decides the chunks");
    spec.optional_input(kDataset, "names the folder where the parameter does not");
    spec.params<WritePreprocessedParams>()
        .field("configuration", &WritePreprocessedParams::configuration,
               "configuration of the plans")
        .field("folder", &WritePreprocessedParams::folder,
               "folder of the preprocessed data set; empty: that of `dataset`");
    spec.memory_hint("2*input");
  }
  explicit WritePreprocessedStage(const StageConfig& config)
      : params_(config.params<WritePreprocessedParams>()) {}

  void process(Context& ctx) const override {
    const auto& plan = ctx.get(kPlans).configuration(params_.configuration);
    const std::filesystem::path root =
        params_.folder.empty()
            ? ctx.get(kDataset).roots().require_preprocessed() / ctx.get(kDataset).name
            : std::filesystem::path(params_.folder);
    const auto folder = root / plan.data_identifier;
    const auto publish = [&](const std::string& ending, const auto& write) {
      Artifact artifact = ctx.artifact(folder / (ctx.item() + ending));
      write(artifact.path());
      artifact.commit();
    };
    const imaging::Volume& image = ctx.get(kImage);
    if (ctx.has(kLabel)) {
      const imaging::LabelMap& label = ctx.get(kLabel);
      publish("_seg.b2nd", [&](const auto& path) {
        nnunet::write_seg_array(path, label.voxels(), label.extent(), plan.patch_size);
      });
    }
    publish(".pkl", [&](const auto& path) { ctx.get(kProperties).write(path); });
    // Last: a reader takes a case for complete once its image is there.
    publish(".b2nd", [&](const auto& path) {
      nnunet::write_image_array(path, image.voxels(), image.channels(), image.extent(),
                                plan.patch_size);
    });
  }

 private:
  const WritePreprocessedParams params_;
};

}  // namespace

void add_write_preprocessed(Registry& registry) {
  registry.add<WritePreprocessedStage>("io.write_preprocessed");
}

}  // namespace nnflow::io
