// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "nnflow/nnunet/patch.hpp"
#include "nnflow/nnunet/patch_request.hpp"
#include "nnflow/nnunet/spatial_choice.hpp"
#include "patches/case_cache.hpp"
#include "patches/stages.hpp"

namespace nnflow::patches {
namespace {

struct ReadParams {
  std::int64_t open_cases = 128;
  double rotation_probability = 1.0;
  double scaling_probability = 1.0;
};

class ReadStage final : public MapStage {
 public:
  static constexpr In<nnunet::PatchRequest> kRequest{"request"};
  static constexpr Out<nnunet::Patch> kPatch{"patch"};
  // Class locations of large cases add up; whatever does not fit is read again.
  static constexpr std::size_t kMaxBytes = std::size_t{512} << 20U;

  static void describe(StageSpec& spec) {
    spec.summary("Read a patch of a preprocessed case at a random place").cache_version(2);
    spec.doc(
        "Only the blocks that the patch touches are decompressed; an .npz of older versions of "
        "nnU-Net has none, so everything before the patch is. Forced patches are centred on a "
        "voxel of a random class of the case; what lies outside the image is 0 in the image and -1 "
        "in the labels.");
    spec.input(kRequest, "case and size").output(kPatch, "image and labels of the requested size");
    using P = ReadParams;
    spec.params<P>()
        .field("open_cases", &P::open_cases,
               "cases whose files and class locations are kept at hand", Minimum{1})
        .field("rotation_probability", &P::rotation_probability,
               "share of the training patches that augment.spatial rotates; of those that it "
               "neither rotates nor scales only the centre of the final size is read",
               nnflow::Range{0, 1})
        .field("scaling_probability", &P::scaling_probability,
               "share of the training patches that augment.spatial scales", nnflow::Range{0, 1});
  }

  explicit ReadStage(const StageConfig& config)
      : params_(config.params<ReadParams>()),
        cache_(
            std::make_unique<CaseCache>(static_cast<std::size_t>(params_.open_cases), kMaxBytes)) {}

  void process(Context& ctx) const override {
    const nnunet::PatchRequest& request = ctx.get(kRequest);
    const std::shared_ptr<const OpenCase> source =
        cache_->open(request.folder, request.previous_folder, request.case_id);
    Rng rng = ctx.rng();
    imaging::Box3 box = draw_box(rng, source->image.extent(), request.extent, request.final_extent,
                                 request.forced_foreground, source->classes());
    nnunet::Patch patch;
    patch.cut = !request.validation &&
                nnunet::spatial_choice(ctx.seed(), ctx.item(), params_.rotation_probability,
                                       params_.scaling_probability)
                    .still();
    if (patch.cut) box = centre_box(box, request.final_extent);
    patch.case_id = request.case_id;
    patch.dimension = request.dimension;
    patch.validation = request.validation;
    patch.forced_foreground = request.forced_foreground;
    patch.epoch = request.epoch;
    patch.final_extent = request.final_extent;
    patch.reshape(source->image.channels(), source->previous ? 2 : 1, box.extent());
    source->image.read_box(box, 0.0F, patch.image);
    source->seg.read_box(box, std::int16_t{-1}, patch.seg_channel(0));
    if (source->previous) source->previous->read_box(box, std::int16_t{-1}, patch.seg_channel(1));
    ctx.emit(kPatch, std::move(patch));
  }

 private:
  ReadParams params_;
  std::unique_ptr<CaseCache> cache_;  // synchronises itself
};

}  // namespace

void add_read(Registry& registry) { registry.add<ReadStage>("patches.read"); }

}  // namespace nnflow::patches
