// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <utility>

#include "nnflow/imaging/volume.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/properties.hpp"
#include "nnflow/nnunet/store.hpp"
#include "patches/preprocessed.hpp"
#include "patches/stages.hpp"

namespace nnflow::patches {
namespace {

struct ReadPreprocessedParams {};

class ReadPreprocessedStage final : public MapStage {
 public:
  static constexpr In<nnunet::CaseFiles> kCase{"case"};
  static constexpr Out<imaging::Volume> kImage{"image"};
  static constexpr Out<imaging::LabelMap> kLabel{"label"};
  static constexpr Out<imaging::LabelMap> kPrevious{"previous"};
  static constexpr Out<nnunet::CaseProperties> kProperties{"properties"};

  static void describe(StageSpec& spec) {
    spec.summary("Read a preprocessed case").cache_version(1);
    spec.input(kCase, "files of one preprocessed case").output(kImage, "the normalised image");
    spec.output(kLabel, "its labels, -1 outside; nothing when it has none");
    spec.output(kPrevious,
                "of a cascade: the previous stage's labels on the same grid; nothing when the case "
                "lists none");
    spec.output(kProperties, "what is known of the case");
    spec.params<ReadPreprocessedParams>();
  }
  explicit ReadPreprocessedStage(const StageConfig&) {}

  void process(Context& ctx) const override {
    const nnunet::CaseFiles& files = ctx.get(kCase);
    if (files.images.empty() || files.images.size() > 2) {
      ctx.fail(
          "case " + files.id + " lists " + std::to_string(files.images.size()) +
          " image files, expected one preprocessed array, and at most one of a previous stage");
    }
    auto properties = nnunet::CaseProperties::read(
        std::filesystem::path(files.images[0]).replace_extension(".pkl"));
    const nnunet::ArrayFile array(files.images[0]);
    imaging::Volume image(array.channels(), array.extent());
    array.read(image.voxels());
    image.geometry = properties.geometry;
    if (files.label && std::filesystem::exists(*files.label)) {
      const nnunet::ArrayFile seg(*files.label, nnunet::CaseArray::kSegmentation);
      imaging::LabelMap label(seg.extent());
      seg.read(label.voxels());
      label.geometry = properties.geometry;
      ctx.emit(kLabel, std::move(label));
    }
    if (files.images.size() == 2) {
      const std::filesystem::path& file = files.images[1];
      const nnunet::ArrayFile labels(file, nnunet::CaseArray::kSegmentation);
      check_previous(file.parent_path(), files.id, labels, image.extent());
      imaging::LabelMap previous(labels.extent());
      labels.read(previous.voxels());
      previous.geometry = properties.geometry;
      ctx.emit(kPrevious, std::move(previous));
    }
    ctx.emit(kImage, std::move(image));
    ctx.emit(kProperties, std::move(properties));
  }
};

}  // namespace

void add_read_preprocessed(Registry& registry) {
  registry.add<ReadPreprocessedStage>("patches.read_preprocessed");
}

}  // namespace nnflow::patches
