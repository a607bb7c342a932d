// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/device_stage.hpp"

#include "nnflow/networks/precision.hpp"
#include "nnflow/torch_bridge/device.hpp"

namespace nnflow::train {

void DeviceStage::describe(StageSpec& spec) {
  spec.summary(
      "Refuse a device or a precision that this machine does not have, before any stage runs");
  spec.doc(
      "For pipelines that train in a sub-pipeline: the stages of a sub-pipeline are made, and look "
      "for their device, only when everything before it is done.");
  spec.params<DeviceParams>()
      .field("device", &DeviceParams::device, "cpu, cuda or cuda:N")
      .field("precision", &DeviceParams::precision, "of the training on the CPU",
             Choices{{"float32", "bf16"}});
}

DeviceStage::DeviceStage(const StageConfig& config) {
  const auto& params = config.params<DeviceParams>();
  torch_bridge::require_device(params.device, config.stage());
  networks::require_precision(params.precision, params.device, config.stage());
}

}  // namespace nnflow::train
