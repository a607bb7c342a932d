// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/model_folder.hpp"

#include "nnflow/error.hpp"
#include "nnflow/networks/checkpoint.hpp"
#include "nnflow/nnunet/files.hpp"
#include "nnflow/nnunet/paths.hpp"

namespace nnflow::train {
namespace {

namespace fs = std::filesystem;

const std::string& dataset_name(const nnunet::Plans& plans,
                                const nnunet::DatasetDescription& dataset) {
  return plans.header().dataset_name.empty() ? dataset.name : plans.header().dataset_name;
}

}  // namespace

fs::path resolve_model_folder(const std::string& folder,
                              const std::string& trainer,
                              const std::string& configuration,
                              const nnunet::Plans& plans,
                              const nnunet::DatasetDescription& dataset) {
  if (!folder.empty()) return folder;
  const nnunet::ModelName name{trainer, plans.header().plans_name, configuration};
  return nnunet::model_folder(dataset.roots(), dataset_name(plans, dataset), name);
}

void write_model_files(const fs::path& model_folder,
                       const std::string& fingerprint,
                       const nnunet::Plans& plans,
                       const nnunet::DatasetDescription& dataset,
                       const Publish& publish) {
  publish(model_folder / "plans.json").write_and_commit(nnunet::dump_json(plans.document()));
  publish(model_folder / "dataset.json").write_and_commit(nnunet::dump_json(dataset.json));
  fs::path source = fingerprint;
  if (source.empty()) {
    const auto roots = dataset.roots();
    if (!roots.preprocessed) return;
    source = *roots.preprocessed / dataset_name(plans, dataset) / "dataset_fingerprint.json";
    if (!fs::exists(source)) return;
  }
  publish(model_folder / "dataset_fingerprint.json").write_and_commit(nnunet::read_file(source));
}

std::optional<fs::path> find_resume_checkpoint(const fs::path& fold_folder) {
  const auto epochs = [&](const char* name) -> std::int64_t {
    const fs::path path = fold_folder / name;
    return fs::exists(path) ? networks::CheckpointFile(path).info().current_epoch : -1;
  };
  const std::int64_t final_epochs = epochs(kFinalCheckpoint);
  const std::int64_t latest_epochs = epochs(kLatestCheckpoint);
  if (final_epochs >= 0 && final_epochs >= latest_epochs) return fold_folder / kFinalCheckpoint;
  if (latest_epochs >= 0) return fold_folder / kLatestCheckpoint;
  if (fs::exists(fold_folder / kBestCheckpoint)) return fold_folder / kBestCheckpoint;
  return std::nullopt;
}

}  // namespace nnflow::train
