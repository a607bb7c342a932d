// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <nnflow/imaging/image_io.hpp>
#include <nnflow/nnunet/files.hpp>
#include <nnflow/nnunet/paths.hpp>

#include "plan/plans_transfer.hpp"
#include "plan/stages.hpp"

namespace nnflow::plan {
namespace {

bool is_flat(const nnunet::DatasetDescription& dataset) {
  const auto cases = nnunet::training_cases(dataset);
  if (cases.empty() || cases.front().images.empty()) {
    throw Error(ErrorCode::kInvalidData,
                "data set " + dataset.name + ": no training image tells which reader it needs");
  }
  return imaging::probe_image(cases.front().images.front()).extent[0] == 1;
}

}  // namespace

void MoveStage::describe(StageSpec& spec) {
  spec.summary("Give a data set the plans of another one").writes_artifacts().nondeterministic();
  spec.doc(
      "Writes the plans file of the data set; an existing one of that name is replaced. Data set, "
      "name of the plans, reader and folders of the preprocessed data are those of the new data "
      "set, everything else stays.");
  spec.input(kDataset, "the data set that gets the plans");
  spec.output(kPlans, "its plans");
  spec.params<Params>()
      .field("source", &Params::source,
             "data set with the plans: a name or number, or its folder with preprocessed data",
             Required{})
      .field("source_plans_name", &Params::source_plans_name, "name of its plans", Required{})
      .field("plans_name", &Params::plans_name, "new name of the plans; empty: as they are called")
      .field("out", &Params::out,
             "file or folder to write; default: the data set's folder in $nnUNet_preprocessed")
      .check([](const Params& p) {
        return p.source_plans_name.empty() ? "source_plans_name must not be empty" : "";
      });
}

void MoveStage::finish(Context& ctx) {
  const nnunet::DatasetDescription& dataset = ctx.get(kDataset);
  const std::string& source_name = params_.source_plans_name;
  const std::string& name = params_.plans_name.empty() ? source_name : params_.plans_name;
  const auto source =
      nnunet::preprocessed_dataset(params_.source, dataset.roots()) / (source_name + ".json");
  if (!std::filesystem::exists(source)) {
    throw Error(ErrorCode::kIo,
                source.string() + ": there are no plans, make them with 'nnflow plan'");
  }
  const auto file = plans_file(params_.out, name, dataset);
  auto plans =
      nnunet::Plans::from_json(transferred_plans(nnunet::Plans::read(source).document(),
                                                 source_name, dataset, name, is_flat(dataset)),
                               source.string());
  ctx.artifact(file).write_and_commit(nnunet::dump_json(plans.document()));
  ctx.emit(kPlans, std::move(plans));
}

}  // namespace nnflow::plan
