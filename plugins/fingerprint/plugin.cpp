// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fingerprint/stages.hpp"

NNFLOW_PLUGIN("fingerprint", "0.1.0") {
  registry.add<nnflow::fingerprint::CaseStatisticsStage>("fingerprint.case_statistics");
  registry.add<nnflow::fingerprint::CollectStage>("fingerprint.collect");
  registry.add<nnflow::fingerprint::ReadStage>("fingerprint.read");
}
