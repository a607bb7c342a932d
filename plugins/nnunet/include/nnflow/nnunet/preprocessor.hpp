// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "nnflow/imaging/volume.hpp"

namespace nnflow::nnunet {

/// What happens to a cropped image before it is resampled, for plans whose `preprocessor_name` is
/// not DefaultPreprocessor. Plugins register implementations under the class name:
/// `registry.add<Preprocessor, Mine>("nnunet.preprocessor/1", "MyPreprocessor", "...")`. An
/// implementation is constructed from an object with `configuration` (the name of the configuration
/// in the plans).
class Preprocessor {
 public:
  static constexpr std::string_view kInterface = "nnunet.preprocessor/1";
  static constexpr std::string_view kDefault = "DefaultPreprocessor";

  /// Normalises every channel of an image by the schemes of the plans.
  using Normalise = std::function<void(imaging::Volume&)>;

  Preprocessor() = default;
  Preprocessor(const Preprocessor&) = delete;
  Preprocessor& operator=(const Preprocessor&) = delete;
  virtual ~Preprocessor() = default;

  /// Changes the voxels of an image (channel, z, y, x after `transpose_forward`) in place, with the
  /// intensities of its file; its extent and channels stay. `labels` are the same voxels' labels,
  /// -1 outside the non-zero mask; empty when there are none. `normalise` is what the default does
  /// and may be called or not. Called for different images at once.
  virtual void run(imaging::Volume& image,
                   std::span<const std::int16_t> labels,
                   const Normalise& normalise) const = 0;
};

}  // namespace nnflow::nnunet
