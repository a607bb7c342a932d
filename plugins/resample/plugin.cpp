// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "resample/stages.hpp"

NNFLOW_PLUGIN("resample", "0.1.0") {
  registry.add<nnflow::resample::PlannedStage>("resample.planned");
  registry.add<nnflow::resample::VolumeStage>("resample.volume");
}
