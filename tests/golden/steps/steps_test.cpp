// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Twenty optimiser steps of every variant against the reference's losses, outputs and weights.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "nnflow/networks/checkpoint.hpp"
#include "nnflow/networks/from_plans.hpp"
#include "nnflow/networks/loss.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "support/npz.hpp"
#include "support/shared.hpp"

namespace nnflow::networks {
namespace {

struct Variant {
  explicit Variant(const std::filesystem::path& folder)
      : dataset(nnunet::DatasetDescription::read_file(folder / "dataset.json")),
        configuration(nnunet::Plans::read(folder / "plans.json").configuration("golden")),
        net(network_spec(configuration, dataset)),
        loss(LossOptions::from_labels(dataset.labels, configuration.batch_dice)) {
    CheckpointFile(folder / "weights_before.pth").load_weights(net);
    net.require_gradients(true);
    const test::Npz batches = test::read_npz(folder / "batches.npz");
    data = at::tensor(batches.at("data").values<float>()).view(batches.at("data").shape);
    seg = at::tensor(batches.at("seg").values<std::int16_t>(), at::kShort)
              .view(batches.at("seg").shape);
  }

  [[nodiscard]] std::vector<at::Tensor> targets(std::int64_t batch) const {
    return target_pyramid(seg[batch].squeeze(1), net.spec().strides, net.spec().dimensions);
  }

  nnunet::DatasetDescription dataset;
  nnunet::ConfigurationPlan configuration;
  UNet net;
  LossOptions loss;
  at::Tensor data;
  at::Tensor seg;
};

void expect_first_outputs(const Variant& variant, const std::filesystem::path& folder) {
  const test::Npz expected = test::read_npz(folder / "outputs_before.npz");
  const auto outputs = variant.net.forward(variant.data[0], true);
  ASSERT_EQ(outputs.size(), expected.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const test::Array& array = expected.at("scale" + std::to_string(i));
    const at::Tensor wanted = at::tensor(array.values<float>()).view(array.shape);
    ASSERT_EQ(outputs[i].sizes(), wanted.sizes());
    EXPECT_LT((outputs[i] - wanted).abs().max().item<double>(), 1e-5) << folder << " scale " << i;
  }
}

void expect_final_weights(const Variant& variant, const std::filesystem::path& folder) {
  UNet wanted(variant.net.spec());
  CheckpointFile(folder / "weights_after.pth").load_weights(wanted);
  for (std::size_t i = 0; i < wanted.parameters().size(); ++i) {
    const double difference =
        (wanted.parameters()[i] - variant.net.parameters()[i]).abs().max().item<double>();
    EXPECT_LT(difference, 1e-3) << folder << " " << wanted.layout()[i].name;
  }
}

void expect_reference_steps(const std::filesystem::path& folder) {
  const nnunet::Json steps = nnunet::read_json(folder / "steps.json");
  const auto losses = steps.at("losses").get<std::vector<double>>();
  const auto lrs = steps.at("lr_per_epoch").get<std::vector<double>>();
  const auto per_epoch = steps.at("steps_per_epoch").get<std::size_t>();
  Variant variant(folder);
  expect_first_outputs(variant, folder);
  Sgd sgd(variant.net, {});
  const auto weights = deep_supervision_weights(variant.net.spec().stages() - 1);
  double worst = 0.0;
  for (std::size_t step = 0; step < losses.size(); ++step) {
    const std::size_t epoch = step / per_epoch;
    const auto batch = static_cast<std::int64_t>(step % per_epoch);
    EXPECT_NEAR(
        poly_lr(0.01, static_cast<std::int64_t>(epoch), static_cast<std::int64_t>(lrs.size())),
        lrs[epoch], 1e-12);
    sgd.zero_grad();
    const auto outputs = variant.net.forward(variant.data[batch], true);
    const at::Tensor loss =
        deep_supervision_loss(outputs, variant.targets(batch), weights, variant.loss);
    loss.backward();
    sgd.clip(12.0);
    sgd.step(lrs[epoch]);
    const double difference = std::abs(loss.item<double>() - losses[step]);
    EXPECT_LT(difference, step < 5 ? 1e-4 : 5e-4) << folder << " step " << step;
    worst = std::max(worst, difference);
  }
  expect_final_weights(variant, folder);
  ::testing::Test::RecordProperty(folder.filename().string(), std::to_string(worst));
  std::printf("%-20s largest loss difference %.2e\n", folder.filename().c_str(), worst);
}

TEST(GoldenSteps, EveryVariantFollowsTheReference) {
  at::set_num_threads(1);
  const std::filesystem::path root = test::shared_dir() / "golden/steps";
  NNFLOW_REQUIRE_PATH(root);
  int variants = 0;
  for (const std::filesystem::path& folder : test::children(root)) {
    if (!std::filesystem::exists(folder / "steps.json")) continue;
    ++variants;
    expect_reference_steps(folder);
  }
  EXPECT_GT(variants, 0);
}

}  // namespace
}  // namespace nnflow::networks
