// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "nnflow/networks/checkpoint_info.hpp"
#include "nnflow/networks/sgd.hpp"
#include "nnflow/networks/unet.hpp"

namespace nnflow::networks {

/// Writes a checkpoint that nnU-Net and torch.load read (nnunet-training 6.4) to `path` as it
/// stands: give it the temporary path of an Artifact. Throws Error(kIo). Runs on the device's
/// thread.
void write_checkpoint(const std::filesystem::path& path,
                      const UNet& network,
                      const Optimiser& optimiser,
                      const CheckpointInfo& info);

/// 16 hexadecimal digits that identify the network's weights by content. Runs on the device's
/// thread.
[[nodiscard]] std::string weights_digest(const UNet& network);

/// A `.pth` file of nnU-Net, of ours, or a bare state dict; the path may lead through a zip
/// archive, whose entry is then unpacked in memory. Nothing in it is executed. Every
/// message names the file: kIo when it cannot be read, kInvalidData when it is no checkpoint, is
/// cut off, or does not fit.
class CheckpointFile {
 public:
  explicit CheckpointFile(const std::filesystem::path& path);
  CheckpointFile(CheckpointFile&&) noexcept;
  CheckpointFile& operator=(CheckpointFile&&) noexcept;
  CheckpointFile(const CheckpointFile&) = delete;
  CheckpointFile& operator=(const CheckpointFile&) = delete;
  ~CheckpointFile();

  /// Absent or unusual entries keep their defaults. `plans` and `dataset_json` are left empty.
  [[nodiscard]] const CheckpointInfo& info() const;
  /// Whether it is a trainer's checkpoint rather than a bare state dict.
  [[nodiscard]] bool is_training_checkpoint() const;

  /// The norm whose tensors the file has; plans do not say it for nnUNetTrainerBN.
  [[nodiscard]] NormKind norm() const;

  /// Copies the weights into `network`. `module.` and `_orig_mod.` prefixes are ignored; of aliases
  /// that disagree the last one counts. Missing, unexpected and misshapen entries are reported
  /// together.
  void load_weights(UNet& network) const;
  /// Copies the weights into `network` but for its segmentation heads, as fine-tuning does
  /// (nnunet-training 5.6); entries that the network does not have are passed over. Missing and
  /// misshapen entries are reported together.
  void load_pretrained(UNet& network) const;
  /// Copies what the optimiser keeps for each parameter (Optimiser::slots), as far as there is any,
  /// into an optimiser of `network`. A file of another kind of optimiser is refused.
  void load_optimiser(const UNet& network, Optimiser& optimiser) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nnflow::networks
