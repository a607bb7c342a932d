// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/sliding_window_stage.hpp"

#include <algorithm>
#include <nnflow/nnunet/one_hot.hpp>
#include <nnflow/torch_bridge/device.hpp>

#include "predict/kept_predictor.hpp"
#include "predict/precision.hpp"
#include "predict/predictor.hpp"

namespace nnflow::predict {

namespace {

imaging::Volume with_previous_stage(const imaging::Volume& image,
                                    const imaging::LabelMap& previous,
                                    const std::vector<std::int64_t>& labels) {
  if (previous.extent() != image.extent()) {
    throw Error(ErrorCode::kInvalidData,
                "the previous stage's segmentation does not lie on the grid of the image");
  }
  imaging::Volume all(image.channels() + std::ssize(labels), image.extent());
  std::copy(image.voxels().begin(), image.voxels().end(), all.voxels().begin());
  nnunet::one_hot(previous.voxels(), labels, all.voxels().subspan(image.voxels().size()));
  all.spacing = image.spacing;
  all.geometry = image.geometry;
  return all;
}

}  // namespace

void SlidingWindowStage::describe(StageSpec& spec) {
  spec.summary("Predict an image tile by tile with overlapping, Gaussian-weighted tiles")
      .cache_version(1);
  spec.doc(
      "Averages logits over tiles, mirrored versions and folds. Images smaller than the patch are "
      "padded with 0. 2D configurations predict slice by slice. On CUDA the network runs in "
      "float16, on the CPU in float32 or, with precision bf16, in bfloat16 with float32 sums. Sums "
      "over tiles are float32; with accumulate half they are rounded after every tile, which "
      "reproduces nnU-Net to the last bit. A configuration with a previous stage gets a channel of "
      "0 and 1 more per foreground label (nnunet-inference 3.10).");
  spec.input(kImage, "preprocessed image on the network's grid");
  spec.optional_input(kPrevious,
                      "for a cascade: the previous stage's segmentation on the same grid");
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
             "precision of sums over tiles and folds", Choices{{"single", "half"}})
      .field("precision", &SlidingWindowParams::precision,
             "of the network on the CPU; bf16 needs a CPU made for it",
             Choices{{"float32", "bf16"}})
      .field("keep_loaded", &SlidingWindowParams::keep_loaded,
             "the process keeps the weights for its next run with the same model");
}

SlidingWindowStage::SlidingWindowStage(const StageConfig& config)
    : params_(config.params<SlidingWindowParams>()) {
  torch_bridge::require_device(params_.device, config.stage());
  require_precision(params_.precision, params_.device, config.stage());
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
    options.network = network_precision(params_.precision);
    const auto& model = ctx.get(kModel);
    const auto& plans = ctx.get(kPlans);
    const auto& dataset = ctx.get(kDataset);
    const auto make = [&] {
      return std::make_shared<const Predictor>(model, plans, dataset, options);
    };
    std::string key;
    if (params_.keep_loaded) key = predictor_key(model, plans, dataset, options);
    predictor_ = key.empty() ? make() : kept_predictor(key, make);
  }
  return *predictor_;
}

void SlidingWindowStage::process(Context& ctx) const {
  const auto progress = [&ctx](std::int64_t done, std::int64_t total) {
    ctx.progress(static_cast<double>(done), static_cast<double>(total), "tiles");
    return !ctx.cancelled();
  };
  const auto& configuration = ctx.get(kPlans).configuration(ctx.get(kModel).configuration);
  if (!configuration.previous_stage) {
    ctx.emit(kLogits, predictor(ctx).predict(ctx.get(kImage), progress));
    return;
  }
  if (!ctx.has(kPrevious)) {
    ctx.fail("configuration " + configuration.name + " refines a segmentation of " +
             *configuration.previous_stage + ", expected one");
  }
  ctx.emit(kLogits,
           predictor(ctx).predict(with_previous_stage(ctx.get(kImage), ctx.get(kPrevious),
                                                      ctx.get(kDataset).labels.foreground_labels()),
                                  progress));
}

}  // namespace nnflow::predict
