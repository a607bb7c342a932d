// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "train/trainer.hpp"

namespace nnflow::train {

/// nnU-Net's `debug.json` (nnunet-training 5.8): how a fold is trained, every value a text. For
/// people; nothing reads it. Equal for equal trainings on one machine: folders, times and numbers
/// of threads are left out.
[[nodiscard]] nnunet::Json debug_info(const TrainerOptions& options,
                                      std::int64_t batch_size,
                                      const nnunet::Plans& plans,
                                      const nnunet::DatasetDescription& dataset);

}  // namespace nnflow::train
