// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/loss.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "region_target.hpp"

namespace nnflow::networks {
namespace {

std::vector<std::int64_t> spatial_axes(const at::Tensor& tensor) {
  std::vector<std::int64_t> axes;
  for (std::int64_t axis = 2; axis < tensor.dim(); ++axis) axes.push_back(axis);
  return axes;
}

/// Soft Dice of probabilities and one-hot target, both (n, classes, ...); `mask` (n, 1, ...) or
/// undefined.
at::Tensor soft_dice(const at::Tensor& probability,
                     const at::Tensor& target,
                     const at::Tensor& mask,
                     const LossOptions& options) {
  const std::vector<std::int64_t> axes = spatial_axes(probability);
  const at::Tensor masked = mask.defined() ? probability * mask : probability;
  const at::Tensor masked_target = mask.defined() ? target * mask : target;
  at::Tensor intersection = (masked * target).sum(axes, false, at::kFloat);
  at::Tensor predicted = masked.sum(axes, false, at::kFloat);
  at::Tensor present = masked_target.sum(axes, false, at::kFloat);
  if (options.batch_dice) {
    intersection = intersection.sum(0);
    predicted = predicted.sum(0);
    present = present.sum(0);
  }
  const at::Tensor dice =
      (2 * intersection + options.smooth) / (predicted + present + options.smooth).clamp_min(1e-8);
  return -dice.mean();
}

/// Mean cross-entropy of the `top_percent` voxels with the largest one; ignored voxels have 0 and
/// count.
at::Tensor top_entropy(const at::Tensor& logits,
                       const at::Tensor& target,
                       std::int64_t ignore_index,
                       const LossOptions& options) {
  const at::Tensor each =
      at::cross_entropy_loss(logits.to(at::kFloat), target, {}, at::Reduction::None, ignore_index,
                             options.label_smoothing)
          .flatten();
  const auto count =
      static_cast<std::int64_t>(static_cast<double>(each.numel()) * options.top_percent / 100.0);
  return std::get<0>(at::topk(each, std::max<std::int64_t>(count, 1), 0, true, false)).mean();
}

at::Tensor softmax_loss(const at::Tensor& logits,
                        const at::Tensor& labels,
                        const LossOptions& options) {
  at::Tensor target = labels.to(at::kLong);
  at::Tensor mask;
  std::int64_t ignore_index = -100;
  bool any_valid = true;
  at::Tensor dice_target = target;
  if (options.ignore_label) {
    ignore_index = *options.ignore_label;
    const at::Tensor valid = target.ne(ignore_index);
    dice_target = target.masked_fill(valid.logical_not(), 0);
    any_valid = valid.any().item<bool>();
    mask = valid.unsqueeze(1).to(at::kFloat);
  }
  at::Tensor dice;
  if (options.kind != LossKind::kEntropy && options.kind != LossKind::kTopK) {
    const at::Tensor probability = at::softmax(logits, 1, at::kFloat);
    at::Tensor one_hot = at::zeros_like(probability);
    one_hot.scatter_(1, dice_target.unsqueeze(1), 1.0);
    const std::int64_t foreground = logits.size(1) - 1;
    dice = soft_dice(probability.narrow(1, 1, foreground), one_hot.narrow(1, 1, foreground), mask,
                     options);
    if (options.kind == LossKind::kDice || !any_valid) return dice;
  }
  if (!any_valid) return logits.to(at::kFloat).sum() * 0.0;
  const bool all = options.kind == LossKind::kEntropy || options.kind == LossKind::kDiceEntropy;
  const at::Tensor entropy = all ? at::cross_entropy_loss(logits.to(at::kFloat), target, {},
                                                          at::Reduction::Mean, ignore_index)
                                 : top_entropy(logits, target, ignore_index, options);
  return dice.defined() ? entropy + dice : entropy;
}

at::Tensor region_loss(const at::Tensor& logits,
                       const at::Tensor& labels,
                       const LossOptions& options) {
  const at::Tensor target = region_target(labels, options).to(at::kFloat);
  const at::Tensor wide = logits.to(at::kFloat);
  at::Tensor mask;
  at::Tensor entropy;
  if (options.ignore_label) {
    mask = labels.ne(*options.ignore_label).unsqueeze(1).to(at::kFloat);
    const at::Tensor each =
        at::binary_cross_entropy_with_logits(wide, target, {}, {}, at::Reduction::None);
    entropy = (each * mask).sum() / mask.sum().clamp_min(1e-8);
  } else {
    entropy = at::binary_cross_entropy_with_logits(wide, target, {}, {}, at::Reduction::Mean);
  }
  const at::Tensor dice = soft_dice(at::sigmoid(logits), target, mask, options);
  return options.kind == LossKind::kDice ? dice : entropy + dice;
}

/// `labels` with axis `axis` shrunk to `size`: source index floor((i + 1/2) * scale), as
/// nearest-exact has it.
at::Tensor shrink_axis(const at::Tensor& labels, std::int64_t axis, std::int64_t size) {
  const std::int64_t full = labels.size(axis);
  if (size == full) return labels;
  const float scale = static_cast<float>(full) / static_cast<float>(size);
  std::vector<std::int64_t> source;
  for (std::int64_t i = 0; i < size; ++i) {
    const auto position =
        static_cast<float>((static_cast<double>(i) + 0.5) * static_cast<double>(scale));
    source.push_back(std::min(static_cast<std::int64_t>(std::floor(position)), full - 1));
  }
  return labels.index_select(
      axis, at::tensor(source, at::TensorOptions().dtype(at::kLong)).to(labels.device()));
}

}  // namespace

LossOptions LossOptions::from_labels(const nnunet::LabelManager& labels, bool batch_dice) {
  LossOptions options;
  options.batch_dice = batch_dice;
  options.ignore_label = labels.ignore_label();
  for (const nnunet::LabelOrRegion& region : labels.foreground_regions())
    options.regions.push_back(region.labels);
  return options;
}

std::vector<double> deep_supervision_weights(std::int64_t outputs) {
  if (outputs < 1) throw std::invalid_argument("no outputs");
  if (outputs == 1) return {1.0};
  std::vector<double> weights;
  double sum = 0.0;
  for (std::int64_t i = 0; i < outputs; ++i) {
    weights.push_back(i + 1 == outputs ? 0.0 : std::ldexp(1.0, -static_cast<int>(i)));
    sum += weights.back();
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

std::vector<at::Tensor> target_pyramid(const at::Tensor& labels,
                                       const std::vector<imaging::Extent3>& strides,
                                       int dimensions) {
  std::vector<at::Tensor> targets;
  std::vector<double> divisor(3, 1.0);
  for (std::size_t stage = 0; stage + 1 < strides.size(); ++stage) {
    at::Tensor target = labels;
    for (int axis = 0; axis < dimensions; ++axis) {
      const auto a = static_cast<std::size_t>(3 - dimensions + axis);
      divisor[a] *= static_cast<double>(strides[stage][a]);
      const auto edge = static_cast<double>(labels.size(axis + 1));
      target = shrink_axis(target, axis + 1,
                           static_cast<std::int64_t>(std::nearbyint(edge * (1.0 / divisor[a]))));
    }
    targets.push_back(target);
  }
  return targets;
}

at::Tensor segmentation_loss(const at::Tensor& logits,
                             const at::Tensor& labels,
                             const LossOptions& options) {
  return options.regions.empty() ? softmax_loss(logits, labels, options)
                                 : region_loss(logits, labels, options);
}

at::Tensor deep_supervision_loss(const std::vector<at::Tensor>& outputs,
                                 const std::vector<at::Tensor>& targets,
                                 const std::vector<double>& weights,
                                 const LossOptions& options) {
  at::Tensor total;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (weights[i] == 0.0) continue;
    const at::Tensor part = segmentation_loss(outputs[i], targets[i], options) * weights[i];
    total = total.defined() ? total + part : part;
  }
  return total;
}

}  // namespace nnflow::networks
