// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <optional>
#include <string>

#include "io/case_source.hpp"
#include "io/msd_folder.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

struct ListMsdParams {
  std::string folder;
  std::string images = "imagesTr";
};

class ListMsdStage final : public Source {
 public:
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr Out<nnunet::CaseFiles> kCase{"case"};

  static void describe(StageSpec& spec) {
    using P = ListMsdParams;
    spec.summary("List the cases of a data set of the Medical Segmentation Decathlon")
        .cache_version(1);
    spec.doc(
        "One .nii.gz file a case; names that begin with a dot or underscore are left out, "
        "as are labels without an image.");
    spec.optional_input(kDataset, "makes the list wait for the data set's checks");
    spec.output(kCase, "one case: its image file, and its label file in imagesTr");
    spec.params<P>()
        .field("folder", &P::folder, "the unpacked folder", Required{})
        .field("images", &P::images, "sub-folder with the images",
               Choices{{"imagesTr", "imagesTs"}});
  }
  explicit ListMsdStage(const StageConfig& config) : params_(config.params<ListMsdParams>()) {}

  void open(Context& /*ctx*/) override {
    const std::string labels = params_.images == "imagesTr" ? "labelsTr" : "";
    auto cases = msd_cases(params_.folder, params_.images, labels);
    for (const nnunet::CaseFiles& files : cases) {
      if (!files.label || std::filesystem::exists(*files.label)) continue;
      throw Error(ErrorCode::kInvalidData,
                  "case " + files.id + ": label " + files.label->string() + " does not exist");
    }
    list_.assign(std::move(cases), {});
  }
  bool next(Emitter& out) override { return list_.next(out, kCase); }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return list_.size(); }
  void seek(std::uint64_t ordinal) override { list_.seek(ordinal); }

 private:
  const ListMsdParams params_;
  CaseList list_;
};

}  // namespace

void add_list_msd(Registry& registry) { registry.add<ListMsdStage>("io.list_msd"); }

}  // namespace nnflow::io
