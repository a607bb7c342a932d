// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Checkpoints that the reference trained load into the networks of their plans.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include "nnflow/networks/checkpoint.hpp"
#include "nnflow/networks/from_plans.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/model.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/torch_bridge/workers.hpp"
#include "support/shared.hpp"

namespace nnflow::networks {
namespace {

void expect_usable(const std::filesystem::path& model, const std::filesystem::path& file) {
  const CheckpointFile checkpoint(file);
  ASSERT_TRUE(checkpoint.is_training_checkpoint()) << file;
  const CheckpointInfo& info = checkpoint.info();
  EXPECT_FALSE(info.trainer_name.empty());
  const auto epochs = static_cast<std::size_t>(info.current_epoch);
  EXPECT_EQ(info.logging.train_losses.size(), epochs) << file;
  EXPECT_EQ(info.logging.dice_per_class_or_region.size(), epochs) << file;
  const auto dataset = nnunet::DatasetDescription::read_file(model / "dataset.json");
  const auto configuration =
      nnunet::Plans::read(model / "plans.json").configuration(info.configuration);
  UNet net(network_spec(configuration, dataset));
  checkpoint.load_weights(net);
  Sgd sgd(net, {});
  checkpoint.load_optimiser(net, sgd);
  std::vector<std::int64_t> shape{1, net.spec().input_channels};
  shape.insert(shape.end(), configuration.patch_size.begin(), configuration.patch_size.end());
  const c10::NoGradGuard no_grad;
  const at::Tensor logits = net.forward(at::zeros(shape), false)[0];
  EXPECT_EQ(logits.size(1), dataset.labels.num_segmentation_heads());
  EXPECT_TRUE(logits.isfinite().all().item<bool>()) << file;
}

TEST(GoldenNetworks, EveryTrainedModelLoads) {
  at::set_num_threads(1);
  const std::filesystem::path root = test::shared_dir() / "golden/models/trained";
  NNFLOW_REQUIRE_PATH(root);
  int files = 0;
  for (const std::filesystem::path& model : test::children(root)) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(model)) {
      if (entry.path().extension() != ".pth") continue;
      ++files;
      expect_usable(model, entry.path());
    }
  }
  EXPECT_GT(files, 0);
}

/// Largest difference of the logits of the prepared network, in parts of the largest logit.
double prepared_error(UNet& net, const at::Tensor& input, InferencePrecision precision) {
  const c10::InferenceMode inference;
  const at::Tensor expected = net.forward(input, false)[0].clone();
  net.prepare_inference(precision);
  const at::Tensor actual = net.forward(input, false)[0];
  EXPECT_EQ(actual.scalar_type(), at::kFloat);
  EXPECT_EQ(actual.sizes(), expected.sizes());
  return ((actual - expected).abs().max() / expected.abs().max()).item<double>();
}

TEST(GoldenNetworks, PreparedForInferenceGiveTheSameLogits) {
  const std::filesystem::path root = test::shared_dir() / "golden/models/trained";
  NNFLOW_REQUIRE_PATH(root);
  for (const std::filesystem::path& model : test::children(root)) {
    const CheckpointFile checkpoint(model / "fold_0/checkpoint_final.pth");
    const auto dataset = nnunet::DatasetDescription::read_file(model / "dataset.json");
    const auto configuration =
        nnunet::Plans::read(model / "plans.json").configuration(checkpoint.info().configuration);
    for (const std::int64_t batch : {1, 3}) {
      for (const int threads : {1, 2}) {
        at::set_num_threads(threads);
        UNet net(network_spec(configuration, dataset));
        checkpoint.load_weights(net);
        std::vector<std::int64_t> shape{batch, net.spec().input_channels};
        shape.insert(shape.end(), configuration.patch_size.begin(), configuration.patch_size.end());
        const at::Tensor input = at::randn(shape);
        EXPECT_LE(prepared_error(net, input, InferencePrecision::kSingle), 1e-5) << model;
        if (!torch_bridge::has_fast_bfloat16()) continue;
        UNet fast(network_spec(configuration, dataset));
        checkpoint.load_weights(fast);
        const double error = prepared_error(fast, input, InferencePrecision::kBfloat16);
        EXPECT_GT(error, 1e-4) << model;
        EXPECT_LE(error, 0.1) << model;
      }
    }
  }
}

/// Networks unlike the trained ones.
TEST(GoldenNetworks, PreparedForInferenceMayHaveAnyShape) {
  for (const bool residual : {false, true}) {
    for (const NormKind norm : {NormKind::kInstance, NormKind::kBatch}) {
      for (const int dimensions : {2, 3}) {
        NetworkSpec spec;
        spec.kind = residual ? NetworkKind::kResidualEncoderUNet : NetworkKind::kPlainConvUNet;
        spec.norm = norm;
        spec.dimensions = dimensions;
        spec.input_channels = 3;
        spec.classes = 1;
        spec.features = {5, 12, 16};
        const std::int64_t depth = dimensions == 3 ? 3 : 1;
        spec.kernel_sizes = {{1, 3, 3}, {depth, 3, 3}, {depth, 3, 3}};
        spec.strides = {{1, 1, 1}, {1, 2, 2}, {dimensions == 3 ? 2 : 1, 2, 4}};
        spec.blocks_per_stage = {1, 2, 2};
        spec.decoder_convs = {1, 2};
        UNet net(spec);
        net.initialise(7);
        std::vector<std::int64_t> shape{2, 3, 8, 12, 16};
        if (dimensions == 2) shape.erase(shape.begin() + 2);
        const at::Tensor input = at::randn(shape);
        EXPECT_LE(prepared_error(net, input, InferencePrecision::kSingle), 1e-5)
            << residual << dimensions << static_cast<int>(norm);
        if (!torch_bridge::has_fast_bfloat16()) continue;
        UNet fast(spec);
        fast.initialise(7);
        EXPECT_LE(prepared_error(fast, input, InferencePrecision::kBfloat16), 0.1)
            << residual << dimensions << static_cast<int>(norm);
      }
    }
  }
}

}  // namespace
}  // namespace nnflow::networks
