// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/fingerprint.hpp>
#include <nnflow/nnunet/plans.hpp>

#include "plan/plans_document.hpp"

namespace nnflow::plan {

/// `plan.experiment`: plans all configurations and writes the plans file.
class ExperimentStage final : public ReduceStage {
 public:
  struct Params {
    std::string out;
    std::string planner = "ExperimentPlanner";
    std::string plans_name;
    double gpu_memory_target = 0.0;
    std::vector<double> overwrite_target_spacing;
    std::string preprocessor_name = "DefaultPreprocessor";
    std::vector<std::int64_t> features;
    std::int64_t batch_size = 0;
    bool suppress_transpose = false;
    std::string existing = "replace";
  };
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::Fingerprint> kFingerprint{"fingerprint"};
  static constexpr OnceOut<nnunet::Plans> kPlans{"plans"};
  static void describe(StageSpec& spec);
  explicit ExperimentStage(const StageConfig& config) : params_(config.params<Params>()) {}
  void finish(Context& ctx) override;

 private:
  [[nodiscard]] bool settle_existing(Context& ctx,
                                     const std::filesystem::path& file,
                                     const nnunet::Json& previous,
                                     const nnunet::Plans& plans) const;
  const Params params_;
};

/// `plan.read`: an existing plans file.
class ReadStage final : public ReduceStage {
 public:
  struct Params {
    std::string out;
    std::string plans_name = "nnUNetPlans";
  };
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceOut<nnunet::Plans> kPlans{"plans"};
  static void describe(StageSpec& spec);
  explicit ReadStage(const StageConfig& config) : params_(config.params<Params>()) {}
  void finish(Context& ctx) override;

 private:
  const Params params_;
};

/// `plan.move`: the plans of one data set for another one.
class MoveStage final : public ReduceStage {
 public:
  struct Params {
    std::string source;
    std::string source_plans_name;
    std::string plans_name;
    std::string out;
  };
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceOut<nnunet::Plans> kPlans{"plans"};
  static void describe(StageSpec& spec);
  explicit MoveStage(const StageConfig& config) : params_(config.params<Params>()) {}
  void finish(Context& ctx) override;

 private:
  const Params params_;
};

/// The plans file: `out` itself where it ends with .json, else `<plans_name>.json` in the folder
/// `out`; without `out` below $nnUNet_preprocessed.
[[nodiscard]] std::filesystem::path plans_file(const std::string& out,
                                               const std::string& plans_name,
                                               const nnunet::DatasetDescription& dataset);

}  // namespace nnflow::plan
