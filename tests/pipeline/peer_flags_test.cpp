// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Command lines of nnU-Net run as they are: every flag of its commands is known, has its meaning or
// none that changes a result, or is refused with a reason.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

/// The flags of nnunetv2 2.8.1, by its command without "nnUNetv2_" (the argparse definitions of its
/// entry points).
const std::vector<std::pair<std::string, Words>>& flags_of_the_peer() {
  static const std::vector<std::pair<std::string, Words>> kFlags{
      {"plan_and_preprocess",
       {"-d", "-fpe", "-npfp", "--verify_dataset_integrity", "--no_pp", "--clean", "-pl",
        "-gpu_memory_target", "-preprocessor_name", "-overwrite_target_spacing",
        "-overwrite_plans_name", "-c", "-np", "--verbose", "--no_pbar"}},
      {"extract_fingerprint",
       {"-d", "-fpe", "-np", "--verify_dataset_integrity", "--clean", "--verbose", "--no_pbar"}},
      {"plan_experiment",
       {"-d", "-pl", "-gpu_memory_target", "-preprocessor_name", "-overwrite_target_spacing",
        "-overwrite_plans_name"}},
      {"preprocess", {"-d", "-plans_name", "-c", "-np", "--verbose", "--no_pbar"}},
      {"train",
       {"-tr", "-p", "-pretrained_weights", "-num_gpus", "--npz", "--c", "--val", "--val_best",
        "--disable_checkpointing", "-device", "--use_compressed"}},
      {"predict",
       {"-i",
        "-o",
        "-d",
        "-p",
        "-tr",
        "-c",
        "-f",
        "-step_size",
        "--disable_tta",
        "--verbose",
        "--save_probabilities",
        "--continue_prediction",
        "-chk",
        "-npp",
        "-nps",
        "-prev_stage_predictions",
        "-num_parts",
        "-part_id",
        "-device",
        "--disable_progress_bar",
        "--not_on_device"}},
      {"predict_from_modelfolder",
       {"-i", "-o", "-m", "-f", "-step_size", "--disable_tta", "--verbose", "--save_probabilities",
        "--continue_prediction", "--c", "-chk", "-npp", "-nps", "-prev_stage_predictions",
        "-device", "--disable_progress_bar", "--not_on_device"}},
      {"evaluate_folder", {"-djfile", "-pfile", "-o", "-np", "--chill"}},
      {"evaluate_simple", {"-l", "-il", "-o", "-np", "--chill"}},
      {"find_best_configuration",
       {"-p", "-c", "-tr", "-np", "-f", "--disable_ensembling", "--no_overwrite"}},
      {"accumulate_crossval_results", {"-c", "-o", "-f", "-p", "-tr"}},
      {"move_plans_between_datasets", {"-s", "-t", "-sp", "-tp"}},
      {"export_model_to_zip",
       {"-d", "-o", "-c", "-tr", "-p", "-f", "-chk", "--not_strict", "--exp_cv_preds"}},
      {"install_pretrained_model_from_zip", {}},
      {"ensemble", {"-i", "-o", "-np", "--save_npz"}},
      {"determine_postprocessing",
       {"-i", "-ref", "-plans_json", "-dataset_json", "-np", "--remove_postprocessed"}},
      {"apply_postprocessing", {"-i", "-o", "-pp_pkl_file", "-np", "-plans_json", "-dataset_json"}},
      {"convert_MSD_dataset", {"-i", "-overwrite_id", "-np"}},
      {"convert_old_nnUNet_dataset", {}},
      {"plot_overlay_pngs",
       {"-d", "-o", "-np", "-channel_idx", "--use_raw", "-p", "-c", "-overlay_intensity"}},
  };
  return kFlags;
}

/// Whether a help text has a line for a flag.
bool has_flag(const std::string& help, const std::string& flag) {
  for (std::size_t at = help.find(flag); at != std::string::npos; at = help.find(flag, at + 1)) {
    const char before = at == 0 ? ' ' : help[at - 1];
    const char after = at + flag.size() < help.size() ? help[at + flag.size()] : '\n';
    const bool ends = after == ' ' || after == ',' || after == '\n';
    const std::size_t line = help.rfind('\n', at) + 1;
    if (before == ' ' && ends && help.compare(line, 3, "  -") == 0) return true;
  }
  return false;
}

class PeerFlags : public testing::Test {
 protected:
  [[nodiscard]] Answer run_here(Words words) const {
    words.insert(words.end(), {"--threads", "1", "--run-dir", (folder_ / "record").string()});
    return run_nnflow(words);
  }
  const TempDir folder_;
};

TEST_F(PeerFlags, EveryCommandKnowsThem) {
  for (const auto& [command, flags] : flags_of_the_peer()) {
    const Answer help = run_nnflow({command, "--help"});
    ASSERT_EQ(help.code, 0) << command << ": " << help.text;
    for (const std::string& flag : flags) {
      EXPECT_TRUE(has_flag(help.text, flag)) << command << " " << flag;
    }
    EXPECT_FALSE(has_flag(help.text, "-no_such_flag"));
  }
}

TEST_F(PeerFlags, NamesOfTheirCommandsAreAnsweredWithOurs) {
  const std::vector<std::pair<std::string, std::string>> names{
      {"nnUNetv2_train", "train"},
      {"nnUNetv2_plan_and_preprocess", "plan_and_preprocess"},
      {"nnUNetv2_extract_fingerprint", "fingerprint"},
      {"nnUNetv2_predict_from_modelfolder", "predict"},
      {"nnUNetv2_install_pretrained_model_from_zip", "install_model_from_zip"}};
  for (const auto& [theirs, ours] : names) {
    const Answer answer = run_nnflow({theirs});
    EXPECT_EQ(answer.code, 2);
    EXPECT_NE(
        answer.text.find("unknown command \"" + theirs + "\"; did you mean \"" + ours + "\"?"),
        std::string::npos)
        << answer.text;
  }
}

TEST_F(PeerFlags, UnknownOptionsAreNamedAsTyped) {
  Answer answer = run_nnflow({"train", "42", "2d", "0", "-num_gpu", "2"});
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.text.find("unknown option -num_gpu; did you mean \"-num_gpus\"?"),
            std::string::npos)
      << answer.text;
  // Not the value "older" of -f.
  answer = run_nnflow({"predict", "-i", "in", "-o", "out", "-folder=x"});
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.text.find("unknown option -folder"), std::string::npos) << answer.text;
  // A value may follow its letter at once where it cannot be taken for a name.
  answer = run_nnflow({"predict", "-i", "in", "-o", "out", "-f0", "--nonsense"});
  EXPECT_NE(answer.text.find("unknown option --nonsense"), std::string::npos) << answer.text;
}

TEST_F(PeerFlags, OneTrainingTakesOneDevice) {
  Answer answer = run_here({"train", "42", "2d", "0", "-num_gpus", "2"});
  EXPECT_NE(answer.code, 0);
  EXPECT_NE(answer.text.find("expected 1, got 2: a training takes one device"), std::string::npos)
      << answer.text;
  answer = run_here({"fingerprint", "-d", "42", "-fpe", "MyExtractor"});
  EXPECT_NE(answer.code, 0);
  EXPECT_NE(answer.text.find("expected DatasetFingerprintExtractor, got \"MyExtractor\""),
            std::string::npos)
      << answer.text;
}

TEST_F(PeerFlags, PlanningStopsBeforePreprocessingAndReplacesTheFingerprint) {
  const fs::path data = folder_ / "Dataset901_Tiny";
  ASSERT_EQ(make_phantoms(data, 5).code, 0);
  const fs::path out = folder_ / "out";
  const fs::path prepared = out / "nnUNet_preprocessed/Dataset901_Tiny";
  const Words words{"plan_and_preprocess",
                    "-d",
                    data.string(),
                    "-o",
                    out.string(),
                    "-npfp",
                    "2",
                    "-np",
                    "4",
                    "2",
                    "-c",
                    "2d",
                    "3d_fullres",
                    "--verbose",
                    "--no_pbar",
                    "--verify_dataset_integrity",
                    "-gpu_memory_target",
                    "8"};
  Words planned = words;
  planned.emplace_back("--no_pp");
  Answer answer = run_here(planned);
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_TRUE(fs::exists(prepared / "nnUNetPlans.json"));
  EXPECT_FALSE(fs::exists(prepared / "nnUNetPlans_2d"));
  const std::string fingerprint = read_file(prepared / "dataset_fingerprint.json");
  write_file(prepared / "dataset_fingerprint.json", "{}");
  Words cleaned = words;
  cleaned.emplace_back("--clean");
  answer = run_here(cleaned);
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(read_file(prepared / "dataset_fingerprint.json"), fingerprint);
  EXPECT_TRUE(fs::exists(prepared / "nnUNetPlans_2d"));
}

}  // namespace
}  // namespace nnflow::test
