// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "nnflow/nnunet/splits.hpp"
#include "train/model_folder.hpp"
#include "train/trainer.hpp"

namespace nnflow::train {

/// Lies beside the checkpoints of a fold and says what they were trained from.
inline constexpr const char* kTrainingRecord = "nnflow_training.json";

/// The preprocessed cases of a fold.
struct FoldCases {
  std::filesystem::path folder;
  nnunet::Split split;
  std::filesystem::path previous;  ///< of a cascade: label maps of its previous stage
};

/// The cases of `fold` in the preprocessed folder of a data set or of the configuration; `previous`
/// is taken as it is.
[[nodiscard]] FoldCases fold_cases(const std::filesystem::path& preprocessed,
                                   const nnunet::ConfigurationPlan& configuration,
                                   const nnunet::Splits& splits,
                                   const std::string& fold,
                                   std::filesystem::path previous = {});

/// Everything that decides the weights of a fold and that a resumed training must find unchanged:
/// `parameters`, `plans` (the resolved configuration, and what normalisation and prediction take
/// from the header), `dataset` (channels and labels), and with `cases` the `split` and a digest of
/// each case's preprocessed files, of a cascade with those of its previous stage, and with
/// `upstream` (Context::upstream) the `stages` that make the batches: sampling and augmentation.
/// Long values are there as digests. Left out is what a user may change: epochs, device,
/// compute_threads, checkpoint_every, and of the stages the epochs and what decides nothing (where
/// the preprocessed cases lie, how many are kept open). Throws Error(kIo) for a case file that
/// cannot be read.
[[nodiscard]] nnunet::Json training_record(const TrainerOptions& options,
                                           std::int64_t batch_size,
                                           const nnunet::Plans& plans,
                                           const nnunet::DatasetDescription& dataset,
                                           const std::optional<FoldCases>& cases,
                                           const nnunet::Json& upstream);

/// What differs, one text each, with old and new value where they are short. A section that one of
/// the two lacks is not compared.
[[nodiscard]] std::vector<std::string> record_differences(const nnunet::Json& before,
                                                          const nnunet::Json& now);

/// Compares `record` with the one beside `checkpoint`; false when there is none, as beside those of
/// Python nnU-Net. Throws Error(kInvalidData) naming every difference, the checkpoint and how
/// `stage` starts anew.
bool check_training_record(const std::filesystem::path& checkpoint,
                           const nnunet::Json& record,
                           const std::string& stage);

/// Before the first step: `anew` removes the fold's checkpoints, so that no later run takes them
/// for those of this training; then the record is written.
void begin_fold(const std::filesystem::path& fold_folder,
                const nnunet::Json& record,
                bool anew,
                const Publish& publish);

}  // namespace nnflow::train
