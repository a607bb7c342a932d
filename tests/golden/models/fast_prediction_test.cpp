// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The fast path of prediction, bfloat16, against float32: every case of every trained model. The
// bounds are those measured in tests/parity.md, with some air.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <nnflow/error.hpp>
#include <nnflow/imaging/image_io.hpp>
#include <nnflow/prediction/array_predictor.hpp>
#include <nnflow/torch_bridge/workers.hpp>
#include <string>
#include <vector>

#include "support/shared.hpp"

namespace nnflow::prediction {
namespace {

namespace fs = std::filesystem;
using imaging::LabelMap;

constexpr const char* kForbidden = "ONEDNN_MAX_CPU_ISA";

fs::path models() { return test::shared_dir() / "golden" / "models"; }

fs::path model(const std::string& configuration) {
  for (const auto& folder : test::children(models() / "trained")) {
    if (folder.filename().string().ends_with("__" + configuration)) return folder;
  }
  return {};
}

PredictorSettings settings(const std::string& configuration, const std::string& precision) {
  PredictorSettings result;
  result.model = model(configuration);
  result.folds = {"0"};
  result.precision = precision;
  result.threads = 2;
  result.plugin_dirs = {NNFLOW_PLUGIN_DIR};
  return result;
}

/// Voxels of each label in both maps, in `a` and in `b`.
struct Overlap {
  std::map<int, std::int64_t> both;
  std::map<int, std::int64_t> either;  ///< sum of the two sizes
  std::int64_t different = 0;
  std::int64_t voxels = 0;
};

void add(const LabelMap& a, const LabelMap& b, Overlap& overlap) {
  for (std::size_t i = 0; i < a.voxels().size(); ++i) {
    const int left = a.voxels()[i];
    const int right = b.voxels()[i];
    ++overlap.either[left];
    ++overlap.either[right];
    if (left == right) {
      ++overlap.both[left];
    } else {
      ++overlap.different;
    }
  }
  overlap.voxels += static_cast<std::int64_t>(a.voxels().size());
}

/// The least over the labels but background.
double least_dice(const Overlap& overlap) {
  double least = 1.0;
  for (const auto& [label, sum] : overlap.either) {
    const auto found = overlap.both.find(label);
    const std::int64_t both = found == overlap.both.end() ? 0 : found->second;
    if (label != 0)
      least = std::min(least, 2.0 * static_cast<double>(both) / static_cast<double>(sum));
  }
  return least;
}

struct Bound {
  const char* configuration;
  double dice;       ///< of a label over all cases
  double case_dice;  ///< of a label of any case
};

class FastPrediction : public ::testing::TestWithParam<Bound> {};

TEST_P(FastPrediction, GivesNearlyTheSegmentationsOfFloat32) {
  const Bound& bound = GetParam();
  if (!torch_bridge::has_fast_bfloat16()) {
    GTEST_SKIP() << "this processor does not compute in bfloat16";
  }
  NNFLOW_REQUIRE_PATH(models() / "images");
  std::vector<fs::path> images = test::children(models() / "images", ".nii.gz");
  ASSERT_FALSE(images.empty());
  std::vector<LabelMap> maps;
  for (const char* precision : {"float32", "bf16"}) {
    ArrayPredictor predictor(settings(bound.configuration, precision));
    for (const fs::path& file : images) {
      const imaging::Volume image = imaging::read_image(file);
      maps.push_back(predictor.predict(
          volume_of(image.voxels(), image.channels(), image.extent(), image.spacing)));
    }
  }
  Overlap all;
  double worst = 1.0;
  for (std::size_t i = 0; i < images.size(); ++i) {
    Overlap of_case;
    add(maps[i], maps[images.size() + i], of_case);
    add(maps[i], maps[images.size() + i], all);
    worst = std::min(worst, least_dice(of_case));
  }
  std::cout << bound.configuration << ": Dice " << least_dice(all) << ", of the worst case "
            << worst << ", " << all.different << " of " << all.voxels << " voxels differ\n";
  EXPECT_GT(all.different, 0) << "bf16 was not used";
  EXPECT_GE(least_dice(all), bound.dice);
  EXPECT_GE(worst, bound.case_dice);
}

INSTANTIATE_TEST_SUITE_P(Models,
                         FastPrediction,
                         ::testing::Values(Bound{"3d_small", 0.995, 0.99},
                                           Bound{"3d_resenc_small", 0.99, 0.98},
                                           Bound{"2d_small", 0.99, 0.98},
                                           Bound{"3d_tiles", 0.995, 0.99}),
                         [](const auto& test) { return std::string(test.param.configuration); });

TEST(FastPredictionRefusal, NamesWhatIsMissing) {
  NNFLOW_REQUIRE_PATH(models() / "trained");
  ::setenv(kForbidden, "AVX2", 1);
  EXPECT_FALSE(torch_bridge::has_fast_bfloat16());
  std::string message;
  try {
    ArrayPredictor predictor(settings("3d_small", "bf16"));
    static_cast<void>(predictor.predict(imaging::Volume(1, {8, 8, 8})));
  } catch (const Error& error) {
    message = error.what();
  }
  ::unsetenv(kForbidden);
  EXPECT_NE(message.find("precision: cannot use 'bf16'"), std::string::npos) << message;
  EXPECT_NE(message.find("expected float32"), std::string::npos) << message;
}

}  // namespace
}  // namespace nnflow::prediction
