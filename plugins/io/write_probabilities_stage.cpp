// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/probabilities.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <string>

#include "io/stages.hpp"

namespace nnflow::io {
namespace {

struct WriteProbabilitiesParams {
  std::string folder;
};

class WriteProbabilitiesStage final : public MapStage {
 public:
  static constexpr In<nnunet::Probabilities> kProbabilities{"probabilities"};
  static constexpr In<nnunet::CaseProperties> kProperties{"properties"};
  static constexpr OnceIn<nnunet::TrainedModel> kModel{"model"};

  static void describe(StageSpec& spec) {
    spec.summary("Write the probabilities of a case, and what is known of its image")
        .cache_version(1)
        .writes_artifacts();
    spec.doc(
        "Files `<folder>/<case>.npz` with the array `probabilities` and `<folder>/<case>.pkl`, "
        "which nnU-Net ensembles (nnunet-inference 4.4).");
    spec.input(kProbabilities, "probabilities in the grid of the original image");
    spec.input(kProperties, "crop, spacing and geometry of the case");
    spec.optional_input(kModel, "a relative folder lies in the folder of this model's fold");
    spec.params<WriteProbabilitiesParams>().field("folder", &WriteProbabilitiesParams::folder,
                                                  "where the files go", Required{});
    spec.memory_hint("1*input");
  }
  explicit WriteProbabilitiesStage(const StageConfig& config)
      : params_(config.params<WriteProbabilitiesParams>()) {}

  void process(Context& ctx) const override {
    const std::filesystem::path folder = ctx.has(kModel) ? ctx.get(kModel).place(params_.folder)
                                                         : std::filesystem::path(params_.folder);
    ctx.artifact(folder / (ctx.item() + ".pkl")).write_and_commit(ctx.get(kProperties).to_pickle());
    Artifact archive = ctx.artifact(folder / (ctx.item() + ".npz"));
    nnunet::write_probabilities(archive.path(), ctx.get(kProbabilities));
    archive.commit();
  }

 private:
  const WriteProbabilitiesParams params_;
};

}  // namespace

void add_write_probabilities(Registry& registry) {
  registry.add<WriteProbabilitiesStage>("io.write_probabilities");
}

}  // namespace nnflow::io
