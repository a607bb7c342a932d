// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Steps with the losses, optimisers and schedules of nnU-Net's trainer classes, set up as the files
// of pipelines/trainers say.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "nnflow/networks/from_plans.hpp"
#include "nnflow/networks/optimiser.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "support/npz.hpp"
#include "train/recipe.hpp"
#include "trainers.hpp"

namespace nnflow::test {
namespace {

using nnunet::Json;

train::TrainerOptions options_of(const Json& params) {
  train::TrainerOptions options;
  options.epochs = params.at("epochs");
  options.initial_lr = params.at("initial_lr");
  options.deep_supervision = params.at("deep_supervision");
  options.loss = params.at("loss");
  options.smooth = params.at("smooth");
  options.label_smoothing = params.at("label_smoothing");
  options.batch_norm = params.at("batch_norm");
  options.optimiser = params.at("optimiser");
  options.schedule = params.at("schedule");
  options.warmup_epochs = params.at("warmup_epochs");
  return options;
}

at::Tensor tensor_of(const Array& array) {
  return at::tensor(array.values<float>()).view(array.shape);
}

void expect_steps(const std::string& name,
                  const Json& expected,
                  const Npz& start,
                  const Npz& after) {
  const train::TrainerOptions options = options_of(stages_of(name).at("network").at("params"));
  for (const Json& pair : expected.at("lrs")) {
    const double lr = pair.at(1);
    EXPECT_NEAR(train::learning_rate(options, pair.at(0)), lr, 1e-12) << "epoch " << pair.at(0);
  }
  const auto dataset = nnunet::DatasetDescription::read_file(trainers_folder() / "dataset.json");
  const auto plan = nnunet::Plans::read(trainers_folder() / "plans.json").configuration("2d");
  networks::NetworkSpec spec = networks::network_spec(plan, dataset);
  if (options.batch_norm) spec.norm = networks::NormKind::kBatch;
  networks::UNet net(spec);
  net.set_training(true);
  for (std::size_t i = 0; i < net.layout().size(); ++i) {
    const c10::NoGradGuard no_grad;
    at::Tensor parameter = net.parameters()[i];
    parameter.copy_(tensor_of(start.at("before/" + net.layout()[i].name)));
  }
  net.require_gradients(true);
  const auto loss = train::loss_options(options, dataset.labels, plan.batch_dice);
  const auto optimiser = train::make_optimiser(net, options);
  const auto weights =
      networks::deep_supervision_weights(options.deep_supervision ? net.spec().stages() - 1 : 1);
  const at::Tensor data = tensor_of(start.at("data"));
  const at::Tensor seg =
      at::tensor(start.at("seg").values<std::int16_t>(), at::kShort).view(start.at("seg").shape);
  const auto& losses = expected.at("losses");
  double worst = 0.0;
  for (std::size_t step = 0; step < losses.size(); ++step) {
    const auto batch = static_cast<std::int64_t>(step) % data.size(0);
    auto targets = networks::target_pyramid(seg[batch], net.spec().strides, net.spec().dimensions);
    targets.resize(weights.size());
    optimiser->zero_grad();
    const auto outputs = net.forward(data[batch], options.deep_supervision);
    const at::Tensor value = networks::deep_supervision_loss(outputs, targets, weights, loss);
    value.backward();
    optimiser->clip(options.gradient_clip);
    optimiser->step(train::learning_rate(options, step < losses.size() / 2 ? 0 : 1));
    worst = std::max(worst, std::abs(value.item<double>() - losses[step].get<double>()));
  }
  EXPECT_LT(worst, 1e-4);
  double furthest = 0.0;
  for (std::size_t i = 0; i < net.layout().size(); ++i) {
    const auto found = after.find(name + "/" + net.layout()[i].name);
    if (found == after.end() || net.layout()[i].cancelled_by_norm) continue;
    const at::Tensor difference = net.parameters()[i].detach() - tensor_of(found->second);
    furthest = std::max(furthest, difference.abs().max().item<double>());
  }
  const auto buffers = networks::buffer_layout(spec);
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    const at::Tensor wanted = tensor_of(after.at(name + "/" + buffers[i].name));
    const at::Tensor difference = net.buffers()[i].to(at::kFloat) - wanted;
    furthest = std::max(furthest, difference.abs().max().item<double>());
  }
  EXPECT_LT(furthest, 1e-3);
  std::printf("%-34s largest differences: losses %.1e, weights %.1e\n", name.c_str(), worst,
              furthest);
}

TEST(GoldenTrainers, StepsFollowTheReference) {
  at::set_num_threads(1);
  const Json steps = nnunet::read_json(trainers_folder() / "steps.json");
  const Npz start = read_npz(trainers_folder() / "steps.npz");
  const Npz after = read_npz(trainers_folder() / "after.npz");
  EXPECT_GT(steps.size(), 10U);
  for (const auto& [name, expected] : steps.items()) {
    SCOPED_TRACE(name);
    expect_steps(name, expected, start, after);
  }
}

}  // namespace
}  // namespace nnflow::test
