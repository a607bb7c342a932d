// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/files.hpp>

#include "io/reference_files.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

/// `io.copy_reference`: a training case's label file, copied beside the preprocessed data.
class CopyReferenceStage final : public MapStage {
 public:
  static constexpr In<nnunet::CaseFiles> kCase{"case"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};

  static void describe(StageSpec& spec) {
    spec.summary("Copy the reference segmentation of a training case to the preprocessed data set")
        .cache_version(1)
        .writes_artifacts();
    spec.doc("File `gt_segmentations/<case><ending>` (nnunet-data 2.1).");
    spec.input(kCase, "names the label file")
        .input(kDataset, "where the preprocessed data set lies");
  }
  explicit CopyReferenceStage(const StageConfig& /*config*/) {}

  void process(Context& ctx) const override {
    const nnunet::CaseFiles& files = ctx.get(kCase);
    if (!files.label) return;
    const auto& dataset = ctx.get(kDataset);
    ctx.artifact(reference_folder(dataset) / (files.id + dataset.file_ending))
        .write_and_commit(nnunet::read_file(*files.label));
  }
};

}  // namespace

void add_copy_reference(Registry& registry) {
  registry.add<CopyReferenceStage>("io.copy_reference");
}

}  // namespace nnflow::io
