// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Fingerprints, plans and preprocessed arrays of the reference: every folder of golden/preprocess.
// Fingerprints are equal (numpy's sums are reproduced), labels are equal, intensities agree to
// 1e-4: z-scores without a mask depend on numpy's summation order, and the reference evaluates the
// spline in another order of operations.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>

#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/fingerprint.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <nnflow/testing.hpp>

#include "../json_match.hpp"
#include "support/npz.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow {
namespace {

namespace fs = std::filesystem;
using imaging::LabelMap;
using imaging::Volume;
using nnunet::CaseProperties;
using testing::Outputs;
using testing::StageRunner;

constexpr double kTolerance = 1e-4;

fs::path golden_dir() { return test::shared_dir() / "golden" / "preprocess"; }

/// A data set's raw folder under the data set's own name.
nnunet::DatasetDescription dataset_of(const fs::path& folder) {
  auto dataset = nnunet::DatasetDescription::read_folder(folder / "raw");
  dataset.name = folder.filename().string();
  return dataset;
}

/// The memory target that the golden data's README states for a data set.
std::string memory_target(const std::string& name) {
  const std::string readme = test::read_file(test::shared_dir() / "golden" / "README.md");
  std::smatch found;
  const std::string id = name.substr(std::string("Dataset").size());
  if (std::regex_search(readme, found, std::regex(id + " ([0-9.]*[0-9])"))) return found[1];
  return "0";
}

std::string parameters(const std::string& configuration) {
  return "configuration: " + configuration;
}

/// Reads a case and crops it; `plans` (may be null) give the axis order.
Outputs cropped(const nnunet::DatasetDescription& dataset,
                const nnunet::CaseFiles& files,
                const nnunet::Plans* plans) {
  StageRunner read("io.read_case");
  Outputs in = read.put("case", files).put("dataset", dataset).run();
  if (plans != nullptr) {
    StageRunner transpose("crop.transpose_axes");
    transpose.put("plans", *plans)
        .put("image", in.get<Volume>("image"))
        .put("label", in.get<LabelMap>("label"));
    in = transpose.run();
  }
  StageRunner crop("crop.nonzero_box");
  return crop.put("image", in.get<Volume>("image")).put("label", in.get<LabelMap>("label")).run();
}

TEST(GoldenPreprocess, FingerprintsAndPlansEqualTheReference) {
  NNFLOW_REQUIRE_PATH(golden_dir());
  int compared = 0;
  for (const auto& folder : test::children(golden_dir())) {
    SCOPED_TRACE(folder.filename().string());
    const auto dataset = dataset_of(folder);
    const test::TempDir out;
    StageRunner collect("fingerprint.collect", "out: " + out.path().string());
    collect.threads(2).put("dataset", dataset);
    for (const nnunet::CaseFiles& files : nnunet::training_cases(dataset)) {
      const Outputs crop = cropped(dataset, files, nullptr);
      StageRunner statistics("fingerprint.case_statistics");
      statistics.put("image", crop.get<Volume>("image")).put("label", crop.get<LabelMap>("label"));
      statistics.put("properties", crop.get<CaseProperties>("properties"));
      collect.put("statistics", statistics.run().get<nnunet::CaseStatistics>("statistics")).run();
    }
    const auto fingerprint = collect.finish().get<nnunet::Fingerprint>("fingerprint");
    const auto expected = nnunet::read_json(folder / "dataset_fingerprint.json");
    EXPECT_EQ(
        test::json_difference(nnunet::read_json(out / "dataset_fingerprint.json"), expected, 0.0),
        "");

    StageRunner plan("plan.experiment", "out: " + out.path().string() +
                                            "\ngpu_memory_target: " + memory_target(dataset.name));
    plan.put("dataset", dataset).put("fingerprint", fingerprint).finish();
    EXPECT_EQ(test::json_difference(nnunet::read_json(out / "nnUNetPlans.json"),
                                    nnunet::read_json(folder / "nnUNetPlans.json"), 1e-9),
              "");
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

void compare_properties(const CaseProperties& actual, const fs::path& file) {
  nnunet::Json json;
  const imaging::Box3& box = actual.bbox_used_for_cropping;
  json["spacing"] = actual.spacing;
  json["shape_before_cropping"] = actual.shape_before_cropping;
  for (std::size_t a = 0; a < 3; ++a)
    json["bbox_used_for_cropping"].push_back({box.lower[a], box.upper[a]});
  json["shape_after_cropping_and_before_resampling"] =
      actual.shape_after_cropping_and_before_resampling;
  EXPECT_EQ(test::json_difference(json, nnunet::read_json(file), 0.0), "");
}

/// Largest difference of the intensities; labels and shapes are expected to be equal.
double compare_arrays(const Volume& image, const LabelMap& label, const fs::path& file) {
  const test::Npz golden = test::read_npz(file);
  const auto data = golden.at("data").values<float>();
  const auto seg = golden.at("seg").values<std::int16_t>();
  const auto& e = image.extent();
  EXPECT_EQ(golden.at("data").shape,
            (std::vector<std::int64_t>{image.channels(), e[0], e[1], e[2]}));
  if (data.size() != image.voxels().size() || seg.size() != label.voxels().size()) {
    ADD_FAILURE() << "arrays of other sizes";
    return 0.0;
  }
  EXPECT_TRUE(std::equal(seg.begin(), seg.end(), label.voxels().begin())) << "labels differ";
  double largest = 0.0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    largest = std::max(
        largest, std::abs(static_cast<double>(data[i]) - static_cast<double>(image.voxels()[i])));
  }
  return largest;
}

TEST(GoldenPreprocess, ArraysEqualTheReference) {
  NNFLOW_REQUIRE_PATH(golden_dir());
  int compared = 0;
  for (const auto& folder : test::children(golden_dir())) {
    const auto dataset = dataset_of(folder);
    const auto plans = nnunet::Plans::read(folder / "nnUNetPlans.json");
    std::map<std::string, nnunet::CaseFiles> cases;
    for (const auto& files : nnunet::training_cases(dataset)) cases[files.id] = files;
    for (const std::string& configuration : plans.configuration_names()) {
      for (const auto& file : test::children(folder / configuration, ".npz")) {
        SCOPED_TRACE(folder.filename().string() + ", " + configuration + ", " +
                     file.stem().string());
        const Outputs crop = cropped(dataset, cases.at(file.stem().string()), &plans);
        StageRunner normalise("normalise.planned", parameters(configuration));
        normalise.put("plans", plans)
            .put("image", crop.get<Volume>("image"))
            .put("label", crop.get<LabelMap>("label"));
        const Outputs normal = normalise.run();
        StageRunner resample("resample.planned", parameters(configuration));
        resample.put("plans", plans)
            .put("image", normal.get<Volume>("image"))
            .put("label", crop.get<LabelMap>("label"));
        const Outputs out = resample.run();
        compare_properties(crop.get<CaseProperties>("properties"),
                           fs::path(file).replace_extension(".json"));
        const double largest =
            compare_arrays(out.get<Volume>("image"), out.get<LabelMap>("label"), file);
        EXPECT_LE(largest, kTolerance);
        std::cout << folder.filename().string() << ' ' << configuration << ' '
                  << file.stem().string() << ": largest difference " << largest << '\n';
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 0);
}

}  // namespace
}  // namespace nnflow
