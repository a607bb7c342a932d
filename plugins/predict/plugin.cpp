// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnflow.hpp>

#include "predict/devices_doctor.hpp"
#include "predict/load_model_stage.hpp"
#include "predict/sliding_window_stage.hpp"

NNFLOW_PLUGIN("predict", "0.1.0") {
  registry.add<nnflow::predict::LoadModelStage>("predict.load_model");
  registry.add<nnflow::predict::SlidingWindowStage>("predict.sliding_window");
  registry.add<nnflow::Diagnostician, nnflow::predict::DevicesDoctor>(
      std::string(nnflow::Diagnostician::kInterface), "predict",
      "the devices that networks run on");
}
