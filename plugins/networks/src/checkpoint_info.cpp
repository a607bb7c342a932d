// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/checkpoint_info.hpp"

#include <cmath>

namespace nnflow::networks {
namespace {

using nnunet::PickleNode;
using Kind = PickleNode::Kind;

std::optional<double> number(const PickleNode* node) {
  if (node == nullptr || !node->is_number()) return std::nullopt;
  return node->number();
}

/// A number that a checkpoint counts with; what is none counts nothing.
std::int64_t whole(double value) {
  constexpr double kMost = 9007199254740992.0;  // 2^53
  return std::abs(value) <= kMost ? static_cast<std::int64_t>(value) : 0;
}

std::vector<double> numbers(const PickleNode* node) {
  std::vector<double> values;
  if (node == nullptr || !node->is_sequence()) return values;
  for (const PickleNode* item : node->items) values.push_back(number(item).value_or(0.0));
  return values;
}

TrainingLog read_log(const PickleNode* node) {
  TrainingLog log;
  if (node == nullptr) return log;
  log.mean_fg_dice = numbers(node->find("mean_fg_dice"));
  log.ema_fg_dice = numbers(node->find("ema_fg_dice"));
  if (const PickleNode* epochs = node->find("dice_per_class_or_region");
      epochs && epochs->is_sequence()) {
    for (const PickleNode* epoch : epochs->items)
      log.dice_per_class_or_region.push_back(numbers(epoch));
  }
  log.train_losses = numbers(node->find("train_losses"));
  log.val_losses = numbers(node->find("val_losses"));
  log.lrs = numbers(node->find("lrs"));
  log.epoch_start_timestamps = numbers(node->find("epoch_start_timestamps"));
  log.epoch_end_timestamps = numbers(node->find("epoch_end_timestamps"));
  return log;
}

std::string text(const PickleNode* node, const std::string& fallback) {
  return node != nullptr && node->is(Kind::kString) ? node->text : fallback;
}

void read_init_args(const PickleNode& init, CheckpointInfo& info) {
  info.configuration = text(init.find("configuration"), "");
  const PickleNode* fold = init.find("fold");
  if (fold != nullptr && fold->is(Kind::kInt)) info.fold = std::to_string(fold->integer);
  info.fold = text(fold, info.fold);
}

std::optional<std::vector<int>> read_axes(const PickleNode* node) {
  if (node == nullptr || !node->is_sequence()) return std::nullopt;
  std::vector<int> axes;
  for (const PickleNode* item : node->items) axes.push_back(static_cast<int>(item->integer));
  return axes;
}

}  // namespace

CheckpointInfo read_checkpoint_info(const PickleNode& root) {
  CheckpointInfo info;
  if (const auto epoch = number(root.find("current_epoch"))) info.current_epoch = whole(*epoch);
  info.best_ema = number(root.find("_best_ema"));
  info.logging = read_log(root.find("logging"));
  info.trainer_name = text(root.find("trainer_name"), info.trainer_name);
  if (const PickleNode* init = root.find("init_args")) read_init_args(*init, info);
  info.mirror_axes = read_axes(root.find("inference_allowed_mirroring_axes"));
  if (const PickleNode* scaler = root.find("grad_scaler_state");
      scaler && scaler->is(Kind::kDict)) {
    if (const auto scale = number(scaler->find("scale"))) {
      const double tracker = number(scaler->find("_growth_tracker")).value_or(0.0);
      info.grad_scaler = ScalerState{*scale, whole(tracker)};
    }
  }
  return info;
}

}  // namespace nnflow::networks
