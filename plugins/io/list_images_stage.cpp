// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/case_source.hpp"
#include "io/dicom_cases.hpp"
#include "io/image_cases.hpp"
#include "io/reader_choice.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

struct ListImagesParams {
  std::string folder;
  std::vector<std::string> images;
  std::optional<std::string> file_ending;
  std::int64_t part = 0;
  std::int64_t parts = 1;
  std::string previous_stage;
  std::string finished;
  bool skip_finished = false;
  bool finished_with_probabilities = false;
};

class ListImagesStage final : public Source {
 public:
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr Out<nnunet::CaseFiles> kCase{"case"};

  static void describe(StageSpec& spec) {
    using P = ListImagesParams;
    spec.summary("List the images of a folder as cases without labels").cache_version(2);
    spec.doc(
        "Files are named `<id>_CCCC<ending>` with a four-digit channel number (nnunet-inference "
        "3.2). A folder without such files may hold DICOM instead: one series in the folder "
        "itself, or one series in each sub-folder, which names the case; of a data set with "
        "several channels the sub-folders are named `<id>_CCCC`.");
    spec.optional_input(kDataset, "gives the file ending where the parameter does not");
    spec.optional_input(kModel, "makes the list wait for a model");
    spec.optional_input(kPlans,
                        "name the class that reads the files and, with a model, tell whether it "
                        "needs previous_stage");
    spec.output(kCase, "one case: its image files");
    spec.params<P>()
        .field("folder", &P::folder, "folder with the images, or one image file")
        .field("images", &P::images,
               "instead of folder: the same, or the files of one case, a channel each")
        .field("file_ending", &P::file_ending, "ending with its dot; null: that of the data set")
        .field("part", &P::part, "which share of the cases to take", Minimum{0})
        .field("parts", &P::parts, "number of shares", Minimum{1})
        .field("previous_stage", &P::previous_stage,
               "folder with `<id><ending>`, segmentations that a cascade refines, which become the "
               "labels of the cases; empty = none")
        .field("finished", &P::finished, "with skip_finished: folder of the results `<id><ending>`")
        .field("skip_finished", &P::skip_finished, "leave out cases that have a result")
        .field("finished_with_probabilities", &P::finished_with_probabilities,
               "a finished case has `<id>.npz` too; else such files there are remarked")
        .check([](const P& p) -> std::string {
          if (p.folder.empty() == p.images.empty()) return "give folder or images";
          return wrong_share({p.part, p.parts});
        });
  }
  explicit ListImagesStage(const StageConfig& config)
      : params_(config.params<ListImagesParams>()) {}

  void open(Context& ctx) override {
    if (ctx.has(kModel) && ctx.has(kPlans)) {
      check_previous_stage(ctx.get(kPlans).configuration(ctx.get(kModel).configuration),
                           !params_.previous_stage.empty());
    }
    const auto* dataset = ctx.has(kDataset) ? &ctx.get(kDataset) : nullptr;
    const std::string ending = ending_of(params_.file_ending, dataset);
    const auto* plans = ctx.has(kPlans) ? &ctx.get(kPlans) : nullptr;
    const std::string place = image_place(params_.folder, params_.images, params_.finished);
    const std::vector<std::filesystem::path> several(params_.images.begin(), params_.images.end());
    auto cases = several.size() > 1 ? std::vector{case_of_files(several, ending)}
                                    : image_cases(place, ending);
    const bool dicom = cases.empty();
    if (dicom) cases = dicom_cases(place, dataset == nullptr ? 1 : dataset->channels.size());
    std::string reader;
    if (!dicom || plans != nullptr)
      reader = reader_of(ctx, plans, dicom ? nullptr : dataset, cases);
    if (cases.empty()) no_images(place, ending);
    // First, so that shares stay the same whatever other processes finish meanwhile.
    cases = share_of(std::move(cases), {params_.part, params_.parts});
    if (!params_.previous_stage.empty()) add_previous_stage(cases, params_.previous_stage, ending);
    if (params_.skip_finished) {
      const auto& p = params_;
      const auto finished =
          leave_out_finished(cases, p.finished, ending, p.finished_with_probabilities);
      ctx.log(LogLevel::kInfo, std::to_string(finished) + " cases have a result and are left out");
    }
    const auto stale = stale_probabilities(cases, params_.finished);
    if (!stale.empty() && !params_.finished_with_probabilities) ctx.log(LogLevel::kWarning, stale);
    for (auto& files : cases) files.reader = reader;
    list_.assign(std::move(cases), {});
  }
  bool next(Emitter& out) override { return list_.next(out, kCase); }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return list_.size(); }
  void seek(std::uint64_t ordinal) override { list_.seek(ordinal); }

 private:
  const ListImagesParams params_;
  CaseList list_;
};

}  // namespace

void add_list_images(Registry& registry) { registry.add<ListImagesStage>("io.list_images"); }

}  // namespace nnflow::io
