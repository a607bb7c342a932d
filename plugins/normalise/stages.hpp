// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/normaliser.hpp>
#include <nnflow/nnunet/plans.hpp>

namespace nnflow::normalise {

/// The five schemes of nnU-Net as normalisers, registered under their class names.
class ZScoreNormaliser final : public nnunet::Normaliser {
 public:
  explicit ZScoreNormaliser(const Value& arguments);
  void run(std::span<float> voxels, std::span<const std::int16_t> labels) const override;

 private:
  bool use_mask_ = false;
};
class CtNormaliser final : public nnunet::Normaliser {
 public:
  explicit CtNormaliser(const Value& arguments);
  void run(std::span<float> voxels, std::span<const std::int16_t> labels) const override;

 private:
  double mean_, deviation_, lower_, upper_;
};
class RescaleNormaliser final : public nnunet::Normaliser {
 public:
  explicit RescaleNormaliser(const Value&) {}
  void run(std::span<float> voxels, std::span<const std::int16_t> labels) const override;
};
class RgbNormaliser final : public nnunet::Normaliser {
 public:
  explicit RgbNormaliser(const Value&) {}
  /// Throws Error(kInvalidData) for values outside 0 to 255.
  void run(std::span<float> voxels, std::span<const std::int16_t> labels) const override;
};
class NoNormaliser final : public nnunet::Normaliser {
 public:
  explicit NoNormaliser(const Value&) {}
  void run(std::span<float>, std::span<const std::int16_t>) const override {}
};

/// One of the five by class name, or null.
[[nodiscard]] std::shared_ptr<nnunet::Normaliser> built_in(std::string_view scheme,
                                                           const Value& arguments);

/// `normalise.planned`: per channel the scheme that the plans name.
class PlannedStage final : public MapStage {
 public:
  struct Params {
    std::string configuration = "3d_fullres";
  };
  static constexpr In<imaging::Volume> kImageIn{"image"};
  static constexpr In<imaging::LabelMap> kLabel{"label"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};
  static constexpr Out<imaging::Volume> kImage{"image"};
  static void describe(StageSpec& spec);
  explicit PlannedStage(const StageConfig& config) : params_(config.params<Params>()) {}
  void process(Context& ctx) const override;

 private:
  const Params params_;
};

}  // namespace nnflow::normalise
