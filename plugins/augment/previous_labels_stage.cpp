// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "augment/patch_stage.hpp"
#include "augment/stages.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/one_hot.hpp"

namespace nnflow::augment {
namespace {

struct PreviousLabelsParams {};

class PreviousLabelsStage final : public PatchStage<PreviousLabelsParams> {
 public:
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  using PatchStage::PatchStage;

  static void describe(StageSpec& spec) {
    spec.summary("Move the labels of a cascade's previous stage into the image").cache_version(1);
    spec.doc(
        "One channel of 0 and 1 per foreground label comes after those of the image, of training "
        "and validation patches (nnunet-training 3.11). Patches without a previous stage stay as "
        "they are.");
    describe_ports(spec);
    spec.input(kDataset, "foreground labels");
    spec.params<PreviousLabelsParams>();
  }

  void process(Context& ctx) const override {
    nnunet::Patch patch = ctx.take(kIn);
    if (patch.seg_channels == 2) {
      const std::vector<std::int64_t>& labels = ctx.get(kDataset).labels.foreground_labels();
      const std::size_t before = patch.image.size();
      patch.label_channels = static_cast<std::int64_t>(labels.size());
      patch.channels += patch.label_channels;
      patch.image.resize(
          static_cast<std::size_t>(patch.channels * imaging::voxel_count(patch.extent)));
      nnunet::one_hot(std::as_const(patch).seg_channel(1), labels,
                      std::span(patch.image).subspan(before));
      patch.seg_channels = 1;
      patch.seg.resize(static_cast<std::size_t>(imaging::voxel_count(patch.extent)));
    }
    ctx.emit(kOut, std::move(patch));
  }
};

}  // namespace

void add_previous_labels(Registry& registry) {
  registry.add<PreviousLabelsStage>("augment.previous_labels");
}

}  // namespace nnflow::augment
