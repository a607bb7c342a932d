// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnflow.hpp>

namespace nnflow::select {

// Each adds one stage, "select.<name>".
void add_merge(Registry& registry);
void add_candidates(Registry& registry);
void add_best(Registry& registry);
void add_report(Registry& registry);
void add_crossval(Registry& registry);

}  // namespace nnflow::select
