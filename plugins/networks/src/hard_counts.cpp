// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

#include "nnflow/networks/loss.hpp"
#include "region_target.hpp"

namespace nnflow::networks {
namespace {

std::vector<double> to_doubles(const at::Tensor& tensor) {
  const at::Tensor wide = tensor.to(at::Device(at::kCPU), at::kDouble).contiguous();
  const double* data = wide.const_data_ptr<double>();
  return {data, data + wide.numel()};
}

/// Softmax counts of CPU tensors, voxel by voxel.
HardCounts count_labels(const at::Tensor& logits,
                        const at::Tensor& labels,
                        const LossOptions& options) {
  const at::Tensor rows = logits.movedim(1, -1).contiguous();  // no copy when channels come last
  const at::Tensor wanted = labels.contiguous();
  const auto* values = rows.const_data_ptr<float>();
  const auto* targets = wanted.const_data_ptr<std::int16_t>();
  const std::int64_t classes = logits.size(1);
  const auto count = static_cast<std::size_t>(classes);
  std::vector<std::int64_t> hits(count);
  std::vector<std::int64_t> predicted(count);
  std::vector<std::int64_t> present(count);
  for (std::int64_t voxel = 0; voxel < wanted.numel(); ++voxel) {
    const std::int64_t target = targets[voxel];
    if (options.ignore_label && target == *options.ignore_label) continue;
    const float* row = values + voxel * classes;
    const auto best = std::max_element(row, row + classes) - row;
    ++predicted[static_cast<std::size_t>(best)];
    if (target >= 0 && target < classes) ++present[static_cast<std::size_t>(target)];
    if (best == target) ++hits[static_cast<std::size_t>(best)];
  }
  HardCounts counts;
  for (std::size_t label = 1; label < count; ++label) {
    counts.true_positive.push_back(static_cast<double>(hits[label]));
    counts.false_positive.push_back(static_cast<double>(predicted[label] - hits[label]));
    counts.false_negative.push_back(static_cast<double>(present[label] - hits[label]));
  }
  return counts;
}

}  // namespace

at::Tensor region_target(const at::Tensor& labels, const LossOptions& options) {
  std::vector<at::Tensor> channels;
  for (const std::vector<std::int64_t>& region : options.regions) {
    at::Tensor inside = at::zeros_like(labels, labels.options().dtype(at::kBool));
    for (const std::int64_t label : region) inside = inside.logical_or(labels.eq(label));
    channels.push_back(inside);
  }
  return at::stack(channels, 1);
}

void HardCounts::add(const HardCounts& other) {
  const auto sum = [](std::vector<double>& into, const std::vector<double>& from) {
    into.resize(from.size(), 0.0);
    for (std::size_t i = 0; i < from.size(); ++i) into[i] += from[i];
  };
  sum(true_positive, other.true_positive);
  sum(false_positive, other.false_positive);
  sum(false_negative, other.false_negative);
}

HardCounts hard_counts(const at::Tensor& logits,
                       const at::Tensor& labels,
                       const LossOptions& options) {
  const c10::NoGradGuard no_grad;
  if (options.regions.empty() && logits.is_cpu() && logits.scalar_type() == at::kFloat) {
    return count_labels(logits, labels, options);
  }
  at::Tensor predicted;
  at::Tensor target;
  if (options.regions.empty()) {
    const at::Tensor best = logits.argmax(1);
    std::vector<at::Tensor> hits;
    std::vector<at::Tensor> wanted;
    for (std::int64_t label = 1; label < logits.size(1); ++label) {
      hits.push_back(best.eq(label));
      wanted.push_back(labels.eq(label));
    }
    predicted = at::stack(hits, 1);
    target = at::stack(wanted, 1);
  } else {
    predicted = at::sigmoid(logits).gt(0.5);
    target = region_target(labels, options);
  }
  if (options.ignore_label) {
    const at::Tensor valid = labels.ne(*options.ignore_label).unsqueeze(1);
    predicted = predicted.logical_and(valid);
    target = target.logical_and(valid);
  }
  std::vector<std::int64_t> axes{0};
  for (std::int64_t axis = 2; axis < logits.dim(); ++axis) axes.push_back(axis);
  HardCounts counts;
  counts.true_positive = to_doubles(predicted.logical_and(target).sum(axes));
  counts.false_positive = to_doubles(predicted.logical_and(target.logical_not()).sum(axes));
  counts.false_negative = to_doubles(predicted.logical_not().logical_and(target).sum(axes));
  return counts;
}

}  // namespace nnflow::networks
