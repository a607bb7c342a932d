// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/model.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/case_source.hpp"
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
};

// Names of the plain files with an ending, sorted, without it.
std::vector<std::string> names_in(const fs::path& folder, const std::string& ending) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(ending) && entry.is_regular_file())
      names.push_back(name.substr(0, name.size() - ending.size()));
  }
  if (error)
    throw Error(ErrorCode::kIo, folder.string() + ": cannot list the folder: " + error.message());
  std::sort(names.begin(), names.end());
  return names;
}

class ListPairsStage final : public Source {
 public:
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};
  static constexpr Out<nnunet::CaseFiles> kPair{"pair"};

  static void describe(StageSpec& spec) {
    spec.summary("List predicted segmentations with their references").cache_version(1);
    spec.doc("Files of one case have the same name in both folders (nnunet-inference 7.4).");
    spec.optional_input(kDataset, "gives the file ending where the parameter does not");
    spec.optional_input(kModel,
                        "a relative folder of predictions lies in the folder of this model's fold");
    spec.output(kPair, "the prediction as the only image, the reference as the label");
    spec.params<ListPairsParams>()
        .field("predictions", &ListPairsParams::predictions, "folder with segmentations",
               Required{})
        .field("references", &ListPairsParams::references,
               "folder with reference segmentations; empty: gt_segmentations of the data set")
        .field("file_ending", &ListPairsParams::file_ending,
               "ending with its dot; null: that of the data set")
        .field("all_references", &ListPairsParams::all_references,
               "every reference needs a prediction");
  }
  explicit ListPairsStage(const StageConfig& config) : params_(config.params<ListPairsParams>()) {}

  void open(Context& ctx) override {
    if (!params_.file_ending && !ctx.has(kDataset)) {
      throw Error(ErrorCode::kInvalidParam,
                  "file_ending: expected an ending such as .nii.gz, or a data set to take it from");
    }
    const std::string ending =
        params_.file_ending ? *params_.file_ending : ctx.get(kDataset).file_ending;
    const fs::path predictions = ctx.has(kModel) ? ctx.get(kModel).place(params_.predictions)
                                                 : fs::path(params_.predictions);
    fs::path references = params_.references;
    if (references.empty()) {
      if (!ctx.has(kDataset)) {
        throw Error(ErrorCode::kInvalidParam,
                    "references: expected a folder, or a data set that has them");
      }
      references = reference_folder(ctx.get(kDataset));
    }
    const auto predicted = names_in(predictions, ending);
    const auto expected = names_in(references, ending);
    require_all(predicted, expected, references.string() + ": no reference for the predictions");
    if (params_.all_references)
      require_all(expected, predicted, predictions.string() + ": no prediction for the references");
    std::vector<nnunet::CaseFiles> pairs;
    for (const std::string& name : predicted) {
      pairs.push_back({name, {predictions / (name + ending)}, references / (name + ending)});
    }
    list_.assign(std::move(pairs), {});
  }
  bool next(Emitter& out) override { return list_.next(out, kPair); }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return list_.size(); }
  void seek(std::uint64_t ordinal) override { list_.seek(ordinal); }

 private:
  static void require_all(const std::vector<std::string>& wanted,
                          const std::vector<std::string>& present,
                          const std::string& complaint) {
    std::vector<std::string> missing;
    std::set_difference(wanted.begin(), wanted.end(), present.begin(), present.end(),
                        std::back_inserter(missing));
    if (missing.empty()) return;
    std::string message = complaint;
    for (const std::string& name : missing) message += " " + name;
    throw Error(ErrorCode::kIo, message);
  }

  const ListPairsParams params_;
  CaseList list_;
};

}  // namespace

void add_list_pairs(Registry& registry) { registry.add<ListPairsStage>("io.list_pairs"); }

}  // namespace nnflow::io
