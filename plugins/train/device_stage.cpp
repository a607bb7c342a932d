// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/device_stage.hpp"

#include "nnflow/torch_bridge/device.hpp"

namespace nnflow::train {

void DeviceStage::describe(StageSpec& spec) {
  spec.summary("Refuse a device that this machine does not have, before any stage runs");
  spec.doc(
      "For pipelines that train in a sub-pipeline: the stages of a sub-pipeline are made, and look "
      "for their device, only when everything before it is done.");
  spec.params<DeviceParams>().field("device", &DeviceParams::device, "cpu, cuda or cuda:N");
}

DeviceStage::DeviceStage(const StageConfig& config) {
  torch_bridge::require_device(config.params<DeviceParams>().device, config.stage());
}

}  // namespace nnflow::train
