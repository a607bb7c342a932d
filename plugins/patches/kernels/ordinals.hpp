// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace nnflow::patches {

/// Numbering of the two patch streams of a training run. Every epoch shows `iterations` training
/// batches, then `val_iterations` validation batches; patches are numbered through in that order,
/// so that each stream knows its own numbers and can start anywhere.
struct PatchNumbering {
  std::int64_t iterations = 250;
  std::int64_t val_iterations = 50;
  std::int64_t batch_size = 2;
  bool validation = false;  ///< which stream

  /// Place of a patch in the run.
  struct Place {
    std::int64_t epoch = 0;
    std::int64_t iteration = 0;  ///< within the stream's part of the epoch
    std::int64_t sample = 0;     ///< within the batch
  };

  /// Patches of this stream in one epoch.
  [[nodiscard]] std::int64_t per_epoch() const {
    return (validation ? val_iterations : iterations) * batch_size;
  }
  /// Place of the stream's patch `index`.
  [[nodiscard]] Place place(std::int64_t index) const {
    const std::int64_t rest = index % per_epoch();
    return {index / per_epoch(), rest / batch_size, rest % batch_size};
  }
  /// Number of a place among the patches of both streams.
  [[nodiscard]] std::int64_t ordinal(const Place& at) const {
    const std::int64_t batch =
        at.epoch * (iterations + val_iterations) + (validation ? iterations : 0) + at.iteration;
    return batch * batch_size + at.sample;
  }
  /// Index of this stream's first patch whose number is at least `ordinal`.
  [[nodiscard]] std::int64_t index_from(std::int64_t ordinal) const {
    const std::int64_t training = iterations * batch_size;
    const std::int64_t epoch_length = training + val_iterations * batch_size;
    const std::int64_t epoch = ordinal / epoch_length;
    const std::int64_t rest = ordinal % epoch_length;
    if (validation) return epoch * per_epoch() + (rest > training ? rest - training : 0);
    return epoch * per_epoch() + (rest < training ? rest : training);
  }
};

}  // namespace nnflow::patches
