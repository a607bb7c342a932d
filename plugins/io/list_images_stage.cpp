// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <optional>
#include <string>
#include <utility>

#include "io/case_source.hpp"
#include "io/dicom_cases.hpp"
#include "io/reader_choice.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

struct ListImagesParams {
  std::string folder;
  std::optional<std::string> file_ending;
  std::int64_t part = 0;
  std::int64_t parts = 1;
};

class ListImagesStage final : public Source {
 public:
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr Out<nnunet::CaseFiles> kCase{"case"};

  static void describe(StageSpec& spec) {
    spec.summary("List the images of a folder as cases without labels").cache_version(2);
    spec.doc(
        "Files are named `<id>_CCCC<ending>` with a four-digit channel number (nnunet-inference "
        "3.2). A folder without such files may hold DICOM instead: one series in the folder "
        "itself, "
        "or one series in each sub-folder, which names the case; of a data set with several "
        "channels the sub-folders are named `<id>_CCCC`.");
    spec.optional_input(kDataset, "gives the file ending where the parameter does not");
    spec.optional_input(kPlans, "name the class that reads the files");
    spec.optional_input(kModel, "makes the list wait for a model");
    spec.output(kCase, "one case: its image files");
    spec.params<ListImagesParams>()
        .field("folder", &ListImagesParams::folder, "folder with the images", Required{})
        .field("file_ending", &ListImagesParams::file_ending,
               "ending with its dot; null: that of the data set")
        .field("part", &ListImagesParams::part, "which share of the cases to take", Minimum{0})
        .field("parts", &ListImagesParams::parts, "number of shares", Minimum{1})
        .check([](const ListImagesParams& p) {
          return p.part < p.parts ? "" : "part must be below parts";
        });
  }
  explicit ListImagesStage(const StageConfig& config)
      : params_(config.params<ListImagesParams>()) {}

  void open(Context& ctx) override {
    const std::string ending = file_ending(ctx);
    const auto* dataset = ctx.has(kDataset) ? &ctx.get(kDataset) : nullptr;
    const auto* plans = ctx.has(kPlans) ? &ctx.get(kPlans) : nullptr;
    auto cases = nnunet::cases_in_folder(params_.folder, ending);
    std::string reader;
    if (cases.empty()) {
      cases = dicom_cases(params_.folder, dataset == nullptr ? 1 : dataset->channels.size());
      if (plans != nullptr) reader = reader_of(ctx, plans, nullptr, cases);
    } else {
      reader = reader_of(ctx, plans, dataset, cases);
    }
    if (cases.empty()) {
      throw Error(ErrorCode::kIo, params_.folder + ": no image ends with " + ending +
                                      ", expected names such as case_0000" + ending +
                                      ", or DICOM series in sub-folders");
    }
    for (auto& files : cases) files.reader = reader;
    list_.assign(std::move(cases), {params_.part, params_.parts});
  }
  bool next(Emitter& out) override { return list_.next(out, kCase); }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return list_.size(); }
  void seek(std::uint64_t ordinal) override { list_.seek(ordinal); }

 private:
  [[nodiscard]] std::string file_ending(const Context& ctx) const {
    if (params_.file_ending) return *params_.file_ending;
    if (ctx.has(kDataset)) return ctx.get(kDataset).file_ending;
    throw Error(ErrorCode::kInvalidParam,
                "file_ending: expected an ending such as .nii.gz, or a data set to take it from");
  }

  const ListImagesParams params_;
  CaseList list_;
};

}  // namespace

void add_list_images(Registry& registry) { registry.add<ListImagesStage>("io.list_images"); }

}  // namespace nnflow::io
