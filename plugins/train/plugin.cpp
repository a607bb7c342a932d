// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnflow.hpp"
#include "train/batch_stage.hpp"
#include "train/benchmark_result_stage.hpp"
#include "train/device_stage.hpp"
#include "train/unet_stage.hpp"

NNFLOW_PLUGIN("train", "0.1.0") {
  registry.add<nnflow::train::BatchStage>("train.batch");
  registry.add<nnflow::train::BenchmarkResultStage>("train.benchmark_result");
  registry.add<nnflow::train::DeviceStage>("train.device");
  registry.add<nnflow::train::UNetStage>("train.unet");
}
