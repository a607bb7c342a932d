// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnflow.hpp>

#include "scaffold_stage.hpp"

NNFLOW_PLUGIN("scaffold", "0.1.0") { registry.add<scaffold::ScaffoldStage>("scaffold.scale"); }
