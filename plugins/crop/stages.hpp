// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/properties.hpp>

namespace nnflow::crop {

/// `crop.transpose_axes`: puts the axes into the order the plans ask for.
class TransposeAxesStage final : public MapStage {
 public:
  static constexpr In<imaging::Volume> kImageIn{"image"};
  static constexpr In<imaging::LabelMap> kLabelIn{"label"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr Out<imaging::Volume> kImage{"image"};
  static constexpr Out<imaging::LabelMap> kLabel{"label"};
  static void describe(StageSpec& spec);
  explicit TransposeAxesStage(const StageConfig&) {}
  void process(Context& ctx) const override;
};

/// `crop.nonzero_box`: crops to the box of what is not zero.
class NonzeroBoxStage final : public MapStage {
 public:
  static constexpr In<imaging::Volume> kImageIn{"image"};
  static constexpr In<imaging::LabelMap> kLabelIn{"label"};
  static constexpr Out<imaging::Volume> kImage{"image"};
  static constexpr Out<imaging::LabelMap> kLabel{"label"};
  static constexpr Out<nnunet::CaseProperties> kProperties{"properties"};
  static void describe(StageSpec& spec);
  explicit NonzeroBoxStage(const StageConfig&) {}
  void process(Context& ctx) const override;
};

}  // namespace nnflow::crop
