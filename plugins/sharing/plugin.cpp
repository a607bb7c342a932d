// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnflow.hpp>

#include "sharing/export_model_stage.hpp"
#include "sharing/install_model_stage.hpp"

NNFLOW_PLUGIN("sharing", "0.1.0") {
  registry.add<nnflow::sharing::ExportModelStage>("sharing.export_model");
  registry.add<nnflow::sharing::InstallModelStage>("sharing.install_model");
}
