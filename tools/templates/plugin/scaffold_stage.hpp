// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnflow.hpp>

namespace scaffold {

struct ScaffoldParams {
  float factor = 1.0F;
  float offset = 0.0F;
};

/// Takes an image, hands its voxels to the kernel, passes it on.
class ScaffoldStage final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<nnflow::imaging::Volume> kIn{"image"};
  static constexpr nnflow::Out<nnflow::imaging::Volume> kOut{"image"};

  static void describe(nnflow::StageSpec& spec);
  explicit ScaffoldStage(const nnflow::StageConfig& config);
  void process(nnflow::Context& ctx) const override;

 private:
  const ScaffoldParams params_;
};

}  // namespace scaffold
