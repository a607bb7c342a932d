// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Plans of the reference: every folder of golden/plans, four planners. Floats agree to 1e-9
// relative, because the reference computes powers and products in NumPy, whose last bit may differ.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include <nnflow/error.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/files.hpp>
#include <nnflow/nnunet/fingerprint.hpp>

#include "../json_match.hpp"
#include "plan/plans_document.hpp"
#include "plan/plans_transfer.hpp"
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

nnunet::Json fixture(const char* name) {
  return nnunet::read_json(std::filesystem::path(NNFLOW_SOURCE_DIR) / "tests/golden/plans" / name);
}

// make_plans_cases.py made the two files with nnU-Net.
TEST(GoldenPlans, EqualTheReferenceForOtherResamplingAndAxisOrder) {
  const auto document = fixture("planner_cases.json");
  std::map<std::string, std::pair<nnunet::DatasetDescription, nnunet::Fingerprint>> data_sets;
  for (const auto& [name, parts] : document.at("data_sets").items()) {
    auto dataset = nnunet::DatasetDescription::from_json(parts.at("dataset"), {}, name);
    dataset.name = name;
    data_sets.emplace(name, std::pair(std::move(dataset), nnunet::Fingerprint::from_json(
                                                              parts.at("fingerprint"), name)));
  }
  for (const auto& c : document.at("cases")) {
    PlanOptions options;
    options.planner = c.at("planner").get<std::string>();
    options.suppress_transpose = c.at("suppress_transpose").get<bool>();
    const auto name = c.at("data_set").get<std::string>();
    SCOPED_TRACE(name + ", " + options.planner);
    const auto& [dataset, fingerprint] = data_sets.at(name);
    const auto plans = make_plans(dataset, fingerprint, options);
    EXPECT_EQ(test::json_difference(plans.document(), c.at("plans"), 1e-9), "");
  }
  EXPECT_GE(document.at("cases").size(), 21U);
}

TEST(GoldenPlans, TransferredOnesEqualTheReference) {
  const auto document = fixture("moved_plans.json");
  const auto source_name = document.at("source_name").get<std::string>();
  for (const auto& c : document.at("cases")) {
    const auto target_name = c.at("target").get<std::string>();
    SCOPED_TRACE(target_name + " " + c.at("dataset").dump());
    auto target = nnunet::DatasetDescription::from_json(c.at("dataset"), {}, target_name);
    target.name = target_name;
    const auto given = c.at("name").get<std::string>();
    const auto moved =
        transferred_plans(document.at("source"), source_name, target,
                          given.empty() ? source_name : given, c.at("flat").get<bool>());
    if (!c.at("plans").is_null()) {
      EXPECT_EQ(nnunet::dump_json(moved), nnunet::dump_json(c.at("plans")));
    }
    for (const char* key : {"dataset_name", "plans_name", "image_reader_writer"}) {
      EXPECT_EQ(moved.at(key), c.at(key)) << key;
    }
    for (const auto& [name, identifier] : c.at("data_identifiers").items()) {
      const auto& entry = moved.at("configurations").at(name);
      EXPECT_EQ(entry.contains("data_identifier") ? entry.at("data_identifier") : nnunet::Json(),
                identifier);
    }
  }
}

}  // namespace
}  // namespace nnflow::plan
