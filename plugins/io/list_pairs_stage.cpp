// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans_reader.hpp>
#include <nnflow/nnunet/splits.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/case_source.hpp"
#include "io/name_lists.hpp"
#include "io/reader_choice.hpp"
#include "io/reference_files.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {
namespace fs = std::filesystem;

struct ListPairsParams {
  std::string predictions;
  std::string references;
  std::optional<std::string> file_ending;
  bool all_references = true;
  std::string fold = "0";
};

class ListPairsStage final : public Source {
 public:
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};
  static constexpr OnceIn<nnunet::Splits> kSplits{"splits"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr Out<nnunet::CaseFiles> kPair{"pair"};

  static void describe(StageSpec& spec) {
    spec.summary("List predicted segmentations with their references").cache_version(2);
    spec.doc("Files of one case have the same name in both folders (nnunet-inference 7.4).");
    spec.optional_input(kDataset, "gives file ending and reader where nothing else does");
    spec.optional_input(kModel, "a relative folder of predictions lies in that of its fold");
    spec.optional_input(kSplits, "leaves out what is not among the validation cases of the fold");
    spec.optional_input(kPlans, "name the class that reads the files; else their ending decides");
    spec.output(kPair, "the prediction as the only image, the reference as the label");
    using P = ListPairsParams;
    spec.params<P>()
        .field("predictions", &P::predictions, "folder with segmentations", Required{})
        .field("references", &P::references,
               "folder with reference segmentations; empty: gt_segmentations of the data set")
        .field("file_ending", &P::file_ending,
               "ending with its dot; null: that of the data set, else that of the first reference")
        .field("all_references", &P::all_references, "every reference needs a prediction")
        .field("fold", &P::fold,
               "where splits are fed: number of the fold, or all, which takes every reference");
  }
  explicit ListPairsStage(const StageConfig& config) : params_(config.params<ListPairsParams>()) {}
  void open(Context& ctx) override {
    const fs::path predictions = ctx.has(kModel) ? ctx.get(kModel).place(params_.predictions)
                                                 : fs::path(params_.predictions);
    const fs::path references =
        reference_folder(params_.references, ctx.has(kDataset) ? &ctx.get(kDataset) : nullptr);
    const std::string ending = params_.file_ending ? *params_.file_ending
                               : ctx.has(kDataset) ? ctx.get(kDataset).file_ending
                                                   : first_image_ending(references);
    auto predicted = names_in(predictions, ending);
    const bool empty = predicted.empty();
    const auto present = names_in(references, ending);
    auto expected = present;
    if (ctx.has(kSplits)) {
      expected = nnunet::select_fold(ctx.get(kSplits), params_.fold, present).val;
      std::sort(expected.begin(), expected.end());
      const auto leftover = without(predicted, expected);
      predicted = without(predicted, leftover);
      if (!leftover.empty()) {
        ctx.log(LogLevel::kInfo, predictions.string() + ": not validation cases of fold " +
                                     params_.fold + ", left out:" + joined(leftover));
      }
    }
    if (empty && !(ctx.has(kSplits) && expected.empty())) no_segmentations(predictions, ending);
    require_names(predicted, present, references.string() + ": no reference for the predictions");
    if (params_.all_references)
      require_names(expected, predicted,
                    predictions.string() + ": no prediction for the references",
                    "; --chill leaves them out");
    if (const auto left = without(expected, predicted).size(); left > 0) {
      ctx.log(LogLevel::kInfo, predictions.string() + ": no prediction for " +
                                   std::to_string(left) + " of " + std::to_string(expected.size()) +
                                   " references");
    }
    std::vector<nnunet::CaseFiles> pairs;
    for (const std::string& name : predicted) {
      pairs.push_back({name, {predictions / (name + ending)}, references / (name + ending)});
    }
    const auto* plans = ctx.has(kPlans) ? &ctx.get(kPlans) : nullptr;
    const bool ours = ctx.has(kDataset) && ending == ctx.get(kDataset).file_ending;
    const auto reader = reader_of(ctx, plans, ours ? &ctx.get(kDataset) : nullptr, pairs);
    for (auto& pair : pairs) pair.reader = reader;
    list_.assign(std::move(pairs), {});
  }
  bool next(Emitter& out) override { return list_.next(out, kPair); }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return list_.size(); }
  void seek(std::uint64_t ordinal) override { list_.seek(ordinal); }

 private:
  const ListPairsParams params_;
  CaseList list_;
};

}  // namespace

void add_list_pairs(Registry& registry) { registry.add<ListPairsStage>("io.list_pairs"); }

}  // namespace nnflow::io
