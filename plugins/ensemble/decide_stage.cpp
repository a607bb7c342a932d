// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/probabilities.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <string>
#include <utility>
#include <vector>

#include "ensemble/kernels/decide_labels.hpp"
#include "ensemble/stages.hpp"

namespace nnflow::ensemble {
namespace {

class DecideStage final : public MapStage {
 public:
  static constexpr In<nnunet::Probabilities> kProbabilities{"probabilities"};
  static constexpr In<nnunet::CaseProperties> kProperties{"properties"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr Out<imaging::LabelMap> kLabel{"label"};

  static void describe(StageSpec& spec) {
    spec.summary("Turn probabilities into a label map").cache_version(1);
    spec.doc(
        "The highest probability, the first one of equals, or regions in regions_class_order "
        "(nnunet-inference 4.3).");
    spec.input(kProbabilities, "probabilities in the grid of the image as read");
    spec.input(kProperties, "geometry of the image");
    spec.input(kDataset, "labels and regions");
    spec.output(kLabel, "labels with the extent and geometry of the image as read");
    spec.memory_hint("1*input");
  }
  explicit DecideStage(const StageConfig& /*config*/) {}

  void process(Context& ctx) const override {
    const auto& probabilities = ctx.get(kProbabilities);
    const auto& labels = ctx.get(kDataset).labels;
    if (probabilities.heads != labels.num_segmentation_heads()) {
      throw Error(ErrorCode::kInvalidData, "there are probabilities of " +
                                               std::to_string(probabilities.heads) +
                                               " heads, the labels of the data set need " +
                                               std::to_string(labels.num_segmentation_heads()));
    }
    std::vector<std::int16_t> regions;
    if (labels.has_regions()) {
      for (const auto label : labels.regions_class_order())
        regions.push_back(static_cast<std::int16_t>(label));
    }
    imaging::LabelMap map(probabilities.extent);
    decide_labels(probabilities.values, regions, map.voxels(), ctx.threads());
    map.spacing = ctx.get(kProperties).spacing;
    map.geometry = ctx.get(kProperties).geometry;
    ctx.emit(kLabel, std::move(map));
  }
};

}  // namespace

void add_decide(Registry& registry) { registry.add<DecideStage>("ensemble.decide"); }

}  // namespace nnflow::ensemble
