// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/networks/unet.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/logits.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <string>

#include "predict/kernels/accumulate.hpp"

namespace nnflow::predict {

struct PredictorOptions {
  double step_size = 0.5;      ///< distance of tiles in tile lengths, (0, 1]
  bool mirroring = true;       ///< along the axes that the model allows
  std::string device = "cpu";  ///< cpu, cuda or cuda:N
  int compute_threads = 1;     ///< of Torch on the CPU
  SumPrecision precision = SumPrecision::kSingle;
  networks::InferencePrecision network = networks::InferencePrecision::kSingle;  ///< on the CPU
};

/// A model in memory, ready to predict preprocessed images (nnunet-inference 3.4 to 3.9). All Torch
/// work happens on the thread of the device; one call at a time.
class Predictor {
 public:
  /// Loads the weights of all folds. Throws Error naming a checkpoint that does not fit the plans.
  Predictor(const nnunet::TrainedModel& model,
            const nnunet::Plans& plans,
            const nnunet::DatasetDescription& dataset,
            const PredictorOptions& options);
  ~Predictor();

  /// Told after every tile how many of how many are done; returns false to give up.
  using Progress = std::function<bool(std::int64_t done, std::int64_t total)>;

  /// Mean logits of the image on its own grid. Throws Error(kCancelled) when `progress` returned
  /// false, and Error(kInvalidData) for a wrong number of channels or logits that are not finite.
  [[nodiscard]] nnunet::Logits predict(const imaging::Volume& image,
                                       const Progress& progress) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nnflow::predict
