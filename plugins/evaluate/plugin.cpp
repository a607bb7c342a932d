// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnflow.hpp>

#include "evaluate/case_stage.hpp"
#include "evaluate/summary_stage.hpp"

NNFLOW_PLUGIN("evaluate", "0.1.0") {
  registry.add<nnflow::evaluate::CaseStage>("evaluate.case");
  registry.add<nnflow::evaluate::SummaryStage>("evaluate.summary");
}
