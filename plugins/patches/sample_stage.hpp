// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nnflow/nnflow.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/patch_request.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/splits.hpp"
#include "patches/kernels/ordinals.hpp"
#include "patches/kernels/sampling.hpp"

namespace nnflow::patches {

struct SampleParams {
  std::string configuration;
  std::string fold = "0";
  std::string folder;
  std::string previous_folder;
  std::string trainer = "nnUNetTrainer";
  std::string subset = "train";
  std::int64_t epochs = 1000;
  std::int64_t iterations = 250;
  std::int64_t val_iterations = 50;
  std::optional<std::int64_t> batch_size;
  double oversample = 0.33;
  bool enlarge = true;
  std::optional<bool> dummy_2d;
  double smallest_scale = 0.85;
  std::string foreground_rule = "last";
};

/// `patches.sample`: asks for random patches, epoch after epoch (nnunet-training 2.2, 2.3).
class SampleStage final : public Source {
 public:
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::Splits> kSplits{"splits"};
  static constexpr Out<nnunet::PatchRequest> kRequest{"request"};

  static void describe(StageSpec& spec);
  explicit SampleStage(const StageConfig& config) : params_(config.params<SampleParams>()) {}

  void open(Context& ctx) override;
  bool next(Emitter& out) override;
  [[nodiscard]] std::optional<std::uint64_t> size() const override {
    return static_cast<std::uint64_t>(params_.epochs * numbering_.per_epoch());
  }
  void seek(std::uint64_t ordinal) override {
    index_ = numbering_.index_from(static_cast<std::int64_t>(ordinal));
  }

 private:
  const SampleParams params_;
  PatchNumbering numbering_;
  std::vector<std::string> cases_;
  nnunet::PatchRequest request_;  // what all requests have in common
  std::uint64_t bytes_ = 0;
  ForegroundRule rule_ = ForegroundRule::kLast;
  std::int64_t index_ = 0;
};

}  // namespace nnflow::patches
