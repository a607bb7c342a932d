// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "nnflow/artifact.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/plans.hpp"

namespace nnflow::train {

/// Starts a file that appears whole (Context::artifact).
using Publish = std::function<Artifact(const std::filesystem::path&)>;

inline constexpr const char* kFinalCheckpoint = "checkpoint_final.pth";
inline constexpr const char* kProgress = "progress.png";
/// Read by TensorBoard, which looks for `tfevents` in names.
inline constexpr const char* kScalarEvents = "events.out.tfevents.nnflow";
inline constexpr const char* kLatestCheckpoint = "checkpoint_latest.pth";
inline constexpr const char* kBestCheckpoint = "checkpoint_best.pth";

/// `folder` if given, else `$nnUNet_results/<dataset>/<trainer>__<plans>__<configuration>`.
[[nodiscard]] std::filesystem::path resolve_model_folder(const std::string& folder,
                                                         const std::string& trainer,
                                                         const std::string& configuration,
                                                         const nnunet::Plans& plans,
                                                         const nnunet::DatasetDescription& dataset);

/// Writes plans.json and dataset.json, and copies dataset_fingerprint.json from `fingerprint`, or
/// from the preprocessed data set if that is empty and the file is there.
void write_model_files(const std::filesystem::path& model_folder,
                       const std::string& fingerprint,
                       const nnunet::Plans& plans,
                       const nnunet::DatasetDescription& dataset,
                       const Publish& publish);

/// The checkpoint from which a fold's training goes on: of final and latest the one with more
/// epochs behind it, else best, else none (nnunet-training 5.4).
[[nodiscard]] std::optional<std::filesystem::path> find_resume_checkpoint(
    const std::filesystem::path& fold_folder);

}  // namespace nnflow::train
