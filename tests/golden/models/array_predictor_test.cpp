// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Volumes in memory, segmented through the C++ interface, against the reference's files. The bound
// is that of prediction_test.cpp.
#include <gtest/gtest.h>

#include <filesystem>
#include <nnflow/error.hpp>
#include <nnflow/imaging/image_io.hpp>
#include <nnflow/prediction/array_predictor.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/shared.hpp"

namespace nnflow::prediction {
namespace {

namespace fs = std::filesystem;

fs::path models() { return test::shared_dir() / "golden" / "models"; }

fs::path model(const std::string& configuration) {
  for (const auto& folder : test::children(models() / "trained")) {
    if (folder.filename().string().ends_with("__" + configuration)) return folder;
  }
  return {};
}

PredictorSettings settings(const std::string& configuration) {
  PredictorSettings result;
  result.model = model(configuration);
  result.folds = {"0"};
  result.threads = 2;
  result.mirroring = false;
  result.plugin_dirs = {NNFLOW_PLUGIN_DIR};
  return result;
}

/// Up to `count` files of the reference's predictions for a run.
std::vector<fs::path> predicted(const std::string& run, std::size_t count) {
  auto files = test::children(models() / "predicted" / run, ".nii.gz");
  files.resize(std::min(files.size(), count));
  return files;
}

imaging::Volume image_of(const fs::path& segmentation) {
  const std::string name = segmentation.filename().string();
  const imaging::Volume image =
      imaging::read_image(models() / "images" / (name.substr(0, name.size() - 7) + "_0000.nii.gz"));
  return volume_of(image.voxels(), image.channels(), image.extent(), image.spacing);
}

class GoldenArrays : public ::testing::TestWithParam<std::pair<std::string, bool>> {};

TEST_P(GoldenArrays, AreSegmentedAsTheReferenceDoes) {
  const auto& [configuration, mirroring] = GetParam();
  const std::string run = configuration + (mirroring ? "_f0_mirror" : "_f0_plain");
  NNFLOW_REQUIRE_PATH(models() / "predicted" / run);
  auto how = settings(configuration);
  how.mirroring = mirroring;
  ArrayPredictor predictor(how);
  for (const fs::path& file : predicted(run, 2)) {
    const imaging::LabelMap expected = imaging::read_labels(file);
    std::uint64_t told = 0;
    const imaging::LabelMap labels =
        predictor.predict(image_of(file), [&](const std::string&, auto, auto) {
          ++told;
          return true;
        });
    ASSERT_EQ(labels.extent(), expected.extent());
    std::int64_t different = 0;
    const auto total = static_cast<std::int64_t>(expected.voxels().size());
    for (std::size_t i = 0; i < expected.voxels().size(); ++i) {
      different += labels.voxels()[i] != expected.voxels()[i] ? 1 : 0;
    }
    EXPECT_LE(different, std::max<std::int64_t>(8, total / 10'000)) << file;
    EXPECT_GT(told, 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(Models,
                         GoldenArrays,
                         ::testing::Values(std::pair("2d_small", true),
                                           std::pair("3d_small", false)));

TEST(Arrays, ErrorsLeaveThePredictorUsable) {
  NNFLOW_REQUIRE_PATH(models() / "predicted");
  ArrayPredictor predictor(settings("2d_small"));
  try {
    static_cast<void>(predictor.predict(imaging::Volume(2, {3, 20, 20})));
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("the image has 2 channels, expected 1"),
              std::string::npos)
        << error.what();
  }
  imaging::Volume image(1, {2, 40, 30});
  for (std::size_t i = 0; i < image.voxels().size(); ++i) {
    image.voxels()[i] = static_cast<float>(i % 17);
  }
  EXPECT_EQ(predictor.predict(image).extent(), (imaging::Extent3{2, 40, 30}));
  EXPECT_THROW(static_cast<void>(
                   predictor.predict(image, [](const std::string&, auto, auto) { return false; })),
               Error);
}

TEST(Arrays, SettingsThatCannotBeUsedAreNamed) {
  PredictorSettings bad;
  bad.model = "/nowhere/model";
  bad.plugin_dirs = {NNFLOW_PLUGIN_DIR};
  ArrayPredictor predictor(bad);
  try {
    static_cast<void>(predictor.predict(imaging::Volume(1, {2, 4, 4})));
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("/nowhere/model: no such model folder"),
              std::string::npos)
        << error.what();
  }
  const std::vector<float> voxels(7);
  EXPECT_THROW(static_cast<void>(volume_of(voxels, 1, {2, 2, 2}, {1, 1, 1})), Error);
  EXPECT_EQ(volume_of(voxels, 1, {1, 1, 7}, {3, 2, 1}).geometry.spacing,
            (std::array<double, 3>{1, 2, 3}));
}

}  // namespace
}  // namespace nnflow::prediction
