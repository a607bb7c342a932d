// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/few.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "nnflow/nnunet/splits.hpp"
#include "nnflow/nnunet/store.hpp"
#include "patches/preprocessed.hpp"
#include "patches/stages.hpp"

namespace nnflow::patches {
namespace {

struct SplitParams {
  std::string folder;
  std::string configuration;
  std::string fold = "0";
};

class SplitStage final : public ReduceStage {
 public:
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr OnceOut<nnunet::Splits> kSplits{"splits"};

  static void describe(StageSpec& spec) {
    using P = SplitParams;
    spec.summary("Read splits_final.json, or make and write nnU-Net's five-fold split")
        .cache_version(1);
    spec.doc(
        "The cases are those preprocessed for the configuration when plans are fed, else the "
        "training cases of the data set. Fold all needs no split: without a file none is made.");
    spec.optional_input(kDataset, "names the folder and lists the cases");
    spec.optional_input(kPlans, "names the configuration's folder");
    spec.output(kSplits, "cases of every fold").writes_artifacts();
    spec.params<P>()
        .field("folder", &P::folder,
               "preprocessed folder of the data set; empty: below $nnUNet_preprocessed")
        .field("configuration", &P::configuration,
               "configuration whose preprocessed cases are split")
        .field("fold", &P::fold, "fold that will be trained");
  }
  explicit SplitStage(const StageConfig& config) : params_(config.params<SplitParams>()) {}

  void finish(Context& ctx) override {
    const std::filesystem::path folder =
        dataset_folder(params_.folder, ctx.has(kDataset) ? &ctx.get(kDataset) : nullptr);
    const std::filesystem::path file = folder / "splits_final.json";
    nnunet::Splits splits;
    if (std::filesystem::exists(file)) {
      splits = nnunet::Splits::read(file);
    } else if (params_.fold != "all") {
      splits = nnunet::default_splits(case_ids(ctx, folder));
      Artifact artifact = ctx.artifact(file);
      splits.write(artifact.path());
      artifact.commit();
    }
    if (!nnunet::is_stored_fold(params_.fold, splits.folds.size())) {
      ctx.log(LogLevel::kWarning, "fold " + params_.fold + " is none of the " +
                                      std::to_string(splits.folds.size()) + " folds, from 0, of " +
                                      file.string() +
                                      ": as in nnU-Net it is a random split of 80 % and 20 %");
    } else if (params_.fold != "all") {
      warn_of_shared_cases(ctx, nnunet::select_fold(splits, params_.fold, {}), file);
    }
    ctx.emit(kSplits, std::move(splits));
  }

 private:
  /// nnU-Net takes them too, without a word.
  void warn_of_shared_cases(Context& ctx,
                            const nnunet::Split& split,
                            const std::filesystem::path& file) const {
    const std::set<std::string> train(split.train.begin(), split.train.end());
    nnunet::Few shared;
    for (const std::string& id : std::set<std::string>(split.val.begin(), split.val.end())) {
      if (train.contains(id)) shared.add(id);
    }
    if (shared.empty()) return;
    ctx.log(LogLevel::kWarning,
            file.string() + ": fold " + params_.fold + " has " + std::to_string(shared.count()) +
                " of its validation cases among the training cases too, so that validation tells "
                "less than it seems: " +
                shared.text());
  }

  [[nodiscard]] std::vector<std::string> case_ids(Context& ctx,
                                                  const std::filesystem::path& folder) const {
    if (ctx.has(kPlans) && !params_.configuration.empty()) {
      const auto& plan = ctx.get(kPlans).configuration(params_.configuration);
      const auto* const dataset = ctx.has(kDataset) ? &ctx.get(kDataset) : nullptr;
      return nnunet::PreprocessedFolder(cases_folder(params_.folder, dataset, plan)).ids();
    }
    if (!ctx.has(kDataset)) {
      throw Error(
          ErrorCode::kInvalidParam,
          "no splits_final.json in " + folder.string() +
              ": expected the port dataset, or the port plans and the parameter configuration");
    }
    std::vector<std::string> ids;
    for (const auto& files : nnunet::training_cases(ctx.get(kDataset))) ids.push_back(files.id);
    return ids;
  }

  const SplitParams params_;
};

}  // namespace

void add_split(Registry& registry) { registry.add<SplitStage>("patches.split"); }

}  // namespace nnflow::patches
