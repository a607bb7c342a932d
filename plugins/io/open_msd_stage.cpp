// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/paths.hpp>
#include <nnflow/nnunet/py_json.hpp>
#include <string>

#include "io/msd_folder.hpp"
#include "io/old_description.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {
namespace fs = std::filesystem;

struct OpenMsdParams {
  std::string folder;
  std::string out;
  std::int64_t id = -1;
};

class OpenMsdStage final : public ReduceStage {
 public:
  static constexpr OnceOut<nnunet::DatasetDescription> kDataset{"dataset"};

  static void describe(StageSpec& spec) {
    using P = OpenMsdParams;
    spec.summary("Open a data set of the Medical Segmentation Decathlon for conversion")
        .cache_version(1);
    spec.doc(
        "Checks the folder's name and what lies in it, and that the number is free in all of "
        "nnU-Net's folders; the data set's own unfinished or equal conversion may be there "
        "(nnunet-data 2.9).");
    spec.output(kDataset, "the data set that is to be written");
    // Its result depends on the files in the folders, which no key describes.
    spec.nondeterministic();
    spec.params<P>()
        .field("folder", &P::folder, "the unpacked folder, named like Task04_Hippocampus",
               Required{})
        .field("out", &P::out, "where the data set's folder is made; empty: $nnUNet_raw")
        .field("id", &P::id, "number of the data set; -1 is that of the task", Range{-1, 999});
  }
  explicit OpenMsdStage(const StageConfig& config) : params_(config.params<OpenMsdParams>()) {}

  void finish(Context& ctx) override {
    const fs::path folder(params_.folder);
    const std::string name = msd_target_name(folder, params_.id);
    std::error_code ignored;
    std::string missing;
    for (const char* const sub : {"imagesTr", "imagesTs", "labelsTr"}) {
      if (!fs::is_directory(folder / sub, ignored)) missing += std::string(" ") += sub;
    }
    if (!fs::is_regular_file(folder / "dataset.json", ignored)) missing += " dataset.json";
    if (!missing.empty()) {
      throw Error(ErrorCode::kInvalidData,
                  folder.string() + ": is no data set of the Decathlon, it has no" + missing);
    }
    const std::string source = (folder / "dataset.json").string();
    nnunet::Json json = converted_msd_json(nnunet::read_json(source), source);
    const fs::path root = params_.out.empty() ? nnunet::Roots::from_environment().require_raw()
                                              : fs::absolute(params_.out).lexically_normal();
    require_free_number(root / name, json);
    ctx.emit(kDataset, nnunet::DatasetDescription::from_json(std::move(json), root / name, source));
  }

 private:
  const OpenMsdParams params_;
};

}  // namespace

void add_open_msd(Registry& registry) { registry.add<OpenMsdStage>("io.open_msd"); }

}  // namespace nnflow::io
