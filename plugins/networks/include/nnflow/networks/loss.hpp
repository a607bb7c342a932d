// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/nnunet/labels.hpp"

namespace at {
class Tensor;
}

namespace nnflow::networks {

/// The terms of the loss (nnunet-training 8).
enum class LossKind {
  kDiceEntropy,  ///< Dice + cross-entropy, or Dice + binary cross-entropy for regions
  kDice,
  kEntropy,  ///< cross-entropy; not for regions
  kTopK,     ///< cross-entropy of the voxels that fit worst; not for regions
  kDiceTopK  ///< Dice + kTopK; not for regions
};

/// What the network's heads mean, and how the loss treats them.
struct LossOptions {
  /// Label values of each region, in head order; empty: softmax over labels 0 ... heads - 1.
  std::vector<std::vector<std::int64_t>> regions;
  std::optional<std::int64_t> ignore_label;
  bool batch_dice = false;  ///< Dice over the batch as one image instead of per sample
  double smooth = 1e-5;
  LossKind kind = LossKind::kDiceEntropy;
  double label_smoothing = 0.0;  ///< of the cross-entropy of kTopK and kDiceTopK
  double top_percent = 10.0;     ///< of the voxels, for kTopK and kDiceTopK

  [[nodiscard]] static LossOptions from_labels(const nnunet::LabelManager& labels, bool batch_dice);
};

/// Weights of the outputs, full resolution first: 1, 1/2, 1/4, ... with the last one 0, summing to
/// 1 (nnunet-training 4.4). One output has weight 1.
[[nodiscard]] std::vector<double> deep_supervision_weights(std::int64_t outputs);

/// The label map at the resolution of each output, full resolution first: nearest-exact
/// (nnunet-training 3.12). `labels` is int16 (n, z, y, x) or (n, y, x); `strides` are the
/// network's, per stage; one entry per stage but the last.
[[nodiscard]] std::vector<at::Tensor> target_pyramid(const at::Tensor& labels,
                                                     const std::vector<imaging::Extent3>& strides,
                                                     int dimensions);

/// The loss of one output (nnunet-training 4.1 to 4.3), a scalar tensor. `logits` is (n, heads,
/// ...), `labels` the int16 label map (n, ...) on the same device.
[[nodiscard]] at::Tensor segmentation_loss(const at::Tensor& logits,
                                           const at::Tensor& labels,
                                           const LossOptions& options);

/// Sum of the outputs' losses times `weights`; outputs of weight 0 are left out.
[[nodiscard]] at::Tensor deep_supervision_loss(const std::vector<at::Tensor>& outputs,
                                               const std::vector<at::Tensor>& targets,
                                               const std::vector<double>& weights,
                                               const LossOptions& options);

/// Voxel counts of a hard prediction per class, background left out unless there are regions.
struct HardCounts {
  std::vector<double> true_positive;
  std::vector<double> false_positive;
  std::vector<double> false_negative;

  void add(const HardCounts& other);
};

/// Counts over batch and space, ignored voxels left out (nnunet-training 5.3).
[[nodiscard]] HardCounts hard_counts(const at::Tensor& logits,
                                     const at::Tensor& labels,
                                     const LossOptions& options);

}  // namespace nnflow::networks
