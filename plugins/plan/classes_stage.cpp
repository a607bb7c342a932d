// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plan/classes_stage.hpp"

#include "plan/named_classes.hpp"

namespace nnflow::plan {

void ClassesStage::describe(StageSpec& spec) {
  spec.summary("Refuse a planner or preprocessor that does not exist, before any data is read");
  spec.doc(
      "nnU-Net's own and those that plugins registered as nnunet.planner/1 and "
      "nnunet.preprocessor/1.");
  spec.nondeterministic();  // depends on the plugins that are found
  spec.params<Params>()
      .field("planner", &Params::planner, "name of the planner")
      .field("preprocessor_name", &Params::preprocessor_name, "name of the preprocessor");
}

void ClassesStage::finish(Context& ctx) {
  (void)find_planner(ctx.interfaces(), params_.planner);
  require_preprocessor(ctx.interfaces(), params_.preprocessor_name);
}

}  // namespace nnflow::plan
