// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "nnflow/networks/checkpoint.hpp"

namespace nnflow::train {

/// Scalars of a training as TensorBoard reads them: records (length, payload, masked CRC-32C of
/// each; TFRecord) of serialised `Event` messages, one per epoch from `first_epoch` on, its step
/// the epoch, its time the epoch's end. Before epoch 0 comes the record with the file's version, so
/// that a file is `scalar_events(log, 0)`, or the same bytes in pieces. Tags: `loss/train`,
/// `loss/validation`, `dice/mean`, `dice/smoothed`, `dice/class_<n>` (from 1, in the order of
/// classes or regions), `learning_rate`, `epoch_seconds`. What is not a number (a class without a
/// voxel) is left out.
[[nodiscard]] std::string scalar_events(const networks::TrainingLog& log, std::size_t first_epoch);

}  // namespace nnflow::train
