// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/probabilities.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <utility>

#include "ensemble/kernels/decide_labels.hpp"
#include "ensemble/stages.hpp"

namespace nnflow::ensemble {
namespace {

class AverageStage final : public MapStage {
 public:
  static constexpr In<nnunet::CaseFiles> kCase{"case"};
  static constexpr Out<nnunet::Probabilities> kProbabilities{"probabilities"};
  static constexpr Out<nnunet::CaseProperties> kProperties{"properties"};

  static void describe(StageSpec& spec) {
    spec.summary("Read the probabilities of a case and average them").cache_version(1);
    spec.doc(
        "Sums in float32 in the order of the files, all with the same weight, then divides "
        "(nnunet-inference 6.1). Properties are those beside the first file.");
    spec.input(kCase, "`.npz` files of the case");
    spec.output(kProbabilities, "the mean");
    spec.output(kProperties, "geometry of the image");
    spec.memory_hint("3*input");  // of a small file, its bytes packed and unpacked as well
  }
  explicit AverageStage(const StageConfig& /*config*/) {}

  void process(Context& ctx) const override {
    const nnunet::CaseFiles& files = ctx.get(kCase);
    if (files.images.empty()) ctx.fail("case " + files.id + " lists no file to average");
    auto properties = nnunet::CaseProperties::read(
        std::filesystem::path(files.images.front()).replace_extension(".pkl"));
    nnunet::Probabilities mean;
    for (const auto& file : files.images) nnunet::add_probabilities(file, mean);
    divide(mean.values, static_cast<int>(files.images.size()), ctx.threads());
    ctx.emit(kProbabilities, std::move(mean));
    ctx.emit(kProperties, std::move(properties));
  }
};

}  // namespace

void add_average(Registry& registry) { registry.add<AverageStage>("ensemble.average"); }

}  // namespace nnflow::ensemble
