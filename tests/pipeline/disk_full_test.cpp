// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// A disk that is full at every writer: the message names the file, nothing partial gets its name.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;
const std::string kPrepared = "nnUNet_preprocessed/Dataset901_Tiny";
const std::string kModel = "nnUNet_results/Dataset901_Tiny/nnUNetTrainer__nnUNetPlans__3d_fullres";

class DiskFull : public testing::Test {
 protected:
  /// Everything once, without limits: what the results are, and the inputs of later steps.
  static void SetUpTestSuite() {
    made_ = std::make_unique<TempDir>();
    const Answer made = make_phantoms(data(), 10);
    ASSERT_EQ(made.code, 0) << made.text;
    const Answer answer =
        run_nnflow(words({.data = data(), .workspace = good(), .run_dir = *made_ / "record"}));
    ASSERT_EQ(answer.code, 0) << answer.text;
  }
  static void TearDownTestSuite() { made_.reset(); }

  static fs::path data() { return *made_ / "Dataset901_Tiny"; }
  static fs::path good() { return *made_ / "good"; }

  void prepare(const Words& names) const {
    for (const std::string& name : names) {
      fs::create_directories((out_ / name).parent_path());
      fs::copy(good() / name, out_ / name, fs::copy_options::recursive);
    }
  }

  /// A command that writes one kind of picture.
  [[nodiscard]] Words pictures(const std::string& stage, const std::string& ending) const {
    return {"run",           NNFLOW_SOURCE_DIR "/tests/pipeline/pictures.yaml",
            "--folder",      out_.string(),
            "--file-ending", ending,
            "--until",       stage,
            "--threads",     "1",
            "--set",         "run.record=summary",
            "--run-dir",     (folder_ / "record").string()};
  }

  /// Runs a command with files of at most `bytes`; expects that it fails at `file`.
  void expect_failure(Words words,
                      std::uint64_t bytes,
                      const std::string& where,
                      const fs::path& file) const {
    const auto before = tree(out_);
    words.insert(words.end(), {"--threads", "1", "--run-dir", (folder_ / "record").string(),
                               "--set", "run.record=summary"});
    const Answer answer = run_nnflow(words, {.file_bytes = bytes, .powerless = false});
    EXPECT_EQ(answer.text, "nnflow " + words.front() + ": error: " + where + file.string() +
                               ": cannot write: File too large\n");
    EXPECT_EQ(answer.code, 3);
    EXPECT_FALSE(fs::exists(file));
    expect_whole_files(before);
  }

  /// Every file is one of the undisturbed run, to the last byte, or was there before.
  void expect_whole_files(const std::map<std::string, std::string>& before) const {
    const auto expected = tree(good());
    Words strangers = unequal(tree(out_), expected);
    std::erase_if(strangers, [&](const std::string& name) {
      return before.count(name) > 0 || is_dated(name);
    });
    EXPECT_EQ(strangers, Words{});
  }

  const TempDir folder_;
  const fs::path out_ = folder_ / "out";
  static inline std::unique_ptr<TempDir> made_;
};

std::uint64_t just_below(const fs::path& file) { return fs::file_size(file) - 1; }

TEST_F(DiskFull, Fingerprint) {
  const std::string file = kPrepared + "/dataset_fingerprint.json";
  expect_failure({"fingerprint", "-d", data().string(), "-o", out_.string()},
                 just_below(good() / file), "stage collect: ", out_ / file);
}

TEST_F(DiskFull, Plans) {
  prepare({kPrepared + "/dataset_fingerprint.json"});
  const std::string file = kPrepared + "/nnUNetPlans.json";
  expect_failure({"plan", "-d", data().string(), "-o", out_.string()}, 4000,
                 "stage plan: ", out_ / file);
}

TEST_F(DiskFull, PreprocessedCase) {
  prepare({kPrepared + "/dataset_fingerprint.json", kPrepared + "/nnUNetPlans.json"});
  // Cases come smallest first or in any order: the first one that is too long stops the run.
  const std::string folder = kPrepared + "/nnUNetPlans_3d_fullres/";
  const auto before = tree(out_);
  const Answer answer =
      run_nnflow({"preprocess", "-d", data().string(), "-o", out_.string(), "-c", "3d_fullres",
                  "--threads", "1", "--run-dir", (folder_ / "record").string()},
                 {.file_bytes = 9800, .powerless = false});
  EXPECT_EQ(answer.code, 3);
  EXPECT_TRUE(
      answer.text.starts_with("nnflow preprocess: error: stage each: element 3d_fullres: "
                              "stage write: item phantom_00"))
      << answer.text;
  EXPECT_NE(answer.text.find(": " + (out_ / folder / "phantom_00").string()), std::string::npos)
      << answer.text;
  EXPECT_TRUE(answer.text.ends_with(".b2nd: cannot write: File too large\n")) << answer.text;
  expect_whole_files(before);
}

TEST_F(DiskFull, Checkpoint) {
  prepare({kPrepared});
  expect_failure(
      {"train", "-d", data().string(), "-o", out_.string(), "-c", "3d_fullres", "-f", "0",
       "--epochs", "1", "--iterations", "2", "--val-iterations", "1", "--compute-threads", "1"},
      90000, "stage network: item val_e0_i0_s0: ", out_ / kModel / "fold_0/checkpoint_best.pth");
}

TEST_F(DiskFull, Segmentation) {
  for (const std::string ending : {".nii", ".nii.gz", ".nrrd", ".mha"}) {
    const std::string file = (out_ / "phantom_000").string() + ending;
    const Words words = pictures("segmentation", ending);
    ASSERT_EQ(run_nnflow(words).code, 0);
    const std::uint64_t bytes = just_below(file);
    ASSERT_GT(bytes, fs::file_size(folder_ / "record/pipeline.resolved.yaml"));
    fs::remove_all(out_);
    fs::remove_all(folder_ / "record");

    const Answer answer = run_nnflow(words, {.file_bytes = bytes, .powerless = false});
    EXPECT_EQ(answer.code, 3) << ending;
    // The libraries for some formats print a line of their own before.
    const std::string text = "\n" + answer.text;
    EXPECT_NE(text.find("\nnnflow run " NNFLOW_SOURCE_DIR
                        "/tests/pipeline/pictures.yaml: error: stage segmentation: "
                        "item phantom_000: " +
                        file + ": "),
              std::string::npos)
        << answer.text;
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 3) << answer.text;
    EXPECT_TRUE(tree(out_).empty());
    fs::remove_all(folder_ / "record");
  }
}

TEST_F(DiskFull, Summary) {
  const std::string labels = (data() / "labelsTr").string();
  expect_failure({"evaluate", labels, labels, "-djfile", (data() / "dataset.json").string(), "-o",
                  (out_ / "summary.json").string()},
                 3000, "stage summary: ", out_ / "summary.json");
}

TEST_F(DiskFull, Overlay) {
  const Answer answer =
      run_nnflow(pictures("overlay", ".nii.gz"), {.file_bytes = 1500, .powerless = false});
  EXPECT_EQ(answer.text, "nnflow run " NNFLOW_SOURCE_DIR
                         "/tests/pipeline/pictures.yaml: error: stage overlay: item phantom_000: " +
                             (out_ / "phantom_000.png").string() +
                             ": cannot write: File too large\n");
  EXPECT_EQ(answer.code, 3);
  EXPECT_TRUE(tree(out_).empty());
}

TEST_F(DiskFull, Graph) {
  const fs::path file = folder_ / "nnunet.dot";
  const Answer answer = run_nnflow({"graph", "nnunet", "--out", file.string()},
                                   {.file_bytes = 1000, .powerless = false});
  EXPECT_EQ(answer.code, 3) << answer.text;
  EXPECT_EQ(answer.text, "nnflow: error: " + file.string() + ": cannot write: File too large\n");
  EXPECT_FALSE(fs::exists(file));
}

TEST_F(DiskFull, NewPlugin) {
  const fs::path project = folder_ / "blur";
  const Answer answer = run({program().string(), "new-plugin", "blur", "--out", project.string()},
                            {.file_bytes = 300, .powerless = false});
  EXPECT_EQ(answer.code, 3) << answer.text;
  EXPECT_TRUE(answer.text.starts_with("nnflow: error: " + project.string() + "/")) << answer.text;
  EXPECT_TRUE(answer.text.ends_with(": cannot write: File too large\n")) << answer.text;
  for (const auto& [name, bytes] : tree(project)) EXPECT_TRUE(bytes.ends_with("\n")) << name;
}

TEST_F(DiskFull, RunRecord) {
  const fs::path record = folder_ / "record";
  const Words words{"fingerprint", "-d", data().string(), "-o",           out_.string(),
                    "--threads",   "1",  "--run-dir",     record.string()};
  Answer answer = run_nnflow(words, {.file_bytes = 100, .powerless = false});
  EXPECT_EQ(answer.code, 3);
  EXPECT_EQ(answer.text, "nnflow: error: " + (record / "pipeline.resolved.yaml").string() +
                             ": cannot write: File too large\n");
  EXPECT_FALSE(fs::exists(record / "pipeline.resolved.yaml"));
  EXPECT_FALSE(fs::exists(record / "summary.json"));

  // Room for every result, not for an event per item.
  answer = run_nnflow(
      words, {.file_bytes = fs::file_size(good() / kPrepared / "dataset_fingerprint.json") + 200,
              .powerless = false});
  EXPECT_EQ(answer.code, 3);
  EXPECT_EQ(answer.text, "nnflow: error: " + (record / "trace.json").string() +
                             ": cannot write: File too large\n");
  EXPECT_TRUE(read_file(record / "events.jsonl").ends_with("}\n"));

  answer = run_nnflow(words);
  EXPECT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(read_file(out_ / kPrepared / "dataset_fingerprint.json"),
            read_file(good() / kPrepared / "dataset_fingerprint.json"));
}

/// The whole pipeline on file systems that are full a little later each time.
TEST_F(DiskFull, SmallFileSystem) {
  fs::create_directory(out_);
  bool finished = false;
  int failures = 0;
  for (const std::string size : {"24k", "80k", "160k", "300k", "8m"}) {
    if (mount("tmpfs", out_.c_str(), "tmpfs", 0, ("size=" + size).c_str()) != 0) {
      GTEST_SKIP() << "no tmpfs can be mounted here: " << std::strerror(errno);
    }
    const Answer answer = run_nnflow(words({.data = data(), .workspace = out_}));
    finished = answer.code == 0;
    if (!finished) {
      ++failures;
      EXPECT_EQ(answer.code, 3) << size;
      EXPECT_TRUE(answer.text.starts_with("nnflow nnunet: error: stage ") ||
                  answer.text.starts_with("nnflow: error: "))
          << size << ": " << answer.text;
      EXPECT_TRUE(answer.text.ends_with(": No space left on device\n"))
          << size << ": " << answer.text;
      EXPECT_EQ(std::count(answer.text.begin(), answer.text.end(), '\n'), 1) << answer.text;
    }
    auto found = tree(out_);
    std::erase_if(found, [](const auto& file) {
      return is_dated(file.first) || file.first.ends_with(".pth") ||
             file.first.ends_with("validation/summary.json");
    });
    EXPECT_EQ(unequal(found, tree(good())), Words{}) << size;
    EXPECT_EQ(umount2(out_.c_str(), MNT_DETACH), 0);
  }
  EXPECT_TRUE(finished);
  EXPECT_GE(failures, 3);
}

}  // namespace
}  // namespace nnflow::test
