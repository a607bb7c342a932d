// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/files.hpp>

#include "io/stages.hpp"

namespace nnflow::io {
namespace {

/// `io.copy_file`: a file of a data set, copied to the same sub-folder of another one.
class CopyFileStage final : public MapStage {
 public:
  static constexpr In<nnunet::CaseFiles> kFile{"file"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};

  static void describe(StageSpec& spec) {
    spec.summary("Copy a file to the sub-folder of the same name in another data set")
        .cache_version(1)
        .writes_artifacts();
    spec.input(kFile, "the file").input(kDataset, "the data set to write to");
    spec.memory_hint("2*input");
  }
  explicit CopyFileStage(const StageConfig& /*config*/) {}

  void process(Context& ctx) const override {
    const std::filesystem::path& file = ctx.get(kFile).images.at(0);
    ctx.artifact(ctx.get(kDataset).folder / file.parent_path().filename() / file.filename())
        .write_and_commit(nnunet::read_file(file));
  }
};

}  // namespace

void add_copy_file(Registry& registry) { registry.add<CopyFileStage>("io.copy_file"); }

}  // namespace nnflow::io
