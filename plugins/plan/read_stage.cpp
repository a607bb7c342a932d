// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plan/stages.hpp"

#include <nnflow/nnunet/folder_contents.hpp>

namespace nnflow::plan {

void ReadStage::describe(StageSpec& spec) {
  spec.summary("Read a plans file").cache_version(1).nondeterministic();
  spec.input(kDataset, "the data set");
  spec.output(kPlans, "the plans");
  spec.params<Params>()
      .field(
          "out", &Params::out,
          "file, or folder that holds it; default: the data set's folder in $nnUNet_preprocessed")
      .field("plans_name", &Params::plans_name, "name of the plans");
}

void ReadStage::finish(Context& ctx) {
  const auto file = plans_file(params_.out, params_.plans_name, ctx.get(kDataset));
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorCode::kIo,
                file.string() + ": there are no plans, make them with 'nnflow plan'; plans in " +
                    file.parent_path().string() + ": " + nnunet::plans_in(file.parent_path()));
  }
  ctx.emit(kPlans, nnunet::Plans::read(file));
}

}  // namespace nnflow::plan
