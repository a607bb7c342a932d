// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/fingerprint.hpp>
#include <nnflow/nnunet/properties.hpp>

#include "fingerprint/kernels/intensity_statistics.hpp"

namespace nnflow::fingerprint {

/// `fingerprint.case_statistics`: what one cropped case contributes.
class CaseStatisticsStage final : public MapStage {
 public:
  static constexpr In<imaging::Volume> kImage{"image"};
  static constexpr In<imaging::LabelMap> kLabel{"label"};
  static constexpr In<nnunet::CaseProperties> kProperties{"properties"};
  static constexpr Out<nnunet::CaseStatistics> kStatistics{"statistics"};
  static void describe(StageSpec& spec);
  explicit CaseStatisticsStage(const StageConfig&) {}
  void process(Context& ctx) const override;
};

/// `fingerprint.collect`: draws intensity samples from all cases and writes
/// dataset_fingerprint.json.
class CollectStage final : public ReduceStage {
 public:
  struct Params {
    std::string out;
    bool all_cases = false;
  };
  static constexpr In<nnunet::CaseStatistics> kStatistics{"statistics"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceOut<nnunet::Fingerprint> kFingerprint{"fingerprint"};
  static void describe(StageSpec& spec);
  explicit CollectStage(const StageConfig& config) : params_(config.params<Params>()) {}
  void accumulate(Context& ctx) override;
  void finish(Context& ctx) override;

 private:
  const Params params_;
  std::int64_t samples_ = 0;  ///< per case; 0 until the first case
  std::vector<CaseForeground> cases_;
  std::vector<double> relative_sizes_;
  nnunet::Fingerprint fingerprint_;
};

/// `fingerprint.read`: an existing dataset_fingerprint.json.
class ReadStage final : public ReduceStage {
 public:
  using Params = CollectStage::Params;
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceOut<nnunet::Fingerprint> kFingerprint{"fingerprint"};
  static void describe(StageSpec& spec);
  explicit ReadStage(const StageConfig& config) : params_(config.params<Params>()) {}
  void finish(Context& ctx) override;

 private:
  const Params params_;
};

/// The fingerprint's file: `out` itself where it ends with .json, else in the folder `out`; without
/// `out` below $nnUNet_preprocessed.
[[nodiscard]] std::filesystem::path fingerprint_file(const std::string& out,
                                                     const nnunet::DatasetDescription& dataset);

}  // namespace nnflow::fingerprint
