// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnflow.hpp>

#include "select/stages.hpp"

NNFLOW_PLUGIN("select", "0.1.0") {
  nnflow::select::add_merge(registry);
  nnflow::select::add_candidates(registry);
  nnflow::select::add_best(registry);
  nnflow::select::add_report(registry);
  nnflow::select::add_crossval(registry);
}
