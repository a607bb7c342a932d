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

struct OpenV1Params {
  std::string folder;
  std::string name;
  std::string out;
};

/// `io.open_v1`: a data set of nnU-Net's first version.
class OpenV1Stage final : public ReduceStage {
 public:
  static constexpr OnceOut<nnunet::DatasetDescription> kDataset{"dataset"};

  static void describe(StageSpec& spec) {
    using P = OpenV1Params;
    spec.summary("Open a data set of nnU-Net v1 for conversion").cache_version(1);
    spec.doc(
        "Checks the new name and what lies in the folder, and that the number is free in all of "
        "nnU-Net's folders; the data set's own unfinished or equal conversion may be there.");
    spec.output(kDataset, "the data set that is to be written");
    // Its result depends on the files in the folders, which no key describes.
    spec.nondeterministic();
    spec.params<P>()
        .field("folder", &P::folder, "folder of the old data set, with imagesTr and labelsTr",
               Required{})
        .field("name", &P::name, "name of the new one, such as Dataset004_Hippocampus", Required{})
        .field("out", &P::out, "where the data set's folder is made; empty: $nnUNet_raw");
  }
  explicit OpenV1Stage(const StageConfig& config) : params_(config.params<OpenV1Params>()) {}

  void finish(Context& ctx) override {
    const std::string& name = params_.name;
    const bool good = nnunet::dataset_id(name) && name.size() > 11 && name[10] == '_' &&
                      name.find('/') == std::string::npos;
    if (!good) {
      throw Error(ErrorCode::kInvalidParam,
                  "name: got '" + name + "', expected DatasetXXX_NAME with a number of 3 digits");
    }
    const fs::path folder(params_.folder);
    std::error_code ignored;
    std::string missing;
    for (const char* const sub : {"imagesTr", "labelsTr"}) {
      if (!fs::is_directory(folder / sub, ignored)) missing += std::string(" ") += sub;
    }
    if (!fs::is_regular_file(folder / "dataset.json", ignored)) missing += " dataset.json";
    if (!missing.empty()) {
      throw Error(ErrorCode::kIo,
                  folder.string() + ": is no data set of nnU-Net v1, it has no" + missing);
    }
    const std::string source = (folder / "dataset.json").string();
    nnunet::Json json = converted_v1_json(nnunet::read_json(source), source);
    const fs::path root = params_.out.empty() ? nnunet::Roots::from_environment().require_raw()
                                              : fs::absolute(params_.out).lexically_normal();
    require_free_number(root / name, json);
    ctx.emit(kDataset, nnunet::DatasetDescription::from_json(std::move(json), root / name, source));
  }

 private:
  const OpenV1Params params_;
};

}  // namespace

void add_open_v1(Registry& registry) { registry.add<OpenV1Stage>("io.open_v1"); }

}  // namespace nnflow::io
