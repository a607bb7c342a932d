// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plan/classes_stage.hpp"
#include "plan/jobs_stage.hpp"
#include "plan/stages.hpp"

NNFLOW_PLUGIN("plan", "0.1.0") {
  registry.add<nnflow::plan::ExperimentStage>("plan.experiment");
  registry.add<nnflow::plan::ReadStage>("plan.read");
  registry.add<nnflow::plan::MoveStage>("plan.move");
  registry.add<nnflow::plan::JobsStage>("plan.jobs");
  registry.add<nnflow::plan::ClassesStage>("plan.classes");
}
