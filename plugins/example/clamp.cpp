// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// A complete plugin: one stage in one file. It is built here and, by a test, outside the tree.
#include <algorithm>
#include <span>
#include <utility>

#include "nnflow/imaging/volume.hpp"
#include "nnflow/nnflow.hpp"

namespace {

using nnflow::imaging::Volume;

struct ClampParams {
  float low = -1000.0F;
  float high = 1000.0F;
};

// The kernel: it knows no engine.
void clamp_all(std::span<float> voxels, const ClampParams& params) {
  for (float& voxel : voxels) voxel = std::clamp(voxel, params.low, params.high);
}

class ClampStage final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<Volume> kIn{"image"};
  static constexpr nnflow::Out<Volume> kOut{"image"};

  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Clamp voxel intensities to a closed range").cache_version(1);
    spec.input(kIn, "any volume").output(kOut, "same geometry, clamped values");
    spec.params<ClampParams>()
        .field("low", &ClampParams::low, "smallest value kept")
        .field("high", &ClampParams::high, "largest value kept")
        .check([](const ClampParams& p) { return p.low < p.high ? "" : "low must be below high"; });
  }

  explicit ClampStage(const nnflow::StageConfig& config) : params_(config.params<ClampParams>()) {}

  void process(nnflow::Context& ctx) const override {
    Volume image = ctx.take(kIn);
    clamp_all(image.voxels(), params_);
    ctx.emit(kOut, std::move(image));
  }

 private:
  const ClampParams params_;
};

}  // namespace

NNFLOW_PLUGIN("example", "1.0.0") { registry.add<ClampStage>("example.clamp"); }
