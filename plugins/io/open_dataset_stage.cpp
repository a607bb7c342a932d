// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/files.hpp>
#include <nnflow/nnunet/folder_contents.hpp>
#include <nnflow/nnunet/paths.hpp>
#include <nnflow/nnunet/plans_reader.hpp>
#include <nnflow/nnunet/py_json.hpp>
#include <string>
#include <utility>

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

/// Of a data set that is named, its raw folder; or, where there is none and that will do, its
/// preprocessed folder, which has a copy of dataset.json.
std::filesystem::path dataset_json(const OpenDatasetParams& params) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::is_regular_file(params.dataset, ignored)) return params.dataset;
  auto roots = nnunet::Roots::from_environment();
  if (!params.workspace.empty()) {
    const fs::path workspace = params.workspace;
    roots.preprocessed = workspace / "nnUNet_preprocessed";
    roots.results = workspace / "nnUNet_results";
    const fs::path raw = workspace / "nnUNet_raw";
    if (!roots.raw && fs::is_directory(raw, ignored)) roots.raw = raw;
  }
  const bool is_name = params.dataset.find('/') == std::string::npos &&
                       !fs::is_directory(params.dataset, ignored);
  if (params.preprocessed && is_name && roots.preprocessed) {
    const std::string name = nnunet::dataset_name(params.dataset, roots);
    const fs::path copied = *roots.preprocessed / name / "dataset.json";
    const bool has_raw = roots.raw && fs::is_directory(*roots.raw / name, ignored);
    if (!has_raw && fs::exists(copied, ignored)) return copied;
  }
  const fs::path folder = nnunet::find_raw_dataset(params.dataset, roots);
  const fs::path file = folder / "dataset.json";
  if (!fs::exists(file, ignored) && !ignored && fs::is_directory(folder / "imagesTr", ignored)) {
    throw Error(ErrorCode::kIo,
                file.string() + ": no such file; 'nnflow generate_dataset_json " + folder.string() +
                    " --channel-names NAME... --labels NAME...' writes it");
  }
  return file;
}

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
    const bool lone_file = std::filesystem::is_regular_file(given, ignored);
    if (given.extension() == ".json" && !std::filesystem::exists(given, ignored) && !ignored) {
      throw Error(ErrorCode::kIo,
                  params_.dataset + ": no such file; expected the dataset.json with the labels");
    }
    nnunet::require_results_folder(params_.copies);
    const std::filesystem::path file = dataset_json(params_);
    nnunet::DatasetDescription dataset = nnunet::DatasetDescription::read_file(file);
    const bool raw = std::filesystem::is_directory(file.parent_path() / "imagesTr", ignored) ||
                     !params_.preprocessed;
    if (params_.check && !lone_file && raw) require_integrity(dataset);
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
