// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "nnflow/imaging/volume.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/properties.hpp"
#include "patches/kernels/class_locations.hpp"
#include "patches/stages.hpp"

namespace nnflow::patches {
namespace {

struct ClassLocationsParams {
  std::int64_t seed = 1234;
};

class ClassLocationsStage final : public MapStage {
 public:
  static constexpr In<imaging::LabelMap> kLabel{"label"};
  static constexpr In<nnunet::CaseProperties> kIn{"properties"};
  static constexpr OnceIn<nnunet::DatasetDescription> kDataset{"dataset"};
  static constexpr Out<nnunet::CaseProperties> kOut{"properties"};

  static void describe(StageSpec& spec) {
    spec.summary("Remember a random sample of the voxels of every class of a case")
        .cache_version(1);
    spec.doc(
        "Patches that must show foreground are centred on these voxels. The sample equals that of "
        "nnU-Net: at "
        "most 10000 voxels of a class, or one percent of them if that is more.");
    spec.input(kLabel, "the preprocessed labels").input(kIn, "what is known of the case");
    spec.input(kDataset, "labels, regions and the ignore label");
    spec.output(kOut, "the properties with class locations").memory_hint("3*input");
    spec.params<ClassLocationsParams>().field("seed", &ClassLocationsParams::seed,
                                              "seed of the sample, equal for all cases",
                                              nnflow::Range{0, 4294967295.0});
  }
  explicit ClassLocationsStage(const StageConfig& config)
      : params_(config.params<ClassLocationsParams>()) {}

  void process(Context& ctx) const override {
    const imaging::LabelMap& label = ctx.get(kLabel);
    const std::vector<nnunet::LabelOrRegion> keys = ctx.get(kDataset).labels.class_location_keys();
    std::vector<std::vector<std::int64_t>> classes;
    for (const nnunet::LabelOrRegion& key : keys) classes.push_back(key.labels);
    nnunet::RandomState random(static_cast<std::uint32_t>(params_.seed));
    auto voxels = class_locations(label.voxels(), label.extent(), classes, random);
    nnunet::CaseProperties properties = ctx.take(kIn);
    auto& locations = properties.class_locations.emplace();
    for (std::size_t i = 0; i < keys.size(); ++i) {
      locations.push_back({keys[i], std::move(voxels[i])});
    }
    ctx.emit(kOut, std::move(properties));
  }

 private:
  const ClassLocationsParams params_;
};

}  // namespace

void add_class_locations(Registry& registry) {
  registry.add<ClassLocationsStage>("patches.class_locations");
}

}  // namespace nnflow::patches
