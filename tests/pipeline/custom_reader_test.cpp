// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// A data set in a format that only a plugin reads: dataset.json names the plugin's class, the plans
// keep the name, and every later step follows them.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "nnflow/imaging/volume.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "nnflow/nnunet/store.hpp"
#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

/// A text image of 12 x 14 x 16 voxels; `label` gives a label map.
std::string text_image(int seed, bool label) {
  std::string text = "12 14 16 1.5";
  for (int i = 0; i < 12 * 14 * 16; ++i) {
    const int z = i / (14 * 16);
    text += ' ';
    text += std::to_string(label ? (z > 3 && z < 9 ? 1 : 0) : 1 + (i * 7 + seed) % 50);
  }
  return text + "\n";
}

class CustomReader : public testing::Test {
 protected:
  CustomReader() { write_json("TextIO"); }

  void write_json(const std::string& reader) const {
    write_file(data_ / "dataset.json",
               R"({"channel_names": {"0": "MRI"}, "labels": {"background": 0, "x": 1},)"
               R"( "numTraining": 2, "file_ending": ".txt", "overwrite_image_reader_writer": ")" +
                   reader + "\"}");
    for (int i = 0; i < 2; ++i) {
      const std::string id = "case_" + std::to_string(i);
      write_file(data_ / "imagesTr" / (id + "_0000.txt"), text_image(i, false));
      write_file(data_ / "labelsTr" / (id + ".txt"), text_image(i, true));
    }
  }
  [[nodiscard]] Answer prepare() const {
    return run_nnflow({"plan_and_preprocess", "-d", data_.string(), "-o", folder_.path().string(),
                       "-c", "3d_fullres", "--plugin-dir", NNFLOW_OUTSIDE_DIR});
  }

  const TempDir folder_;
  const fs::path data_ = folder_ / "Dataset905_Texts";
  const fs::path preprocessed_ = folder_ / "nnUNet_preprocessed" / "Dataset905_Texts";
};

TEST_F(CustomReader, IsFoundByTheNameOfItsClass) {
  const Answer answer = prepare();
  ASSERT_EQ(answer.code, 0) << answer.text;
  const auto plans = nnunet::parse_json(read_file(preprocessed_ / "nnUNetPlans.json"), "plans");
  EXPECT_EQ(plans.at("image_reader_writer"), "TextIO");
  EXPECT_TRUE(fs::exists(preprocessed_ / "nnUNetPlans_3d_fullres" / "case_1.b2nd"));

  const Answer back =
      run_nnflow({"run", NNFLOW_SOURCE_DIR "/tests/pipeline/custom/write_back.yaml", "-d",
                  data_.string(), "--workspace", folder_.path().string(), "-o",
                  (folder_ / "written").string(), "--plugin-dir", NNFLOW_OUTSIDE_DIR});
  ASSERT_EQ(back.code, 0) << back.text;
  EXPECT_EQ(read_file(folder_ / "written/case_0.txt"), text_image(0, true));
}

TEST_F(CustomReader, PreprocessorIsFoundByTheNameOfItsClass) {
  ASSERT_EQ(prepare().code, 0);
  const auto image = [&](const std::string& plans) {
    return nnunet::ArrayFile(preprocessed_ / (plans + "_3d_fullres") / "case_1.b2nd");
  };
  const Answer answer =
      run_nnflow({"plan_and_preprocess", "-d", data_.string(), "-o", folder_.path().string(), "-c",
                  "3d_fullres", "-preprocessor_name", "NegatePreprocessor", "-overwrite_plans_name",
                  "Negated", "--plugin-dir", NNFLOW_OUTSIDE_DIR});
  ASSERT_EQ(answer.code, 0) << answer.text;
  const auto plain = image("nnUNetPlans");
  const auto negated = image("Negated");
  imaging::Volume a(plain.channels(), plain.extent());
  imaging::Volume b(negated.channels(), negated.extent());
  plain.read(a.voxels());
  negated.read(b.voxels());
  ASSERT_EQ(a.extent(), b.extent());
  // The spline of the negated values is the negated spline.
  for (std::size_t i = 0; i < a.voxels().size(); ++i) {
    ASSERT_NEAR(a.voxels()[i], -b.voxels()[i], 1e-6) << i;
  }
  EXPECT_NE(a.voxels()[0], 0.0F);

  const Answer unknown =
      run_nnflow({"plan", "-d", data_.string(), "-o", folder_.path().string(), "-preprocessor_name",
                  "NoSuch", "--plugin-dir", NNFLOW_OUTSIDE_DIR});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_NE(
      unknown.text.find("preprocessor_name: got 'NoSuch', expected one of DefaultPreprocessor, "
                        "NegatePreprocessor"),
      std::string::npos)
      << unknown.text;
}

TEST_F(CustomReader, PlannerIsFoundByTheNameOfItsClass) {
  const Words head{"-d",           data_.string(),    "-o", folder_.path().string(),
                   "--plugin-dir", NNFLOW_OUTSIDE_DIR};
  const auto run_step = [&](Words words) {
    words.insert(words.end(), head.begin(), head.end());
    return run_nnflow(words);
  };
  ASSERT_EQ(run_step({"fingerprint"}).code, 0);
  ASSERT_EQ(run_step({"plan", "-pl", "nnUNetPlannerResEncM"}).code, 0);
  const Answer answer = run_step({"plan", "-pl", "HalfBatchPlanner"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  const auto plain =
      nnunet::parse_json(read_file(preprocessed_ / "nnUNetResEncUNetMPlans.json"), "plain");
  const auto half = nnunet::parse_json(read_file(preprocessed_ / "HalfBatchPlans.json"), "half");
  EXPECT_EQ(half.at("experiment_planner_used"), "HalfBatchPlanner");
  EXPECT_EQ(half.at("plans_name"), "HalfBatchPlans");
  const auto batch = [](const nnunet::Json& plans) {
    return plans.at("configurations").at("3d_fullres").at("batch_size").get<int>();
  };
  EXPECT_EQ(batch(half), batch(plain) / 2);
  const Answer unknown = run_step({"plan", "-pl", "NoPlanner"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_NE(unknown.text.find("planner: got 'NoPlanner', expected one of ExperimentPlanner"),
            std::string::npos)
      << unknown.text;
  EXPECT_NE(unknown.text.find("HalfBatchPlanner"), std::string::npos) << unknown.text;
}

TEST_F(CustomReader, UnknownClassLeavesTheChoiceToTheEnding) {
  write_json("NoSuchIO");
  const Answer answer = prepare();
  EXPECT_EQ(answer.code, 3);
  EXPECT_NE(answer.text.find("no reader for file_ending \".txt\""), std::string::npos)
      << answer.text;
}

TEST_F(CustomReader, PlansThatNameAnUnknownClassAreRefused) {
  ASSERT_EQ(prepare().code, 0);
  auto plans = nnunet::parse_json(read_file(preprocessed_ / "nnUNetPlans.json"), "plans");
  plans["image_reader_writer"] = "NoSuchIO";
  write_file(preprocessed_ / "nnUNetPlans.json", plans.dump());
  const Answer answer =
      run_nnflow({"preprocess", "-d", data_.string(), "-o", folder_.path().string(), "-c",
                  "3d_fullres", "--plugin-dir", NNFLOW_OUTSIDE_DIR});
  EXPECT_EQ(answer.code, 3);
  EXPECT_NE(answer.text.find("image_reader_writer of the plans nnUNetPlans: no reader 'NoSuchIO', "
                             "expected one of NaturalImage2DIO, SimpleITKIO, Tiff3DIO, NibabelIO, "
                             "NibabelIOWithReorient, SimpleITKIOWithReorient, TextIO"),
            std::string::npos)
      << answer.text;
}

}  // namespace
}  // namespace nnflow::test
