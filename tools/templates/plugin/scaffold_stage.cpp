// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "scaffold_stage.hpp"

#include <utility>

#include "kernels/scaffold.hpp"

namespace scaffold {

// What is said here is what help, validation, the JSON Schema and the reference say. Raise
// cache_version when the same input gives another result than before.
void ScaffoldStage::describe(nnflow::StageSpec& spec) {
  spec.summary("Scale intensities and add an offset").cache_version(1);
  spec.input(kIn, "any image").output(kOut, "same geometry, scaled values");
  spec.params<ScaffoldParams>()
      .field("factor", &ScaffoldParams::factor, "what intensities are multiplied with",
             nnflow::Range{-1000, 1000})
      .field("offset", &ScaffoldParams::offset, "what is added afterwards");
}

ScaffoldStage::ScaffoldStage(const nnflow::StageConfig& config)
    : params_(config.params<ScaffoldParams>()) {}

// Called for many items at once, each on a thread of its own.
void ScaffoldStage::process(nnflow::Context& ctx) const {
  nnflow::imaging::Volume image = ctx.take(kIn);  // copied only when another stage reads it too
  scale(image.voxels(), params_.factor, params_.offset);
  ctx.emit(kOut, std::move(image));
}

}  // namespace scaffold
