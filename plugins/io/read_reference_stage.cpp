// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/reader_writer.hpp>
#include <string>
#include <utility>

#include "io/reference_files.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

/// `io.read_reference`: the reference segmentation of a training case in its original geometry.
class ReadReferenceStage final : public MapStage {
 public:
  static constexpr In<nnunet::CaseFiles> kCase{"case"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr OnceIn<nnunet::Plans> kPlans{"plans"};
  static constexpr Out<imaging::LabelMap> kReference{"reference"};

  static void describe(StageSpec& spec) {
    spec.summary("Read the reference segmentation of a training case").cache_version(2);
    spec.doc(
        "From `gt_segmentations` of the preprocessed data set, else from `labelsTr` of the raw "
        "one.");
    spec.input(kCase, "names the case").input(kDataset, "where the references lie");
    spec.optional_input(kPlans, "name the class that reads the file; else its ending decides");
    spec.output(kReference, "the reference in the grid of the original image");
  }
  explicit ReadReferenceStage(const StageConfig& /*config*/) {}

  void process(Context& ctx) const override {
    const std::string name = ctx.has(kPlans) ? ctx.get(kPlans).header().image_reader_writer : "";
    const auto reader = nnunet::reader_writer(name, ctx.interfaces(), "image_reader_writer");
    ctx.emit(kReference, reader->read_labels(reference_file(ctx.get(kDataset), ctx.get(kCase).id)));
  }
};

}  // namespace

void add_read_reference(Registry& registry) {
  registry.add<ReadReferenceStage>("io.read_reference");
}

}  // namespace nnflow::io
