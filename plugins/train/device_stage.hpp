// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "nnflow/nnflow.hpp"

namespace nnflow::train {

struct DeviceParams {
  std::string device = "cpu";
  std::string precision = "float32";
};

/// Ends a run whose later sub-pipelines need a device or a precision that is missing, before its
/// first stage runs.
class DeviceStage final : public ReduceStage {
 public:
  static void describe(StageSpec& spec);
  /// Throws where the device, or the instructions for the precision, are missing.
  explicit DeviceStage(const StageConfig& config);
  void finish(Context&) override {}
};

}  // namespace nnflow::train
