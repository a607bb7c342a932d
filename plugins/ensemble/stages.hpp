// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnflow.hpp>

namespace nnflow::ensemble {

// Each adds one stage, "ensemble.<name>".
void add_open(Registry& registry);
void add_list(Registry& registry);
void add_average(Registry& registry);
void add_decide(Registry& registry);

}  // namespace nnflow::ensemble
