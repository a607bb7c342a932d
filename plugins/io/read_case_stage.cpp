// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <utility>

#include "io/case_reader.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

class ReadCaseStage final : public MapStage {
 public:
  static constexpr In<nnunet::CaseFiles> kCase{"case"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr Out<imaging::Volume> kImage{"image"};
  static constexpr Out<imaging::LabelMap> kLabel{"label"};

  static void describe(StageSpec& spec) {
    spec.summary("Read the image and label files of a case and check them").cache_version(2);
    spec.doc(
        "Refuses missing or truncated files, channels or labels of another shape or spacing, "
        "values that are not finite and, with a data set, a wrong number of channels and label "
        "values that it does not declare; one error tells all of them. Another origin, direction "
        "or "
        "affine is only remarked.");
    spec.input(kCase, "the files").optional_input(kDataset, "declares channels and labels");
    spec.output(kImage, "all channels").output(kLabel, "the label map of a case that has one");
    spec.memory_hint("3*input");
  }
  explicit ReadCaseStage(const StageConfig& /*config*/) {}

  void process(Context& ctx) const override {
    const nnunet::CaseFiles& files = ctx.get(kCase);
    const nnunet::DatasetDescription* dataset = ctx.has(kDataset) ? &ctx.get(kDataset) : nullptr;
    const Warn warn = [&](const std::string& text) { ctx.log(LogLevel::kWarning, text); };
    const auto reader = nnunet::reader_writer(files.reader, ctx.interfaces(), "case " + files.id);
    CaseImages images = read_case(files, dataset, *reader, warn);
    if (images.label) ctx.emit(kLabel, std::move(*images.label));
    ctx.emit(kImage, std::move(images.image));
  }
};

}  // namespace

void add_read_case(Registry& registry) { registry.add<ReadCaseStage>("io.read_case"); }

}  // namespace nnflow::io
