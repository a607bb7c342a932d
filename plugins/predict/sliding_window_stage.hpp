// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/logits.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <string>

namespace nnflow::predict {

class Predictor;

struct SlidingWindowParams {
  double step_size = 0.5;
  bool mirroring = true;
  std::string device = "cpu";
  int compute_threads = 0;
  std::string accumulate = "single";
  std::string precision = "float32";
  bool keep_loaded = false;
};

/// Predicts preprocessed images tile by tile. The weights are loaded with the first image and kept.
class SlidingWindowStage final : public MapStage {
 public:
  static constexpr In<imaging::Volume> kImage{"image"};
  static constexpr In<imaging::LabelMap> kPrevious{"previous"};
  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr Out<nnunet::Logits> kLogits{"logits"};

  static void describe(StageSpec& spec);
  /// Throws where the device is missing.
  explicit SlidingWindowStage(const StageConfig& config);
  ~SlidingWindowStage() override;
  void process(Context& ctx) const override;

 private:
  const Predictor& predictor(Context& ctx) const;

  const SlidingWindowParams params_;
  mutable std::mutex mutex_;  ///< guards `predictor_`
  mutable std::shared_ptr<const Predictor> predictor_;
};

}  // namespace nnflow::predict
