// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/predictor.hpp"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <nnflow/error.hpp>
#include <nnflow/networks/checkpoint.hpp>
#include <nnflow/networks/from_plans.hpp>
#include <nnflow/torch_bridge/device.hpp>
#include <nnflow/torch_bridge/tensors.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "predict/cpu_pass.hpp"
#include "predict/kernels/gaussian_weight.hpp"
#include "predict/kernels/padding.hpp"
#include "predict/kernels/tile_grid.hpp"
#include "predict/tile_network.hpp"

namespace nnflow::predict {

namespace {

using imaging::Extent3;

Extent3 minus(const Extent3& a, const Extent3& b) {
  return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

std::vector<int> checked_mirror_axes(const nnunet::TrainedModel& model, std::size_t dimensions) {
  auto axes = model.mirror_axes.value_or(std::vector<int>{});
  for (const int axis : axes) {
    if (axis < 0 || static_cast<std::size_t>(axis) >= dimensions) {
      throw Error(ErrorCode::kInvalidData, model.checkpoint_path(model.folds.front()).string() +
                                               ": inference_allowed_mirroring_axes has axis " +
                                               std::to_string(axis) + ", the patch has axes 0 to " +
                                               std::to_string(dimensions - 1));
    }
  }
  return axes;
}

}  // namespace

struct Predictor::Impl {
  PredictorOptions options;
  TileShape shape;
  std::vector<float> weights;
  std::vector<Mirror> mirrored;
  std::shared_ptr<torch_bridge::DeviceThread> thread;
  std::vector<networks::UNet> networks;  ///< one per fold

  /// All tiles on a GPU, one after the other.
  void predict_tiles_on_gpu(const networks::UNet& network,
                            const imaging::Volume& image,
                            const std::vector<Extent3>& corners,
                            const TileLogits& done) const {
    std::vector<std::int64_t> sizes{1, shape.channels};
    sizes.insert(sizes.end(), shape.patch.begin() + (shape.slice_wise ? 1 : 0), shape.patch.end());
    std::vector<float> tile(
        static_cast<std::size_t>(shape.channels * imaging::voxel_count(shape.patch)));
    const bool keep_half = options.precision == SumPrecision::kHalf;
    for (std::size_t i = 0; i < corners.size(); ++i) {
      gather_tile(image.voxels(), image.extent(), corners[i], shape.patch, shape.channels, tile);
      const at::Tensor input = torch_bridge::copy_to(
          torch_bridge::view_of(std::span<const float>(tile), sizes), thread->device());
      const at::Tensor logits = mirrored_logits(network, input, mirrored, keep_half)
                                    .to(at::kCPU, at::kFloat)
                                    .contiguous();
      done(i, {logits.const_data_ptr<float>(), static_cast<std::size_t>(logits.numel())});
    }
  }

  /// One pass of one fold over all tiles.
  void pass(const networks::UNet& network,
            const imaging::Volume& image,
            const std::vector<Extent3>& corners,
            LogitSum& sum,
            const std::function<void()>& done) const {
    const TileLogits add = [&](std::size_t tile, std::span<const float> logits) {
      sum.add(logits, weights, shape.patch, corners[tile]);
      done();
    };
    if (thread->device().cuda) {
      predict_tiles_on_gpu(network, image, corners, add);
    } else {
      predict_tiles(network, image, corners, shape, mirrored, options.compute_threads, add);
    }
    sum.end_fold();
  }
};

Predictor::Predictor(const nnunet::TrainedModel& model,
                     const nnunet::Plans& plans,
                     const nnunet::DatasetDescription& dataset,
                     const PredictorOptions& options)
    : impl_(std::make_unique<Impl>()) {
  const auto& configuration = plans.configuration(model.configuration);
  auto spec = networks::network_spec(configuration, dataset);
  std::optional<networks::CheckpointFile> file(model.checkpoint_path(model.folds.front()));
  spec.norm = file->norm();  // the plans do not tell
  impl_->options = options;
  impl_->shape = {configuration.patch_extent(), spec.input_channels, spec.classes,
                  configuration.is_2d()};
  impl_->weights = gaussian_weight(impl_->shape.patch);
  const auto device = torch_bridge::parse_device(options.device);
  std::vector<int> axes;
  if (options.mirroring) axes = checked_mirror_axes(model, configuration.patch_size.size());
  impl_->mirrored = mirrors(axes, impl_->shape.slice_wise);
  impl_->thread = torch_bridge::DeviceThread::open(device);
  impl_->thread->run(options.compute_threads, [&] {
    const c10::InferenceMode inference;
    for (const auto& fold : model.folds) {
      networks::UNet network(spec);
      if (!file) file.emplace(model.checkpoint_path(fold));
      file->load_weights(network);
      file.reset();
      network.move_to(device);
      if (!device.cuda) network.prepare_inference(options.network);
      impl_->networks.push_back(std::move(network));
    }
  });
}

Predictor::~Predictor() {
  if (impl_->thread) impl_->thread->run(1, [&] { impl_->networks.clear(); });
}

nnunet::Logits Predictor::predict(const imaging::Volume& image, const Progress& progress) const {
  if (image.channels() != impl_->shape.channels) {
    throw Error(ErrorCode::kInvalidData, "the image has " + std::to_string(image.channels()) +
                                             " channels, the network expects " +
                                             std::to_string(impl_->shape.channels));
  }
  const Extent3 origin =
      patch_padding(image.extent(), impl_->shape.patch, impl_->shape.slice_wise).lower;
  auto corners = tile_grid(image.extent(), impl_->shape.patch, impl_->options.step_size,
                           impl_->shape.slice_wise);
  for (auto& corner : corners) corner = minus(corner, origin);
  const auto total = static_cast<std::int64_t>(corners.size() * impl_->networks.size());
  std::int64_t done = 0;
  LogitSum sum(impl_->shape.heads, image.extent(), impl_->options.precision);
  impl_->thread->run(impl_->options.compute_threads, [&] {
    const c10::InferenceMode inference;
    for (const auto& network : impl_->networks) {
      impl_->pass(network, image, corners, sum, [&] {
        if (!progress(++done, total))
          throw Error(ErrorCode::kCancelled, "prediction was cancelled");
      });
    }
  });
  nnunet::Logits logits;
  logits.heads = impl_->shape.heads;
  logits.extent = image.extent();
  logits.half = impl_->options.precision == SumPrecision::kHalf;
  logits.values = std::move(sum).finish();
  if (!all_finite(logits.values)) {
    throw Error(ErrorCode::kInvalidData,
                "the network's output is not finite; the image or the weights hold NaN or far too "
                "large values");
  }
  return logits;
}

}  // namespace nnflow::predict
