// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Plans of the reference: every folder of golden/plans, four planners. Floats agree to 1e-9
// relative, because the reference computes powers and products in NumPy, whose last bit may differ.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <utility>

#include <nnflow/error.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/fingerprint.hpp>

#include "../json_match.hpp"
#include "plan/plans_document.hpp"
#include "support/shared.hpp"

namespace nnflow::plan {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 4> kPlanners{{
    {"ExperimentPlanner", "nnUNetPlans"},
    {"nnUNetPlannerResEncM", "nnUNetResEncUNetMPlans"},
    {"nnUNetPlannerResEncL", "nnUNetResEncUNetLPlans"},
    {"nnUNetPlannerResEncXL", "nnUNetResEncUNetXLPlans"},
}};

TEST(GoldenPlans, EqualTheReference) {
  const auto folder = test::shared_dir() / "golden" / "plans";
  NNFLOW_REQUIRE_PATH(folder);
  int compared = 0;
  for (const auto& data_set : test::children(folder)) {
    const auto dataset = nnunet::DatasetDescription::read_folder(data_set);
    const auto fingerprint = nnunet::Fingerprint::read(data_set / "dataset_fingerprint.json");
    for (const auto& [planner, plans_name] : kPlanners) {
      SCOPED_TRACE(data_set.filename().string() + ", " + planner);
      PlanOptions options;
      options.planner = planner;
      if (std::filesystem::exists(data_set / (std::string(plans_name) + ".error.txt"))) {
        EXPECT_THROW((void)make_plans(dataset, fingerprint, options), Error);
        ++compared;
        continue;
      }
      const auto file = data_set / (std::string(plans_name) + ".json");
      if (!std::filesystem::exists(file)) continue;
      const auto plans = make_plans(dataset, fingerprint, options);
      EXPECT_EQ(test::json_difference(plans.document(), nnunet::read_json(file), 1e-9), "");
      ++compared;
    }
  }
  EXPECT_GT(compared, 0) << "no plans in " << folder;
  RecordProperty("compared", compared);
}

}  // namespace
}  // namespace nnflow::plan
