// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "patches/cascade_cases.hpp"

#include <utility>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/next_stage.hpp"
#include "nnflow/nnunet/store.hpp"
#include "patches/preprocessed.hpp"

namespace nnflow::patches {

CascadeCases::CascadeCases(const nnunet::ConfigurationPlan& configuration,
                           const nnunet::Plans& plans,
                           const nnunet::DatasetDescription* dataset,
                           std::string trainer,
                           const CascadeFolders& folders)
    : plans_(plans), configuration_(configuration.name), trainer_(std::move(trainer)) {
  if (configuration.previous_stage) {
    if (folders.previous.empty() && dataset == nullptr) {
      throw Error(ErrorCode::kInvalidParam,
                  "expected the parameter previous_folder or an edge to the port dataset");
    }
    previous_ = folders.previous.empty()
                    ? nnunet::previous_stage_folder(*dataset, plans, trainer_, configuration)
                    : std::filesystem::path(folders.previous);
  }
  if (dataset == nullptr) return;
  for (const std::string& name : configuration.next_stages) {
    next_.push_back(nnunet::configuration_folder(dataset_folder(folders.preprocessed, dataset),
                                                 plans.configuration(name).data_identifier));
  }
}

void CascadeCases::require(std::span<const std::string> cases) const {
  if (previous_.empty()) return;
  nnunet::require_previous_stage(previous_, cases, *plans_, trainer_,
                                 plans_->configuration(configuration_));
}

std::optional<std::filesystem::path> CascadeCases::previous(const std::string& id) const {
  if (previous_.empty()) return std::nullopt;
  return nnunet::image_file(previous_, id);
}

std::string CascadeCases::extended(std::string digest, const std::string& id) const {
  if (digest.empty()) return digest;
  for (const std::filesystem::path& folder : next_) {
    const std::filesystem::path file = nnunet::image_file(folder, id);
    digest += std::filesystem::exists(file) ? " " + extent_text(nnunet::ArrayFile(file).extent())
                                            : " none";
  }
  return digest;
}

}  // namespace nnflow::patches
