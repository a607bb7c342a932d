// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "nnflow/imaging/volume.hpp"

namespace nnflow::prediction {

/// Which model predicts, and how.
struct PredictorSettings {
  std::filesystem::path model;       ///< model folder, or a zip archive with one
  std::vector<std::string> folds{};  ///< "0", ..., "all"; empty = every numbered fold found
  std::string checkpoint = "checkpoint_final.pth";
  bool mirroring = true;
  double step_size = 0.5;             ///< distance of tiles in tile lengths, (0, 1]
  std::string device = "cpu";         ///< cpu, cuda or cuda:N
  int threads = 0;                    ///< of the whole; 0 = all cores
  bool as_nnunet = false;             ///< round sums to half, as nnU-Net does
  std::string precision = "float32";  ///< of convolutions on the CPU: float32, or bf16 where it can
  std::vector<std::filesystem::path> plugin_dirs{};  ///< before those of the installation
};

/// Told of progress: the stage and how many of how many; returns false to give up. Called from
/// another thread.
using Progress =
    std::function<bool(const std::string& stage, std::uint64_t done, std::uint64_t total)>;

/// Segments volumes in memory with a trained model of nnU-Net: cropping, normalisation, resampling,
/// tiles, mirroring, folds and labels as `nnflow predict` does them. The weights are loaded with
/// the first volume and stay loaded; a process keeps those of the last model. One call at a time.
class ArrayPredictor {
 public:
  /// Throws Error for settings that cannot be used, such as a device that is not there.
  explicit ArrayPredictor(const PredictorSettings& settings);
  ArrayPredictor(ArrayPredictor&&) noexcept;
  ArrayPredictor& operator=(ArrayPredictor&&) noexcept;
  ~ArrayPredictor();

  /// Labels on the grid of the image, whose axes are (channel, z, y, x) and whose `spacing` is in
  /// mm along z, y, x. A 2D image has one slice. Throws Error with the stage and what was
  /// expected, also for a model that refines the segmentations of a previous stage; the predictor
  /// can be used again.
  [[nodiscard]] imaging::LabelMap predict(imaging::Volume image, const Progress& progress = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A volume of an array in memory, (channel, z, y, x), contiguous. Throws Error(kInvalidData) where
/// the number of voxels does not fit.
[[nodiscard]] imaging::Volume volume_of(std::span<const float> voxels,
                                        std::int64_t channels,
                                        const std::array<std::int64_t, 3>& extent,
                                        const std::array<double, 3>& spacing_mm);

}  // namespace nnflow::prediction
