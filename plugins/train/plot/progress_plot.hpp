// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nnflow/networks/checkpoint.hpp"
#include "train/plot/canvas.hpp"

namespace nnflow::train {

/// Steps of an axis: multiples of 1, 2 or 5 times a power of ten that cover [low, high], about
/// `count` of them.
[[nodiscard]] std::vector<double> nice_steps(double low, double high, int count);

/// nnU-Net's picture of a training (nnunet-training 5.8), three panels below each other: the losses
/// with the pseudo Dice and its moving average on an axis of their own; seconds per epoch; learning
/// rate. Values that are not numbers leave gaps.
[[nodiscard]] Canvas plot_progress(const networks::TrainingLog& log);

}  // namespace nnflow::train
