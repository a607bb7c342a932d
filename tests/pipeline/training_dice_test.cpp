// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Trainings other than plain labels on volumes reach a Dice, with small networks in minutes.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "nnflow/nnunet/py_json.hpp"
#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kVoxels = 352;  ///< where the voxels of a NIfTI file begin

class TrainingDice : public testing::Test {
 protected:
  void make_scans() const {
    const Answer made = run_nnflow({"run", NNFLOW_SOURCE_DIR "/tests/pipeline/wide_phantoms.yaml",
                                    "--folder", data_.string(), "--cases", "10", "--run-dir",
                                    data_.string() + "-run", "--threads", "1"});
    ASSERT_EQ(made.code, 0) << made.text;
  }
  void labels(const std::string& rules) const { write_description(data_, 10, rules); }

  /// Plans, trains fold 0 and validates it; the summary of the validation.
  [[nodiscard]] nnunet::Json train(const std::string& configuration,
                                   const std::string& memory,
                                   const Words& budget) const {
    Words words{"nnunet",
                "-d",
                data_.string(),
                "-o",
                work_.string(),
                "-c",
                configuration,
                "-f",
                "0",
                "--gpu-memory-target",
                memory,
                "--features",
                "8",
                "16",
                "32",
                "--val-iterations",
                "1",
                "--threads",
                "1",
                "--compute-threads",
                "1",
                "--run-dir",
                (folder_ / "record").string()};
    words.insert(words.end(), budget.begin(), budget.end());
    const Answer answer = run_nnflow(words);
    EXPECT_EQ(answer.code, 0) << answer.text;
    const fs::path summary = work_ / "nnUNet_results" / data_.filename() /
                             ("nnUNetTrainer__nnUNetPlans__" + configuration) /
                             "fold_0/validation/summary.json";
    if (!fs::exists(summary)) return {};
    return nnunet::read_json(summary);
  }

  /// Dice of a label or region, kept in the test's report.
  [[nodiscard]] static double dice(const nnunet::Json& summary, const std::string& label) {
    const double value = summary.at("mean").at(label).at("Dice").get<double>();
    RecordProperty("dice_of_" + label, std::to_string(value));
    return value;
  }

  const TempDir folder_;
  const fs::path data_ = folder_ / "Dataset903_Dice";
  const fs::path work_ = folder_ / "work";
  const Words kBudget{"--epochs", "4", "--iterations", "60"};
};

TEST_F(TrainingDice, Regions) {
  make_scans();
  labels(
      R"("labels": {"background": 0, "whole": [1, 2], "core": 2}, "regions_class_order": [1, 2])");
  const auto summary = train("3d_fullres", "0.05", kBudget);
  ASSERT_FALSE(summary.empty());
  EXPECT_GT(dice(summary, "(1, 2)"), 0.8);
  EXPECT_GT(dice(summary, "2"), 0.6);
}

TEST_F(TrainingDice, IgnoreLabel) {
  make_scans();
  labels(R"("labels": {"background": 0, "one": 1, "two": 2, "ignore": 3})");
  // Scribbles: three of four slices of every scan carry no annotation.
  for (const fs::path& file : children(data_ / "labelsTr", ".nii")) {
    std::string bytes = read_file(file);
    const auto length = [&bytes](std::size_t axis) {  // dim[1 + axis] of the NIfTI header
      return static_cast<std::size_t>(static_cast<unsigned char>(bytes[42 + 2 * axis])) +
             256 * static_cast<std::size_t>(static_cast<unsigned char>(bytes[43 + 2 * axis]));
    };
    const std::size_t slice = length(0) * length(1);
    for (std::size_t z = 0; z < length(2); ++z) {
      if (z % 4 == 1) continue;
      for (std::size_t i = 0; i < slice; ++i) bytes.at(kVoxels + z * slice + i) = 3;
    }
    write_file(file, bytes);
  }
  const auto summary = train("3d_fullres", "0.05", kBudget);
  ASSERT_FALSE(summary.empty());
  EXPECT_GT(dice(summary, "1"), 0.75);
  EXPECT_GT(dice(summary, "2"), 0.5);
}

TEST_F(TrainingDice, ColourPictures) {
  const fs::path nuclei = shared_dir() / "data/Dataset120_Nuclei";
  NNFLOW_REQUIRE_PATH(nuclei);
  fs::create_directories(data_ / "imagesTr");
  fs::create_directories(data_ / "labelsTr");
  int count = 0;
  for (const fs::path& label : children(nuclei / "labelsTr", ".png")) {
    if (++count > 40) break;
    fs::copy_file(label, data_ / "labelsTr" / label.filename());
    const std::string name = label.stem().string() + "_0000.png";
    fs::copy_file(nuclei / "imagesTr" / name, data_ / "imagesTr" / name);
  }
  auto description = nnunet::read_json(nuclei / "dataset.json");
  description["numTraining"] = 40;
  nnunet::write_json(data_ / "dataset.json", description);
  const auto summary = train("2d", "0.3", {"--epochs", "6", "--iterations", "60"});
  ASSERT_FALSE(summary.empty());
  // The rim, label 2, is a pixel wide: it is learnt after several times this budget.
  EXPECT_GT(dice(summary, "1"), 0.7);
}

}  // namespace
}  // namespace nnflow::test
