// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// A file system that grows by a page whenever a run has filled it: every writer meets its end once.
// Each run names the file, leaves whole files only, and the last one ends as an undisturbed run.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "kills/checks.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kPage = 4096;
constexpr std::int64_t kLarge = 64 << 20;

/// A small file system at a folder.
class SmallDisk {
 public:
  explicit SmallDisk(fs::path folder) : folder_(std::move(folder)) {
    fs::create_directories(folder_);
  }
  ~SmallDisk() { unmount(); }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  /// Mounts it, or gives a mounted one another size. False where that is not allowed.
  bool resize(std::int64_t bytes) {
    const unsigned long flags = mounted_ ? MS_REMOUNT : 0;
    const std::string size = "size=" + std::to_string(bytes);
    const bool done = mount("tmpfs", folder_.c_str(), "tmpfs", flags, size.c_str()) == 0;
    mounted_ = mounted_ || done;
    return done;
  }
  void unmount() {
    if (mounted_) umount2(folder_.c_str(), MNT_DETACH);
    mounted_ = false;
  }

 private:
  fs::path folder_;
  bool mounted_ = false;
};

/// FILE of "...: FILE: cannot ...: No space left on device"; empty for another text. Libraries for
/// images do not say why they could not write.
fs::path full_file(const std::string& text) {
  std::size_t verb = text.find(": writing failed (no space left?): ");
  if (text.ends_with(": No space left on device\n")) verb = text.rfind(": cannot ");
  if (verb == std::string::npos) return {};
  const std::size_t path = text.rfind(": ", verb - 1);
  return text.substr(path + 2, verb - path - 2);
}

std::int64_t pages(const std::string& bytes) {
  return (static_cast<std::int64_t>(bytes.size()) + kPage - 1) / kPage;
}

/// The name of a file, with its digits as 0: files of one kind have one name.
std::string kind_of(const fs::path& file) {
  std::string name = file.filename().string();
  if (name.starts_with("training_log")) return "training_log";
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }, '0');
  return name;
}

class FullDisk : public testing::Test {
 protected:
  /// Runs `command`, which writes to the disk, on ever larger disks. Returns the files that it did
  /// not get through with; nothing where no disk can be mounted.
  std::optional<std::set<std::string>> grow(const Words& command) {
    if (!disk_.resize(kLarge)) return std::nullopt;
    begin();
    const Answer undisturbed = run_nnflow(command);
    EXPECT_EQ(undisturbed.code, 0) << undisturbed.text;
    const auto expected = tree(out_);
    disk_.unmount();
    fs::remove_all(record_);

    std::set<std::string> full;
    fs::path last;
    std::int64_t room = 0;
    std::map<fs::path, std::int64_t> rooms;
    EXPECT_TRUE(disk_.resize(kLarge)) << std::strerror(errno);
    begin();
    for (int runs = 0; runs < 300; ++runs) {
      EXPECT_TRUE(disk_.resize(used() + room * kPage)) << std::strerror(errno);
      const Answer answer = run_nnflow(command);
      if (answer.code == 0) {
        if (!engine_files_) {
          EXPECT_EQ(rerun_findings(expected, tree(out_)), Words{});
        }
        EXPECT_EQ(temporaries(out_), Words{});
        return full;
      }
      EXPECT_EQ(answer.code, 3) << answer.text;
      EXPECT_EQ(std::count(answer.text.begin(), answer.text.end(), '\n'), 1) << answer.text;
      const fs::path file = full_file(answer.text);
      EXPECT_FALSE(file.empty()) << answer.text;
      if (!engine_files_) {
        EXPECT_EQ(killed_findings(expected, tree(out_)), Words{}) << answer.text;
      }
      if (HasFailure()) return full;
      full.insert(kind_of(file));
      // A page more at a time, but for what is left of a long file.
      const auto whole = expected.find(file.lexically_relative(out_).string());
      const std::int64_t length = whole == expected.end() ? 1 : pages(whole->second);
      std::int64_t& tried = rooms[file];
      room = tried = tried > 0 ? tried + 1 : length > 8 ? length - 1 : 1;
      last = file;
    }
    ADD_FAILURE() << "300 runs and no end; the last one stopped at " << last;
    return full;
  }

  /// What is there before the first run. A page at least: no file system is smaller.
  void begin() const {
    std::ofstream(out_ / "page") << std::string(kPage, 'x');
    if (prepare_) prepare_();
  }
  [[nodiscard]] std::int64_t used() const {
    const fs::space_info space = fs::space(out_);
    return static_cast<std::int64_t>(space.capacity - space.free);
  }

  static void expect_all(const std::set<std::string>& full, const std::set<std::string>& wanted) {
    Words missing;
    std::set_difference(wanted.begin(), wanted.end(), full.begin(), full.end(),
                        std::back_inserter(missing));
    Words seen(full.begin(), full.end());
    EXPECT_EQ(missing, Words{}) << "met: " << testing::PrintToString(seen);
  }

  const TempDir folder_;
  const fs::path out_ = folder_ / "out";
  const fs::path record_ = folder_ / "record";
  const fs::path data_ = folder_ / "Dataset901_Tiny";
  std::function<void()> prepare_;
  bool engine_files_ = false;  ///< the disk holds a run's record, which differs between runs
  SmallDisk disk_{out_};
};

#define NNFLOW_GROW(name, ...)         \
  const auto name = grow(__VA_ARGS__); \
  if (!name) GTEST_SKIP() << "no tmpfs can be mounted here: " << std::strerror(errno)

TEST_F(FullDisk, RawDataSet) {
  NNFLOW_GROW(full,
              {"run", NNFLOW_SOURCE_DIR "/tests/pipeline/phantoms.yaml", "--folder", out_.string(),
               "--cases", "1", "--threads", "1", "--run-dir", record_.string()});
  expect_all(*full, {"phantom_000_0000.nii.gz", "phantom_000.nii.gz"});
}

TEST_F(FullDisk, Preprocessing) {
  ASSERT_EQ(make_phantoms(data_, 5).code, 0);
  NNFLOW_GROW(full, {"plan_and_preprocess", "-d", data_.string(), "-o", out_.string(), "-c",
                     "3d_fullres", "--threads", "1", "--run-dir", record_.string()});
  expect_all(*full, {"dataset_fingerprint.json", "dataset.json", "nnUNetPlans.json",
                     "phantom_000.nii.gz", "phantom_000.b0nd", "phantom_000.pkl"});
}

TEST_F(FullDisk, Training) {
  ASSERT_EQ(make_phantoms(data_, 5).code, 0);
  ASSERT_EQ(run_nnflow(words({.data = data_, .workspace = folder_ / "work"})).code, 0);
  prepare_ = [this] {
    const std::string prepared = "nnUNet_preprocessed";
    fs::copy(folder_ / "work" / prepared, out_ / prepared, fs::copy_options::recursive);
    fs::remove(out_ / prepared / "Dataset901_Tiny/splits_final.json");
  };
  NNFLOW_GROW(full, {"train",
                     "-d",
                     data_.string(),
                     "-o",
                     out_.string(),
                     "-c",
                     "3d_fullres",
                     "-f",
                     "0",
                     "--epochs",
                     "1",
                     "--iterations",
                     "2",
                     "--val-iterations",
                     "1",
                     "--compute-threads",
                     "1",
                     "--threads",
                     "1",
                     "--run-dir",
                     record_.string()});
  expect_all(*full, {"splits_final.json", "plans.json", "dataset.json", "nnflow_training.json",
                     "checkpoint_best.pth", "checkpoint_final.pth", "phantom_000.nii.gz"});
}

TEST_F(FullDisk, Postprocessing) {
  ASSERT_EQ(make_phantoms(data_, 5).code, 0);
  const std::string labels = (data_ / "labelsTr").string();
  NNFLOW_GROW(full, {"determine_postprocessing", "-i", labels, "-ref", labels, "-dataset_json",
                     (data_ / "dataset.json").string(), "-o", out_.string(), "--threads", "1",
                     "--run-dir", record_.string()});
  expect_all(*full, {"postprocessing.json", "postprocessing.pkl"});
}

TEST_F(FullDisk, RunRecord) {
  ASSERT_EQ(make_phantoms(data_, 5).code, 0);
  engine_files_ = true;
  NNFLOW_GROW(full, {"fingerprint", "-d", data_.string(), "-o", (folder_ / "work").string(),
                     "--threads", "1", "--run-dir", out_.string()});
  expect_all(*full, {"pipeline.resolved.yaml", "collect.jsonl", "summary.json"});
}

}  // namespace
}  // namespace nnflow::test
