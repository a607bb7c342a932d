// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/sliding_window_stage.hpp"

#include <nnflow/torch_bridge/device.hpp>

#include "predict/predictor.hpp"

namespace nnflow::predict {

void SlidingWindowStage::describe(StageSpec& spec) {
  spec.summary("Predict an image tile by tile with overlapping, Gaussian-weighted tiles")
      .cache_version(1);
  spec.doc(
      "Averages logits over tiles, mirrored versions and folds. Images smaller than the patch are "
      "padded with 0. 2D "
      "configurations predict slice by slice. On CUDA the network runs in float16. Sums are "
      "float32; with accumulate "
      "half they are rounded after every tile, which reproduces nnU-Net to the last bit.");
  spec.input(kImage, "preprocessed image on the network's grid");
  spec.input(kModel, "folds to average, and the mirroring axes");
  spec.input(kPlans, "patch and network");
  spec.input(kDataset, "number of channels and classes");
  spec.output(kLogits, "mean logits per class or region");
  spec.concurrency(1).uses("device", 1).memory_hint("16*input");
  spec.params<SlidingWindowParams>()
      .field("step_size", &SlidingWindowParams::step_size,
             "distance of neighbouring tiles in tile lengths", Range{0.01, 1.0})
      .field("mirroring", &SlidingWindowParams::mirroring,
             "average over mirrored versions, where the model allows it")
      .field("device", &SlidingWindowParams::device, "cpu, cuda or cuda:N")
      .field("compute_threads", &SlidingWindowParams::compute_threads,
             "threads of the network on the CPU; 0 = those of the run", Range{0, 1024})
      .field("accumulate", &SlidingWindowParams::accumulate,
             "precision of sums over tiles and folds", Choices{{"single", "half"}});
}

SlidingWindowStage::SlidingWindowStage(const StageConfig& config)
    : params_(config.params<SlidingWindowParams>()) {
  torch_bridge::require_device(params_.device, config.stage());
}

SlidingWindowStage::~SlidingWindowStage() = default;

const Predictor& SlidingWindowStage::predictor(Context& ctx) const {
  const std::lock_guard lock(mutex_);
  if (!predictor_) {
    PredictorOptions options;
    options.step_size = params_.step_size;
    options.mirroring = params_.mirroring;
    options.device = params_.device;
    options.compute_threads = torch_bridge::compute_threads(params_.compute_threads, ctx.threads());
    options.precision = params_.accumulate == "half" ? SumPrecision::kHalf : SumPrecision::kSingle;
    predictor_ =
        std::make_unique<Predictor>(ctx.get(kModel), ctx.get(kPlans), ctx.get(kDataset), options);
  }
  return *predictor_;
}

void SlidingWindowStage::process(Context& ctx) const {
  const auto progress = [&ctx](std::int64_t done, std::int64_t total) {
    ctx.progress(static_cast<double>(done), static_cast<double>(total), "tiles");
    return !ctx.cancelled();
  };
  ctx.emit(kLogits, predictor(ctx).predict(ctx.get(kImage), progress));
}

}  // namespace nnflow::predict
