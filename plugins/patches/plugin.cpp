// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnflow.hpp>

#include "patches/stages.hpp"

NNFLOW_PLUGIN("patches", "0.1.0") {
  nnflow::patches::add_class_locations(registry);
  nnflow::patches::add_list_preprocessed(registry);
  nnflow::patches::add_read(registry);
  nnflow::patches::add_read_preprocessed(registry);
  nnflow::patches::add_sample(registry);
  nnflow::patches::add_split(registry);
}
