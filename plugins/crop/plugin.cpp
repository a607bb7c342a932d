// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "crop/stages.hpp"

NNFLOW_PLUGIN("crop", "0.1.0") {
  registry.add<nnflow::crop::TransposeAxesStage>("crop.transpose_axes");
  registry.add<nnflow::crop::NonzeroBoxStage>("crop.nonzero_box");
}
