// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <string>

#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>

#include "resample/kernels/resample.hpp"

namespace nnflow::resample {

/// `resample.planned`: resamples to the voxel size of a configuration.
class PlannedStage final : public MapStage {
 public:
  struct Params {
    std::string configuration = "3d_fullres";
    std::string label_rule = "highest";
    std::string labels = "always";
  };
  static constexpr In<imaging::Volume> kImageIn{"image"};
  static constexpr In<imaging::LabelMap> kLabelIn{"label"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};
  static constexpr Out<imaging::Volume> kImage{"image"};
  static constexpr Out<imaging::LabelMap> kLabel{"label"};
  static void describe(StageSpec& spec);
  explicit PlannedStage(const StageConfig& config) : params_(config.params<Params>()) {}
  void process(Context& ctx) const override;

 private:
  const Params params_;
};

/// `resample.volume`: resamples to a given voxel size.
class VolumeStage final : public MapStage {
 public:
  struct Params {
    std::array<double, 3> spacing_mm{1.0, 1.0, 1.0};
    std::int64_t order = 3;
    std::string separate_axis = "auto";
    std::string label_rule = "highest";
  };
  static constexpr In<imaging::Volume> kImageIn{"image"};
  static constexpr In<imaging::LabelMap> kLabelIn{"label"};
  static constexpr Out<imaging::Volume> kImage{"image"};
  static constexpr Out<imaging::LabelMap> kLabel{"label"};
  static void describe(StageSpec& spec);
  explicit VolumeStage(const StageConfig& config) : params_(config.params<Params>()) {}
  void process(Context& ctx) const override;

 private:
  const Params params_;
};

/// Calls `resample`, which resamples `image` to the voxel size `target`, mm. Gives up the item,
/// with both voxel sizes and extents, where the result has no voxel, is larger than the machine's
/// memory, or does not get the memory it needs. `source` is where `target` comes from.
void within_memory(Context& ctx,
                   const imaging::Volume& image,
                   const Spacing3& target,
                   const std::string& source,
                   const std::function<void()>& resample);

/// Resamples a whole payload; spacing follows, geometry stays.
[[nodiscard]] imaging::Volume resampled(imaging::Volume image,
                                        const Extent3& extent,
                                        const Spacing3& spacing,
                                        Order order,
                                        SeparateZ separate,
                                        int threads);
[[nodiscard]] imaging::LabelMap resampled(imaging::LabelMap label,
                                          const Extent3& extent,
                                          const Spacing3& spacing,
                                          Order order,
                                          SeparateZ separate,
                                          LabelRule rule);
/// The same by the Torch function.
[[nodiscard]] imaging::Volume torch_resampled(imaging::Volume image,
                                              const Extent3& extent,
                                              const Spacing3& spacing,
                                              SeparateZ separate,
                                              int threads);
[[nodiscard]] imaging::LabelMap torch_resampled(imaging::LabelMap label,
                                                const Extent3& extent,
                                                const Spacing3& spacing,
                                                SeparateZ separate,
                                                TorchLabelRule rule);
/// The rule of a `label_rule` parameter.
[[nodiscard]] LabelRule label_rule(const std::string& name);

}  // namespace nnflow::resample
