// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/file_digest.hpp"
#include "nnflow/nnunet/model.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/splits.hpp"
#include "nnflow/nnunet/store.hpp"
#include "patches/cascade_cases.hpp"
#include "patches/preprocessed.hpp"
#include "patches/stages.hpp"

namespace nnflow::patches {
namespace {

struct ListParams {
  std::string configuration;
  std::string fold = "0";
  std::string folder;
  std::string previous_folder;
  std::string subset = "val";
};

const nnunet::ConfigurationPlan& configuration(const nnunet::Plans& plans, std::string name) {
  if (name.empty()) name = plans.has_configuration("3d_fullres") ? "3d_fullres" : "2d";
  return plans.configuration(name);
}

class ListPreprocessedStage final : public Source {
 public:
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr OnceIn<nnunet::Splits> kSplits{"splits"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};
  static constexpr Out<nnunet::CaseFiles> kCase{"case"};

  static void describe(StageSpec& spec) {
    using P = ListParams;
    spec.summary("List the preprocessed cases of a part of a fold, or all").cache_version(1);
    spec.input(kPlans, "names the configuration's folder");
    spec.optional_input(kSplits, "cases of the fold; without it every case is listed");
    spec.optional_input(kDataset, "names the data set's folder");
    spec.optional_input(kModel,
                        "wait for this model; of a cascade, list the labels of its previous stage");
    spec.output(kCase, "a case: its image, of a cascade the previous stage's labels, its labels");
    spec.params<P>()
        .field("configuration", &P::configuration,
               "configuration of the plans; empty: 3d_fullres, or 2d where they have none")
        .field("fold", &P::fold, "number of the fold, or all")
        .field("folder", &P::folder,
               "preprocessed folder of the data set or of the configuration; empty: below "
               "$nnUNet_preprocessed")
        .field(
            "previous_folder", &P::previous_folder,
            "of a cascade: label maps of its previous stage; empty: as patches.sample finds them")
        .field("subset", &P::subset, "part of the fold", Choices{{"train", "val"}});
  }
  explicit ListPreprocessedStage(const StageConfig& config)
      : params_(config.params<ListParams>()) {}

  void open(Context& ctx) override {
    const auto& plan = configuration(ctx.get(kPlans), params_.configuration);
    const auto* const dataset = ctx.has(kDataset) ? &ctx.get(kDataset) : nullptr;
    folder_ = cases_folder(params_.folder, dataset, plan);
    cases_ = ctx.has(kSplits)
                 ? cases_of_fold(folder_, ctx.get(kSplits), params_.fold, params_.subset)
                 : nnunet::PreprocessedFolder(folder_).ids();
    if (cases_.empty()) ctx.fail(folder_.string() + ": there are no preprocessed cases");
    next_ = 0;
    if (!ctx.has(kModel)) return;
    cascade_ = CascadeCases(plan, ctx.get(kPlans), dataset, ctx.get(kModel).trainer,
                            {params_.folder, params_.previous_folder});
    cascade_.require(cases_);
  }
  bool next(Emitter& out) override {
    if (next_ >= cases_.size()) return false;
    const std::string& id = cases_[next_++];
    nnunet::CaseFiles files{id, {nnunet::image_file(folder_, id)}, nnunet::seg_file(folder_, id)};
    const nnunet::ArrayFile image(files.images[0]);
    ItemInfo info;
    std::vector<std::filesystem::path> content{files.images[0], folder_ / (id + ".pkl")};
    const bool apart = *files.label != files.images[0];  // an .npz holds both
    if (apart && std::filesystem::exists(*files.label)) content.push_back(*files.label);
    if (const auto previous = cascade_.previous(id)) {
      files.images.push_back(*previous);
      content.push_back(*previous);
    }
    info.digest = cascade_.extended(digests_.of(content), id);
    const std::int64_t voxels = image.channels() * imaging::voxel_count(image.extent());
    info.bytes = static_cast<std::uint64_t>(voxels) * 4;
    out.begin_item(id, info);
    out.emit(kCase, std::move(files));
    return true;
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return cases_.size(); }
  void seek(std::uint64_t ordinal) override { next_ = ordinal; }

 private:
  const ListParams params_;
  std::filesystem::path folder_;
  CascadeCases cascade_;
  std::vector<std::string> cases_;
  std::size_t next_ = 0;
  nnunet::FileDigests digests_;
};

}  // namespace

void add_list_preprocessed(Registry& registry) {
  registry.add<ListPreprocessedStage>("patches.list_preprocessed");
}

}  // namespace nnflow::patches
