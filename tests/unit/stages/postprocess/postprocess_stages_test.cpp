// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/logits.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/postprocessing.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <nnflow/testing.hpp>

#include "../plan/small_plans.hpp"
#include "support/temp_dir.hpp"

namespace nnflow {
namespace {

using imaging::LabelMap;
using testing::StageRunner;

LabelMap row(const std::vector<std::int16_t>& values) {
  LabelMap map({1, 1, static_cast<std::int64_t>(values.size())});
  std::ranges::copy(values, map.voxels().begin());
  map.geometry.origin = {1.0, 2.0, 3.0};
  return map;
}

std::vector<std::int16_t> values(const LabelMap& map) {
  return {map.voxels().begin(), map.voxels().end()};
}

/// The message of the Error that `action` throws.
template <typename Action>
std::string message_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(LargestComponent, MergesTheLabelsOfTheParameter) {
  StageRunner runner("postprocess.largest_component", "labels: [1, 2]");
  const auto out = runner.put("label", row({1, 2, 0, 1, 0, 3})).run();
  EXPECT_EQ(values(out.get<LabelMap>("label")), (std::vector<std::int16_t>{1, 2, 0, 0, 0, 3}));
  EXPECT_EQ(out.get<LabelMap>("label").geometry.origin, (std::array<double, 3>{1.0, 2.0, 3.0}));
}

TEST(LargestComponent, AppliesTheStepsOfAFileInOrder) {
  const test::TempDir folder;
  nnunet::PostprocessingStep first;
  first.labels_or_regions = {{{1}, false}, {{2}, false}};
  first.is_list = true;
  nnunet::PostprocessingStep second;
  second.labels_or_regions = {{{1}, false}};
  nnunet::write_postprocessing(folder / "postprocessing.pkl", {first, second});
  StageRunner runner("postprocess.largest_component",
                     "decision_file: " + (folder / "postprocessing.pkl").string());
  const auto out = runner.put("label", row({1, 2, 1, 1, 0, 2})).run();
  EXPECT_EQ(values(out.get<LabelMap>("label")), (std::vector<std::int16_t>{0, 2, 1, 1, 0, 0}));
}

TEST(LargestComponent, WantsToBeToldWhatToKeep) {
  EXPECT_THROW(StageRunner("postprocess.largest_component", "labels: [1]\ndecision_file: x.pkl"),
               Error);
  StageRunner runner("postprocess.largest_component");
  runner.put("label", row({1}));
  EXPECT_EQ(
      message_of([&] { runner.run(); }),
      "nothing says which labels to treat; expected labels, decision_file or a connected decision");
}

nnunet::CaseProperties properties() {
  nnunet::CaseProperties properties;
  properties.spacing = {1.0, 1.0, 1.0};
  properties.shape_before_cropping = {2, 2, 4};
  properties.bbox_used_for_cropping = {{0, 1, 1}, {2, 2, 3}};
  properties.shape_after_cropping_and_before_resampling = {2, 1, 2};
  properties.geometry.origin = {4.0, 5.0, 6.0};
  return properties;
}

nnunet::Logits logits(std::int64_t heads = 2) {
  nnunet::Logits result;
  result.heads = heads;
  result.extent = {2, 1, 2};
  result.values.assign(static_cast<std::size_t>(heads) * 4, 0.0F);
  result.values.back() = 1.0F;  // the last head wins in the last voxel
  return result;
}

std::unique_ptr<StageRunner> exporter(const std::string& params) {
  auto runner = std::make_unique<StageRunner>("postprocess.export_labels", params);
  runner->put("plans", test::small_plans({1.0, 1.0, 1.0}))
      .put("dataset", test::small_dataset())
      .put("properties", properties());
  return runner;
}

TEST(ExportLabelsStage, PutsLabelsBackIntoTheImage) {
  auto runner = exporter("configuration: 3d_fullres");
  const auto out = runner->put("logits", logits()).run();
  const auto& label = out.get<LabelMap>("label");
  std::vector<std::int16_t> expected(16, 0);
  expected[static_cast<std::size_t>(imaging::linear_index({2, 2, 4}, 1, 1, 2))] = 1;
  EXPECT_EQ(label.extent(), (imaging::Extent3{2, 2, 4}));
  EXPECT_EQ(values(label), expected);
  EXPECT_EQ(label.geometry.origin, (std::array<double, 3>{4.0, 5.0, 6.0}));
}

TEST(ExportLabelsStage, NamesWhatDoesNotFit) {
  auto wrong_heads = exporter("configuration: 3d_fullres");
  wrong_heads->put("logits", logits(5));
  EXPECT_EQ(message_of([&] { wrong_heads->run(); }),
            "the logits have 5 heads, the labels of the data set need 2");
  auto nameless = exporter("");
  nameless->put("logits", logits());
  EXPECT_EQ(message_of([&] { nameless->run(); }),
            "parameter configuration is empty and no model is connected; expected the name of a "
            "configuration");
}

/// The same for plans that resample logits by `function`, to a crop with twice as many columns.
std::unique_ptr<StageRunner> exporter_by(const std::string& function,
                                         const nnunet::Json& kwargs = nnunet::Json::object()) {
  nnunet::Json document = test::small_plans({1.0, 1.0, 1.0}).document();
  auto& entry = document["configurations"]["3d_fullres"];
  entry["resampling_fn_probabilities"] = function;
  entry["resampling_fn_probabilities_kwargs"] = kwargs;
  nnunet::CaseProperties wide = properties();
  wide.bbox_used_for_cropping = {{0, 1, 0}, {2, 2, 4}};
  wide.spacing = {1.0, 1.0, 0.5};
  auto runner =
      std::make_unique<StageRunner>("postprocess.export_labels", "configuration: 3d_fullres");
  runner->put("plans", nnunet::Plans::from_json(document, "plans.json"))
      .put("dataset", test::small_dataset())
      .put("properties", wide);
  return runner;
}

TEST(ExportLabelsStage, RoundsLogitsToHalfButAfterTheTorchFunction) {
  // Between 1 and the next half-precision number: nearer to 1 in the second of four columns.
  nnunet::Logits close = logits();
  close.half = true;
  close.values = {1.0F, 1.0F, 1.0F, 1.0F, 1.0F, 1.0009765625F, 1.0F, 1.0F};
  const auto first_row = [&close](StageRunner& runner) {
    const auto out = runner.put("logits", close).run();
    const auto all = values(out.get<LabelMap>("label"));
    return std::vector<std::int16_t>(all.begin() + 4, all.begin() + 8);
  };
  EXPECT_EQ(first_row(*exporter_by("resample_torch_fornnunet")),
            (std::vector<std::int16_t>{0, 1, 1, 1}));
  EXPECT_EQ(first_row(*exporter_by("resample_data_or_seg_to_shape", {{"order", 1}})),
            (std::vector<std::int16_t>{0, 0, 1, 1}));
}

TEST(ExportLabelsStage, RefusesResamplingItDoesNotHave) {
  const std::string where = "plans.json: configuration 3d_fullres";
  const auto refusal = [](const std::string& function, const nnunet::Json& kwargs) {
    auto runner = exporter_by(function, kwargs);
    runner->put("logits", logits());
    return message_of([&] { runner->run(); });
  };
  EXPECT_EQ(refusal("resample_torch_fornnunet", {{"mode", "nearest"}}),
            where +
                ": resampling_fn_probabilities_kwargs has mode \"nearest\"; logits are "
                "resampled with \"linear\" only");
  EXPECT_EQ(refusal("resample_my_way", nnunet::Json::object()),
            where +
                ": resampling_fn_probabilities is \"resample_my_way\"; known are "
                "resample_data_or_seg_to_shape, resample_torch_fornnunet and "
                "no_resampling_hack");
  EXPECT_EQ(refusal("resample_data_or_seg_to_shape", {{"order", 3}}),
            where +
                ": resampling_fn_probabilities_kwargs has order 3 and order_z 0; logits are "
                "resampled with order 1 and order_z 0 only");
  EXPECT_EQ(refusal("no_resampling_hack", nnunet::Json::object()),
            where +
                " does not resample, but the logits have 2 x 1 x 2 voxels and the cropped "
                "image 2 x 1 x 4");
}

TEST(ExportNextStageStage, WarnsOfCasesThatAreNotPreprocessedForIt) {
  const test::TempDir folder;
  nnunet::Json document = test::small_plans({1.0, 1.0, 1.0}).document();
  document["configurations"]["3d_fullres"]["next_stage"] = nnunet::Json{"2d"};
  nnunet::TrainedModel model;
  model.folder = folder / "model";
  for (const char* const configuration : {"3d_fullres", "2d"}) {
    model.configuration = configuration;
    StageRunner runner("postprocess.export_next_stage", "preprocessed: " + folder.path().string());
    runner.put("plans", nnunet::Plans::from_json(document, "plans.json"))
        .put("dataset", test::small_dataset())
        .put("properties", properties())
        .put("model", model)
        .put("logits", logits())
        .item("case_1");
    static_cast<void>(runner.run());
    if (model.configuration == "2d") {
      EXPECT_TRUE(runner.log().empty()) << "there is no next stage";
      continue;
    }
    ASSERT_EQ(runner.log().size(), 1U);
    EXPECT_NE(runner.log().front().find(
                  "case case_1: nothing is written for the next stage 2d, as " +
                  (folder / "case_1.b2nd").string() +
                  " is missing: preprocess -c 2d first, then validate again (--val)"),
              std::string::npos)
        << runner.log().front();
  }
  EXPECT_FALSE(std::filesystem::exists(model.folder));
}

}  // namespace
}  // namespace nnflow
