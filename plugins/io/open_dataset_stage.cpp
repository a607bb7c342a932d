// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/files.hpp>
#include <nnflow/nnunet/folder_contents.hpp>
#include <nnflow/nnunet/plans_reader.hpp>
#include <nnflow/nnunet/py_json.hpp>
#include <string>
#include <utility>

#include "io/dataset_place.hpp"
#include "io/integrity.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

struct OpenDatasetParams {
  std::string dataset;
  std::string workspace;
  bool check = true;
  std::string plans;
  std::string predictions;
  std::string copies;
  bool preprocessed = false;
};

/// The plans that name the class of reader, if any do.
std::filesystem::path plans_file(const OpenDatasetParams& params) {
  std::error_code ignored;
  if (params.plans.empty()) {
    if (params.predictions.empty()) return {};
    std::filesystem::path beside = std::filesystem::path(params.predictions) / "plans.json";
    return std::filesystem::exists(beside, ignored) ? beside : std::filesystem::path();
  }
  std::filesystem::path file = params.plans;
  if (std::filesystem::is_directory(file, ignored)) file /= "plans.json";
  if (!std::filesystem::exists(file, ignored)) {
    throw Error(ErrorCode::kIo,
                "plans: " + file.string() +
                    ": no such file; expected the plans.json that names the reader of the files");
  }
  return file;
}

class OpenDatasetStage final : public ReduceStage {
 public:
  static constexpr OnceOut<nnunet::DatasetDescription> kDataset{"dataset"};

  static void describe(StageSpec& spec) {
    spec.summary("Open a raw nnU-Net data set").cache_version(1);
    spec.doc(
        "Reads dataset.json and checks what shows without opening an image: folders, files, the "
        "number of cases and "
        "channels, the labels. All findings are reported at once.");
    spec.output(kDataset, "what dataset.json says");
    // Its result depends on the files in the folder, which no key describes.
    spec.nondeterministic();
    spec.params<OpenDatasetParams>()
        .field("dataset", &OpenDatasetParams::dataset,
               "a folder, a name or number of a folder below $nnUNet_raw, or a dataset.json file",
               Required{})
        .field("workspace", &OpenDatasetParams::workspace,
               "parent of nnUNet_preprocessed and nnUNet_results; empty: the environment variables "
               "of these names")
        .field("check", &OpenDatasetParams::check,
               "compare dataset.json with the files in the folder")
        .field("plans", &OpenDatasetParams::plans,
               "plans.json, or the folder that holds it: the class that it names, not that of "
               "dataset.json, reads and writes the files")
        .field("predictions", &OpenDatasetParams::predictions,
               "without plans: a folder of predictions, whose plans.json, if it has one, counts")
        .field("copies", &OpenDatasetParams::copies,
               "folder that gets copies of dataset.json and of these plans; empty: none")
        .field("preprocessed", &OpenDatasetParams::preprocessed,
               "a data set that is named and has no raw folder is that of its preprocessed folder");
  }
  explicit OpenDatasetStage(const StageConfig& config)
      : params_(config.params<OpenDatasetParams>()) {}

  void finish(Context& ctx) override {
    // A dataset.json by itself (of a model, of a folder of predictions) has no cases to compare.
    std::error_code ignored;
    const std::filesystem::path given(params_.dataset);
    if (given.extension() == ".json" && !std::filesystem::exists(given, ignored) && !ignored) {
      throw Error(ErrorCode::kIo,
                  params_.dataset + ": no such file; expected the dataset.json with the labels");
    }
    nnunet::require_results_folder(params_.copies);
    const DatasetPlace place =
        find_dataset(params_.dataset, params_.workspace, params_.preprocessed);
    nnunet::DatasetDescription dataset = nnunet::DatasetDescription::read_file(place.file);
    if (params_.check && place.raw) require_integrity(dataset);
    dataset.workspace = params_.workspace;
    const std::filesystem::path plans = plans_file(params_);
    if (!plans.empty()) nnunet::take_reader_of_plans(plans, ctx.interfaces(), dataset);
    if (!params_.copies.empty()) copy_to(ctx, dataset, plans);
    ctx.emit(kDataset, std::move(dataset));
  }

 private:
  /// So that what treats the results later finds them there, as beside predictions.
  void copy_to(Context& ctx,
               const nnunet::DatasetDescription& dataset,
               const std::filesystem::path& plans) const {
    const std::filesystem::path folder = params_.copies;
    ctx.artifact(folder / "dataset.json").write_and_commit(nnunet::dump_json(dataset.json));
    if (!plans.empty())
      ctx.artifact(folder / "plans.json").write_and_commit(nnunet::read_file(plans));
  }

  const OpenDatasetParams params_;
};

}  // namespace

void add_open_dataset(Registry& registry) { registry.add<OpenDatasetStage>("io.open_dataset"); }

}  // namespace nnflow::io
