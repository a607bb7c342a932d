// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Checkpoints that the reference trained load into the networks of their plans.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include "nnflow/networks/checkpoint.hpp"
#include "nnflow/networks/from_plans.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/model.hpp"
#include "nnflow/nnunet/plans.hpp"
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

}  // namespace
}  // namespace nnflow::networks
