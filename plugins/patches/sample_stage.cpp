// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nnflow/nnunet/augmentation_rule.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/patch_request.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/splits.hpp"
#include "patches/kernels/ordinals.hpp"
#include "patches/kernels/sampling.hpp"
#include "patches/preprocessed.hpp"
#include "patches/stages.hpp"

namespace nnflow::patches {
namespace {

struct SampleParams {
  std::string configuration;
  std::string fold = "0";
  std::string folder;
  std::string previous_folder;
  std::string subset = "train";
  std::int64_t epochs = 1000;
  std::int64_t iterations = 250;
  std::int64_t val_iterations = 50;
  std::optional<std::int64_t> batch_size;
  double oversample = 0.33;
  bool enlarge = true;
};

class SampleStage final : public Source {
 public:
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::Splits> kSplits{"splits"};
  static constexpr Out<nnunet::PatchRequest> kRequest{"request"};

  static void describe(StageSpec& spec);
  explicit SampleStage(const StageConfig& config) : params_(config.params<SampleParams>()) {}

  void open(Context& ctx) override;
  bool next(Emitter& out) override;
  [[nodiscard]] std::optional<std::uint64_t> size() const override {
    return static_cast<std::uint64_t>(params_.epochs * numbering_.per_epoch());
  }
  void seek(std::uint64_t ordinal) override {
    index_ = numbering_.index_from(static_cast<std::int64_t>(ordinal));
  }

 private:
  const SampleParams params_;
  PatchNumbering numbering_;
  std::vector<std::string> cases_;
  nnunet::PatchRequest request_;  // what all requests have in common
  std::uint64_t bytes_ = 0;
  std::int64_t index_ = 0;
};

void SampleStage::describe(StageSpec& spec) {
  using P = SampleParams;
  spec.summary("Ask for random training or validation patches, epoch after epoch").cache_version(1);
  spec.doc(
      "Each patch draws its case with replacement. The last samples of a batch, a share of about "
      "`oversample`, must show foreground. Training and validation patches are numbered together, "
      "so both "
      "streams of a run need equal epochs, iterations, val_iterations and batch_size. Draws depend "
      "only "
      "on the run's seed and the patch's number.");
  spec.input(kPlans, "patch and batch size").input(kDataset, "channels and folder name");
  spec.input(kSplits, "cases of the fold").output(kRequest, "one patch to read");
  spec.params<P>()
      .field("configuration", &P::configuration, "configuration of the plans, such as 3d_fullres",
             Required{})
      .field("fold", &P::fold, "number of the fold, or all")
      .field("folder", &P::folder,
             "preprocessed folder of the data set or of the configuration; empty: below "
             "$nnUNet_preprocessed")
      .field("previous_folder", &P::previous_folder,
             "label maps of the previous stage of a cascade")
      .field("subset", &P::subset, "part of the fold", Choices{{"train", "val"}})
      .field("epochs", &P::epochs, "epochs of the run", Minimum{1})
      .field("iterations", &P::iterations, "training batches per epoch", Minimum{1})
      .field("val_iterations", &P::val_iterations, "validation batches per epoch", Minimum{0})
      .field("batch_size", &P::batch_size, "patches per batch; left out: as planned", Minimum{1})
      .field("oversample", &P::oversample, "share of a batch that must show foreground",
             nnflow::Range{0, 1})
      .field("enlarge", &P::enlarge,
             "ask for what rotated training patches need instead of the final size");
}

void SampleStage::open(Context& ctx) {
  const nnunet::ConfigurationPlan plan = ctx.get(kPlans).configuration(params_.configuration);
  const nnunet::DatasetDescription& dataset = ctx.get(kDataset);
  if (plan.previous_stage && params_.previous_folder.empty()) {
    throw Error(ErrorCode::kInvalidParam, "configuration " + params_.configuration + " follows " +
                                              *plan.previous_stage + ": expected previous_folder");
  }
  numbering_ = {params_.iterations, params_.val_iterations,
                params_.batch_size.value_or(plan.batch_size), params_.subset == "val"};
  request_.folder = configuration_folder(dataset_folder(params_.folder, &dataset), plan);
  request_.previous_folder = params_.previous_folder;
  request_.dimension = plan.is_2d() ? 2 : 3;
  request_.validation = numbering_.validation;
  request_.final_extent = plan.patch_extent();
  request_.extent = params_.enlarge && !request_.validation
                        ? nnunet::initial_patch_extent(request_.final_extent, request_.dimension)
                        : request_.final_extent;
  cases_ = cases_of_fold(request_.folder, ctx.get(kSplits), params_.fold, params_.subset);
  const auto voxels = static_cast<std::uint64_t>(imaging::voxel_count(request_.extent));
  bytes_ = voxels * (dataset.channels.size() * sizeof(float) + sizeof(std::int16_t));
  index_ = 0;
}

bool SampleStage::next(Emitter& out) {
  if (index_ >= params_.epochs * numbering_.per_epoch()) return false;
  const PatchNumbering::Place at = numbering_.place(index_++);
  std::string id = params_.subset + "_e" + std::to_string(at.epoch) + "_i" +
                   std::to_string(at.iteration) + "_s" + std::to_string(at.sample);
  nnunet::PatchRequest request = request_;
  Rng rng(out.seed(), "patches.sample", id);
  request.case_id = cases_[rng.integer(cases_.size())];
  request.epoch = at.epoch;
  request.forced_foreground =
      forces_foreground(at.sample, numbering_.batch_size, params_.oversample);
  out.begin_item(std::move(id), {"", bytes_, static_cast<std::uint64_t>(numbering_.ordinal(at))});
  out.emit(kRequest, std::move(request));
  return true;
}

}  // namespace

void add_sample(Registry& registry) { registry.add<SampleStage>("patches.sample"); }

}  // namespace nnflow::patches
