// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnflow.hpp>

namespace nnflow::patches {

/// Each adds one stage `patches.<name>`.
void add_class_locations(Registry& registry);
void add_list_preprocessed(Registry& registry);
void add_read(Registry& registry);
void add_read_preprocessed(Registry& registry);
void add_sample(Registry& registry);
void add_split(Registry& registry);

}  // namespace nnflow::patches
