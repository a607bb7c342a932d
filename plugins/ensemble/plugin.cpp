// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnflow.hpp>

#include "ensemble/stages.hpp"

NNFLOW_PLUGIN("ensemble", "0.1.0") {
  nnflow::ensemble::add_open(registry);
  nnflow::ensemble::add_list(registry);
  nnflow::ensemble::add_average(registry);
  nnflow::ensemble::add_decide(registry);
}
