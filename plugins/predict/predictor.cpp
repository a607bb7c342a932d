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
  const auto axes = model.mirror_axes.value_or(std::vector<int>{});
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
  bool slice_wise = false;
  Extent3 patch{};
  std::int64_t channels = 0;
  std::int64_t heads = 0;
  std::int64_t batch = 1;
  std::vector<float> weights;
  std::vector<std::vector<std::int64_t>> subsets;
  std::shared_ptr<torch_bridge::DeviceThread> thread;
  std::vector<networks::UNet> networks;  ///< one per fold

  /// Logits (tile, head, z, y, x) on the CPU of `count` gathered tiles.
  [[nodiscard]] at::Tensor run(const networks::UNet& network,
                               std::span<const float> tiles,
                               std::int64_t count) const {
    std::vector<std::int64_t> shape{count, channels};
    shape.insert(shape.end(), patch.begin() + (slice_wise ? 1 : 0), patch.end());
    const auto used =
        tiles.first(static_cast<std::size_t>(count * channels * imaging::voxel_count(patch)));
    const at::Tensor input =
        torch_bridge::copy_to(torch_bridge::view_of(used, shape), thread->device());
    const bool keep_half = options.precision == SumPrecision::kHalf;
    return mirrored_logits(network, input, subsets, batch, keep_half)
        .to(at::kCPU, at::kFloat)
        .contiguous();
  }

  /// One pass of one fold over all tiles.
  void pass(const networks::UNet& network,
            const imaging::Volume& image,
            const std::vector<Extent3>& corners,
            LogitSum& sum,
            const std::function<void(std::int64_t)>& done) const {
    const auto tile_values = static_cast<std::size_t>(channels * imaging::voxel_count(patch));
    const auto logit_values = static_cast<std::size_t>(heads * imaging::voxel_count(patch));
    std::vector<float> tiles(tile_values * static_cast<std::size_t>(batch));
    for (std::size_t first = 0; first < corners.size(); first += static_cast<std::size_t>(batch)) {
      const std::size_t count = std::min(corners.size() - first, static_cast<std::size_t>(batch));
      for (std::size_t i = 0; i < count; ++i) {
        gather_tile(image.voxels(), image.extent(), corners[first + i], patch, channels,
                    std::span(tiles).subspan(i * tile_values, tile_values));
      }
      const at::Tensor logits = run(network, tiles, static_cast<std::int64_t>(count));
      const std::span<const float> values(logits.const_data_ptr<float>(), count * logit_values);
      for (std::size_t i = 0; i < count; ++i) {
        sum.add(values.subspan(i * logit_values, logit_values), weights, patch, corners[first + i]);
      }
      done(static_cast<std::int64_t>(count));
    }
    sum.end_fold();
  }
};

Predictor::Predictor(const nnunet::TrainedModel& model,
                     const nnunet::Plans& plans,
                     const nnunet::DatasetDescription& dataset,
                     const PredictorOptions& options)
    : impl_(std::make_unique<Impl>()) {
  const auto configuration = plans.configuration(model.configuration);
  auto spec = networks::network_spec(configuration, dataset);
  std::optional<networks::CheckpointFile> file(model.checkpoint_path(model.folds.front()));
  spec.norm = file->norm();  // the plans do not tell
  impl_->options = options;
  impl_->slice_wise = configuration.is_2d();
  impl_->patch = configuration.patch_extent();
  impl_->channels = spec.input_channels;
  impl_->heads = spec.classes;
  impl_->weights = gaussian_weight(impl_->patch);
  const auto device = torch_bridge::parse_device(options.device);
  impl_->batch = device.cuda ? 1 : preferred_batch(imaging::voxel_count(impl_->patch));
  if (options.mirroring) {
    impl_->subsets = mirror_subsets(checked_mirror_axes(model, configuration.patch_size.size()));
  }
  impl_->thread = torch_bridge::DeviceThread::open(device);
  impl_->thread->run(options.compute_threads, [&] {
    const c10::InferenceMode inference;
    for (const auto& fold : model.folds) {
      networks::UNet network(spec);
      if (!file) file.emplace(model.checkpoint_path(fold));
      file->load_weights(network);
      file.reset();
      network.move_to(device);
      impl_->networks.push_back(std::move(network));
    }
  });
}

Predictor::~Predictor() {
  if (impl_->thread) impl_->thread->run(1, [&] { impl_->networks.clear(); });
}

nnunet::Logits Predictor::predict(const imaging::Volume& image, const Progress& progress) const {
  if (image.channels() != impl_->channels) {
    throw Error(ErrorCode::kInvalidData, "the image has " + std::to_string(image.channels()) +
                                             " channels, the network expects " +
                                             std::to_string(impl_->channels));
  }
  const Extent3 origin = patch_padding(image.extent(), impl_->patch, impl_->slice_wise).lower;
  auto corners =
      tile_grid(image.extent(), impl_->patch, impl_->options.step_size, impl_->slice_wise);
  for (auto& corner : corners) corner = minus(corner, origin);
  const auto total = static_cast<std::int64_t>(corners.size() * impl_->networks.size());
  std::int64_t done = 0;
  LogitSum sum(impl_->heads, image.extent(), impl_->options.precision);
  impl_->thread->run(impl_->options.compute_threads, [&] {
    const c10::InferenceMode inference;
    for (const auto& network : impl_->networks) {
      impl_->pass(network, image, corners, sum, [&](std::int64_t tiles) {
        done += tiles;
        if (!progress(done, total)) throw Error(ErrorCode::kCancelled, "prediction was cancelled");
      });
    }
  });
  nnunet::Logits logits;
  logits.heads = impl_->heads;
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
