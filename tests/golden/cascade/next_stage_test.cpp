// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What a stage of a cascade leaves for the next one, beside what nnU-Net leaves: equal in every
// voxel, type and shape.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/logits.hpp"
#include "nnflow/nnunet/model.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/properties.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "nnflow/nnunet/store.hpp"
#include "nnflow/testing.hpp"
#include "support/npz.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

const fs::path& golden() {
  static const fs::path kFolder = fs::path(NNFLOW_SOURCE_DIR) / "tests/golden/cascade";
  return kFolder;
}

class NextStageGolden : public ::testing::TestWithParam<const char*> {};

TEST_P(NextStageGolden, EqualsTheReference) {
  const std::string name = GetParam();
  const nnunet::Json entry = nnunet::read_json(golden() / "next_stage.json").at(name);
  const TempDir folder;
  const auto target = entry.at("target").get<imaging::Extent3>();
  fs::create_directories(folder / "preprocessed/nnUNetPlans_second");
  const std::vector<std::int64_t> patch{4, 4, 4};
  nnunet::write_image_array(
      folder / "preprocessed/nnUNetPlans_second/case.b2nd",
      std::vector<float>(static_cast<std::size_t>(imaging::voxel_count(target))), 1, target, patch);

  const Array array = read_npz(golden() / "next_stage.npz").at(name);
  nnunet::Logits logits;
  logits.heads = array.shape.at(0);
  logits.extent = {array.shape.at(1), array.shape.at(2), array.shape.at(3)};
  logits.values = array.values<float>();
  nnunet::CaseProperties properties;
  properties.spacing = entry.at("spacing").get<imaging::Spacing3>();
  nnunet::TrainedModel model;
  model.folder = folder / "model";
  model.configuration = "first";
  testing::StageRunner runner("postprocess.export_next_stage",
                              "preprocessed: " + (folder / "preprocessed").string());
  runner.put("plans", nnunet::Plans::from_json(entry.at("plans"), "plans.json"))
      .put("dataset",
           nnunet::DatasetDescription::from_json(entry.at("dataset"), {}, "dataset.json"))
      .put("model", model)
      .put("properties", properties)
      .put("logits", logits)
      .item("case");
  static_cast<void>(runner.run());

  const nnunet::ArrayFile expected(golden() / (name + ".b2nd"));
  const nnunet::ArrayFile written(folder / "model/predicted_next_stage/second/case.b2nd");
  EXPECT_EQ(written.dtype(), expected.dtype());
  EXPECT_EQ(written.dtype(), name == "wide" ? "u2" : "u1");
  EXPECT_EQ(written.dimension(), 3);
  EXPECT_EQ(expected.dimension(), 3);
  ASSERT_EQ(written.extent(), expected.extent());
  const auto read = [&](const nnunet::ArrayFile& file) {
    std::vector<std::int16_t> labels(static_cast<std::size_t>(imaging::voxel_count(target)));
    file.read(labels);
    return labels;
  };
  EXPECT_EQ(read(written), read(expected));
  const auto labels = read(expected);
  EXPECT_GT(*std::ranges::max_element(labels), 1);
}

INSTANTIATE_TEST_SUITE_P(
    Cases,
    NextStageGolden,
    ::testing::Values("plain", "thick", "slices", "smaller", "regions", "wide", "torch"),
    [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace nnflow::test
