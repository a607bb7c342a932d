// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The commands on segmentations read and write files with the class that the plans name: one of a
// plugin, for files that nothing else reads, and one of nnU-Net, for NIfTI files that SimpleITK
// refuses.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "nnflow/imaging/image_io.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

/// A text image of 12 x 14 x 16 voxels; `label` gives a label map of two components, of which the
/// smaller one is no part of the reference.
std::string text_image(int seed, bool label, bool with_speck = false) {
  std::string text = "12 14 16 1.5";
  for (int i = 0; i < 12 * 14 * 16; ++i) {
    const int z = i / (14 * 16);
    const bool inside = (z > 3 && z < 9) || (with_speck && i < 3);
    text += ' ';
    text +=
        std::to_string(label ? (inside ? 1 : 0) : (z > 3 && z < 9 ? 60 : 1) + (i * 7 + seed) % 50);
  }
  return text + "\n";
}

double dice(const fs::path& summary) {
  return nnunet::read_json(summary).at("foreground_mean").at("Dice").get<double>();
}

class ReaderCommands : public testing::Test {
 protected:
  [[nodiscard]] Answer call(Words words) const {
    words.insert(words.end(), {"--plugin-dir", NNFLOW_OUTSIDE_DIR, "--threads", "2", "--run-dir",
                               (folder_ / "record").string()});
    return run_nnflow(words);
  }
  /// A dataset.json; `reader` is the class that it names, if any.
  static std::string description(const std::string& ending, const std::string& reader, int cases) {
    std::string text =
        R"({"channel_names": {"0": "MRI"}, "labels": {"background": 0, "x": 1}, "numTraining": )" +
        std::to_string(cases) + R"(, "file_ending": ")" + ending + "\"";
    if (!reader.empty()) text += R"(, "overwrite_image_reader_writer": ")" + reader + "\"";
    return text + "}";
  }
  /// Plans that name a class, with what else plans must say.
  static std::string plans(const std::string& reader) {
    nnunet::Json json = nnunet::read_json(
        NNFLOW_SOURCE_DIR
        "/tests/golden/selection/nnUNet_preprocessed/Dataset002_Labels/nnUNetPlans.json");
    json["image_reader_writer"] = reader;
    return nnunet::dump_json(json);
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (folder_ / name).string(); }
  /// `evaluate`, `determine_postprocessing` and `apply_postprocessing` on `predicted` and
  /// `references`, by the plans in a folder of their own; then by those beside the predictions.
  void judge(const std::string& ending, const std::string& reader) const {
    write_file(folder_ / "dataset.json", description(ending, "", 1));
    write_file(folder_ / "named/plans.json", plans(reader));
    const std::string json = at("dataset.json");
    const Words evaluate{"evaluate", at("references"), at("predicted"), "-djfile", json};
    if (reader == "TextIO") {
      EXPECT_NE(call(evaluate).code, 0) << "nothing names the class";
    }
    Words named = evaluate;
    named.insert(named.end(), {"-pfile", at("named/plans.json"), "-o", at("named.json")});
    Answer answer = call(named);
    ASSERT_EQ(answer.code, 0) << answer.text;
    EXPECT_LT(dice(folder_ / "named.json"), 1.0);

    answer = call({"determine_postprocessing", "-i", at("predicted"), "-ref", at("references"),
                   "-dataset_json", json, "-plans_json", at("named/plans.json")});
    ASSERT_EQ(answer.code, 0) << answer.text;
    // What nnU-Net writes first, when the folder has none.
    EXPECT_EQ(dice(folder_ / "predicted/summary.json"), dice(folder_ / "named.json"));
    EXPECT_EQ(dice(folder_ / "predicted/postprocessed/summary.json"), 1.0);

    write_file(folder_ / "predicted/plans.json", plans(reader));
    answer = call({"apply_postprocessing", "-i", at("predicted"), "-o", at("treated"),
                   "-dataset_json", json, "-pp_pkl_file", at("predicted/postprocessing.pkl")});
    ASSERT_EQ(answer.code, 0) << answer.text;
    Words treated{"evaluate", at("references"),       at("treated"), "-djfile",         json,
                  "-pfile",   at("named/plans.json"), "-o",          at("treated.json")};
    answer = call(treated);
    ASSERT_EQ(answer.code, 0) << answer.text;
    EXPECT_EQ(dice(folder_ / "treated.json"), 1.0);

    treated[6] = at("none.json");
    answer = call(treated);
    EXPECT_EQ(answer.code, 3);
    EXPECT_NE(answer.text.find("none.json: no such file; expected the plans.json"),
              std::string::npos)
        << answer.text;
    write_file(folder_ / "predicted/plans.json", plans("NoSuchIO"));
    answer = call(evaluate);
    EXPECT_EQ(answer.code, 3);
    EXPECT_NE(answer.text.find("image_reader_writer of " + at("predicted/plans.json") +
                               ": no reader 'NoSuchIO', expected one of"),
              std::string::npos)
        << answer.text;
  }
  const TempDir folder_;
};

TEST_F(ReaderCommands, GoByAPluginsClass) {
  write_file(folder_ / "references/case_0.txt", text_image(0, true));
  write_file(folder_ / "predicted/case_0.txt", text_image(0, true, true));
  judge(".txt", "TextIO");
  EXPECT_EQ(read_file(folder_ / "treated/case_0.txt"), text_image(0, true));
}

TEST_F(ReaderCommands, GoByNnunetsClassThatReorients) {
  // No rotation, which ITK refuses.
  imaging::LabelMap labels({6, 5, 4});
  labels.spacing = {2.5, 1.5, 1.0};
  labels.geometry = imaging::nibabel_geometry(
      {-1, 0.3, 0, 5, 0, 1.5, 0, 6, 0, 0, 2.5, 7, 0, 0, 0, 1}, {}, {2.5, 1.5, 1.0});
  std::fill(labels.voxels().begin() + 60, labels.voxels().end(), std::int16_t{1});
  fs::create_directories(folder_ / "references");
  fs::create_directories(folder_ / "predicted");
  imaging::write_labels(folder_ / "references/case_0.nii.gz", labels, ".nii.gz");
  labels.voxels()[0] = 1;
  imaging::write_labels(folder_ / "predicted/case_0.nii.gz", labels, ".nii.gz");
  judge(".nii.gz", "NibabelIOWithReorient");
  const auto treated =
      imaging::read_labels(folder_ / "treated/case_0.nii.gz", imaging::ImageReader::kNibabel);
  const auto reference =
      imaging::read_labels(folder_ / "references/case_0.nii.gz", imaging::ImageReader::kNibabel);
  EXPECT_EQ(treated.geometry, reference.geometry);
  EXPECT_TRUE(std::ranges::equal(treated.voxels(), reference.voxels()));
}

/// Everything from raw data to treated segmentations, in a plugin's format.
TEST_F(ReaderCommands, LeadFromRawDataToTheBestConfiguration) {
  const fs::path data = folder_ / "Dataset906_Texts";
  write_file(data / "dataset.json", description(".txt", "TextIO", 5));
  for (int i = 0; i < 5; ++i) {
    const std::string id = "case_" + std::to_string(i);
    write_file(data / "imagesTr" / (id + "_0000.txt"), text_image(i, false));
    write_file(data / "labelsTr" / (id + ".txt"), text_image(i, true));
  }
  const SmallRun small{
      .data = data, .workspace = folder_ / "work", .threads = "", .more = {"--npz"}};
  Words all = words(small);
  const auto fold = std::find(all.begin(), all.end(), "-f");
  ASSERT_NE(fold, all.end());
  *(fold + 1) = "0";
  all.insert(fold + 2, {"1", "2", "3", "4"});
  Answer answer = call(all);
  ASSERT_EQ(answer.code, 0) << answer.text;
  const fs::path results = folder_ / "work/nnUNet_results/Dataset906_Texts";
  const fs::path model = results / "nnUNetTrainer__nnUNetPlans__3d_fullres";
  EXPECT_TRUE(fs::exists(model / "fold_3/validation/postprocessing.pkl"));
  const fs::path merged = model / "crossval_results_folds_0_1_2_3_4";
  EXPECT_EQ(children(merged, ".txt").size(), 5U);
  EXPECT_EQ(nnunet::read_json(merged / "summary.json").at("metric_per_case").size(), 5U);
  EXPECT_TRUE(fs::exists(merged / "postprocessing.pkl"));
  const std::string instructions = read_file(results / "inference_instructions.txt");
  EXPECT_NE(instructions.find("nnflow predict -d Dataset906_Texts --workspace " + at("work") + " "),
            std::string::npos)
      << instructions;

  // What the text says, with both folders of an ensemble from one model.
  for (const char* name : {"first", "second"}) {
    answer = call({"predict", "-d", "Dataset906_Texts", "--workspace", at("work"), "-i",
                   (data / "imagesTr").string(), "-o", at(name), "-f", "0", "-c", "3d_fullres",
                   "--save_probabilities", "--compute-threads", "1"});
    ASSERT_EQ(answer.code, 0) << answer.text;
  }
  // From here on only the plans name the class.
  write_file(folder_ / "first/dataset.json", description(".txt", "", 5));
  answer = call({"ensemble", "-i", at("first"), at("second"), "-o", at("together")});
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(read_file(folder_ / "together/case_2.txt"), read_file(folder_ / "first/case_2.txt"));
  answer = call({"apply_postprocessing", "-i", at("together"), "-o", at("treated"), "-pp_pkl_file",
                 (merged / "postprocessing.pkl").string(), "-plans_json",
                 (merged / "plans.json").string()});
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(children(folder_ / "treated", ".txt").size(), 5U);
}

}  // namespace
}  // namespace nnflow::test
