// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnflow.hpp>

#include "postprocess/determine_stage.hpp"
#include "postprocess/export_labels_stage.hpp"
#include "postprocess/export_next_stage_stage.hpp"
#include "postprocess/largest_component_stage.hpp"

NNFLOW_PLUGIN("postprocess", "0.1.0") {
  registry.add<nnflow::postprocess::ExportLabelsStage>("postprocess.export_labels");
  registry.add<nnflow::postprocess::ExportNextStageStage>("postprocess.export_next_stage");
  registry.add<nnflow::postprocess::LargestComponentStage>("postprocess.largest_component");
  registry.add<nnflow::postprocess::DetermineStage>("postprocess.determine");
}
