// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/logits.hpp>
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

}  // namespace
}  // namespace nnflow
