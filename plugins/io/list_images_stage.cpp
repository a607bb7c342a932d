// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/py_json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/case_source.hpp"
#include "io/dicom_cases.hpp"
#include "io/image_cases.hpp"
#include "io/list_images_params.hpp"
#include "io/reader_choice.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

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
        "itself, or one series in each sub-folder, which names the case; of a data set with "
        "several channels the sub-folders are named `<id>_CCCC`.");
    spec.optional_input(kDataset, "gives the file ending where the parameter does not");
    spec.optional_input(kModel, "makes the list wait for a model");
    spec.optional_input(kPlans,
                        "name the class that reads the files and, with a model, tell whether it "
                        "needs previous_stage");
    spec.output(kCase, "one case: its image files");
    describe_params(spec);
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
    require_apart(cases, params_.finished, ending);
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
    write_copies(ctx, dataset, plans);
  }
  bool next(Emitter& out) override { return list_.next(out, kCase); }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return list_.size(); }
  void seek(std::uint64_t ordinal) override { list_.seek(ordinal); }

 private:
  void write_copies(Context& ctx,
                    const nnunet::DatasetDescription* dataset,
                    const nnunet::Plans* plans) const {
    if (params_.copies.empty()) return;
    const std::filesystem::path folder = params_.copies;
    const auto write = [&](const char* name, const nnunet::Json& json) {
      ctx.artifact(folder / name).write_and_commit(nnunet::dump_json(json));
    };
    if (plans != nullptr) write("plans.json", plans->document());
    if (dataset != nullptr) write("dataset.json", dataset->json);
  }

  const ListImagesParams params_;
  CaseList list_;
};

}  // namespace

void add_list_images(Registry& registry) { registry.add<ListImagesStage>("io.list_images"); }

}  // namespace nnflow::io
