// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <string>
#include <vector>

#include "predict/model_files.hpp"

namespace nnflow::predict {

/// What a model folder says, before any weights are loaded.
struct ModelFolder {
  nnunet::TrainedModel model;
  nnunet::Plans plans;
  nnunet::DatasetDescription dataset;
};

/// Reads plans.json, dataset.json and the first fold's checkpoint (nnunet-inference 2):
/// configuration, mirroring axes and trainer come from that checkpoint. No folds: all that have the
/// checkpoint, without `all`. Throws Error naming the folder and everything that is missing, a
/// configuration that the plans do not have, and a trainer whose network is not the one of the
/// plans; `accepted_trainer` names one to take all the same.
[[nodiscard]] ModelFolder open_model_folder(const ModelFiles& files,
                                            std::vector<std::string> folds,
                                            const std::string& checkpoint,
                                            const std::string& accepted_trainer);

}  // namespace nnflow::predict
