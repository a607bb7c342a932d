// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/py_json.hpp>
#include <string>

#include "io/stages.hpp"

namespace nnflow::io {
namespace {

/// `io.write_description`: the dataset.json of a data set whose cases are written.
class WriteDescriptionStage final : public ReduceStage {
 public:
  static constexpr OnceIn<nnunet::DatasetDescription> kDescribed{"dataset"};
  static constexpr OnceOut<nnunet::DatasetDescription> kDataset{"dataset"};

  static void describe(StageSpec& spec) {
    spec.summary("Write the dataset.json of a converted data set once its cases are there")
        .cache_version(1);
    spec.doc("What does not fit the files in the folder is remarked, as open_dataset refuses it.");
    spec.input(kDescribed, "what dataset.json is to say");
    spec.output(kDataset, "the data set as read back");
    spec.nondeterministic();
  }
  explicit WriteDescriptionStage(const StageConfig& /*config*/) {}

  void finish(Context& ctx) override {
    const nnunet::DatasetDescription& described = ctx.get(kDescribed);
    ctx.artifact(described.folder / "dataset.json")
        .write_and_commit(nnunet::dump_json(described.json));
    auto dataset = nnunet::DatasetDescription::read_folder(described.folder);
    for (const std::string& finding : nnunet::integrity_findings(dataset)) {
      ctx.log(LogLevel::kWarning, dataset.folder.string() + ": " + finding);
    }
    ctx.emit(kDataset, std::move(dataset));
  }
};

}  // namespace

void add_write_description(Registry& registry) {
  registry.add<WriteDescriptionStage>("io.write_description");
}

}  // namespace nnflow::io
