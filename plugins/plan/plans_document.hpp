// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/fingerprint.hpp>
#include <nnflow/nnunet/plans.hpp>

namespace nnflow::plan {

/// What a user may change about planning. The defaults give the reference's default plans.
struct PlanOptions {
  std::string planner = "ExperimentPlanner";
  std::string plans_name;                        ///< empty: the planner's own
  double gpu_memory_target = 0.0;                ///< GB; 0: the planner's own
  std::vector<double> overwrite_target_spacing;  ///< mm, raw axis order; empty: from the data
  std::string preprocessor_name = "DefaultPreprocessor";
  /// Features per stage of every network; the last entry serves all further stages. Empty: the
  /// planner's own. Patch and batch size are planned as if the features were the planner's own.
  std::vector<std::int64_t> features;
  std::int64_t batch_size = 0;      ///< of every configuration; 0: the planner's own
  bool suppress_transpose = false;  ///< keep the axis order of the raw data
  std::string image_reader_writer;  ///< class that reads the images; empty: by the file ending
};

/// The plans document for a data set (nnunet-data 4). `previous` (may be null) is an older document
/// of the same name: configurations of it that are not planned anew are kept.
/// @throws nnflow::Error kInvalidData for a fingerprint that does not fit the data set,
/// kInvalidParam for an option
[[nodiscard]] nnunet::Plans make_plans(const nnunet::DatasetDescription& dataset,
                                       const nnunet::Fingerprint& fingerprint,
                                       const PlanOptions& options,
                                       const nnunet::Json* previous = nullptr);

/// Class name of the reader that nnU-Net chooses for a file ending (nnunet-data 2.6). `flat`: the
/// images are 2D.
/// @throws nnflow::Error kInvalidData when there is none
[[nodiscard]] std::string reader_name(const nnunet::DatasetDescription& dataset, bool flat);

/// Resolves `options.plans_name`.
[[nodiscard]] std::string plans_name(const PlanOptions& options);

}  // namespace nnflow::plan
