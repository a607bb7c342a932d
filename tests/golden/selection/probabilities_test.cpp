// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Probabilities that nnU-Net exports from the same logits (make_selection.py). Softmax and sigmoid
// of different libraries differ in their last bits; labels are equal.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nnflow/imaging/image_io.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/logits.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/probabilities.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <nnflow/nnunet/store.hpp>
#include <nnflow/testing.hpp>

#include "support/shared.hpp"

namespace nnflow {
namespace {

namespace fs = std::filesystem;
using imaging::LabelMap;
using nnunet::Probabilities;

fs::path golden() { return NNFLOW_SOURCE_DIR "/tests/golden/selection"; }

Probabilities read(const fs::path& file) {
  Probabilities result;
  nnunet::add_probabilities(file, result);
  return result;
}

nnunet::Logits logits(const fs::path& file) {
  const nnunet::ArrayFile array(file);
  nnunet::Logits logits;
  logits.heads = array.channels();
  logits.extent = array.extent();
  logits.half = true;
  logits.values.resize(
      static_cast<std::size_t>(logits.heads * imaging::voxel_count(logits.extent)));
  array.read(std::span<float>(logits.values));
  return logits;
}

class GoldenExport : public ::testing::TestWithParam<std::string> {};

TEST_P(GoldenExport, GivesTheReferencesProbabilities) {
  const fs::path folder = golden() / "export" / GetParam();
  for (const bool wanted : {true, false}) {
    testing::StageRunner runner(
        "postprocess.export_labels",
        std::string("configuration: 3d_fullres\nprobabilities: ") + (wanted ? "true" : "false"));
    const auto out =
        runner.put("logits", logits(folder / "logits.npz"))
            .put("properties", nnunet::CaseProperties::read(folder / "case.pkl"))
            .put("plans", nnunet::Plans::read(folder / "plans.json"))
            .put("dataset", nnunet::DatasetDescription::read_file(folder / "dataset.json"))
            .run();
    const LabelMap expected_labels = imaging::read_labels(folder / "case.nii.gz");
    const auto& labels = out.get<LabelMap>("label");
    ASSERT_EQ(labels.extent(), expected_labels.extent());
    EXPECT_TRUE(std::ranges::equal(labels.voxels(), expected_labels.voxels()));
    ASSERT_EQ(out.has("probabilities"), wanted);
    if (!wanted) continue;
    const auto& actual = out.get<Probabilities>("probabilities");
    const Probabilities expected = read(folder / "case.npz");
    ASSERT_EQ(actual.heads, expected.heads);
    ASSERT_EQ(actual.extent, expected.extent);
    float largest = 0.0F;
    for (std::size_t i = 0; i < expected.values.size(); ++i) {
      largest = std::max(largest, std::abs(actual.values[i] - expected.values[i]));
    }
    std::cout << GetParam() << ": largest difference " << largest << '\n';
    EXPECT_LE(largest, 3e-7F);
  }
}

INSTANTIATE_TEST_SUITE_P(,
                         GoldenExport,
                         ::testing::Values("labels", "regions", "one_region"),
                         [](const auto& parameter) { return parameter.param; });

}  // namespace
}  // namespace nnflow
