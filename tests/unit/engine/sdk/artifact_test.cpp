// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/artifact.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "nnflow/error.hpp"
#include "support/temp_dir.hpp"

namespace nnflow {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class ArtifactTest : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path out(const std::string& name) const { return dir_.path() / "out" / name; }
  [[nodiscard]] fs::path hidden() const { return dir_.path() / ".out.nnflow-tmp"; }

  static std::string read(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }
  static std::vector<std::string> names(const fs::path& folder) {
    std::set<std::string> found;
    if (fs::exists(folder)) {
      for (const auto& entry : fs::directory_iterator(folder))
        found.insert(entry.path().filename().string());
    }
    return {found.begin(), found.end()};
  }

  nnflow::test::TempDir dir_;
};

TEST_F(ArtifactTest, AppearsWholeAndLeavesNothingBehind) {
  Artifact artifact(out("a.txt"));
  write(artifact.path(), "text");
  EXPECT_EQ(artifact.path().filename(), "a.txt") << "writers put the name into some formats";
  EXPECT_THAT(names(dir_.path() / "out"), IsEmpty());
  artifact.commit();
  EXPECT_EQ(read(out("a.txt")), "text");
  EXPECT_THAT(names(dir_.path()), ElementsAre("out"));
}

TEST_F(ArtifactTest, GoesWithoutCommit) {
  write(Artifact(out("a.txt")).path(), "text");
  EXPECT_THAT(names(dir_.path()), ElementsAre("out"));
  EXPECT_THAT(names(dir_.path() / "out"), IsEmpty());
}

TEST_F(ArtifactTest, OfOneTargetDoNotMeet) {
  Artifact first(out("a.txt"));
  Artifact second(out("a.txt"));
  Artifact third(out("a.txt"));
  EXPECT_NE(first.path(), second.path());
  EXPECT_NE(second.path(), third.path());
  EXPECT_EQ(second.path().filename(), "a.txt");
  write(first.path(), "1");
  write(second.path(), "2");
  first.commit();
  second.commit();
  EXPECT_EQ(read(out("a.txt")), "2");
  { const Artifact moved(std::move(third)); }
  EXPECT_THAT(names(dir_.path()), ElementsAre("out"));
}

TEST_F(ArtifactTest, TellsAfterTheFileAppeared) {
  std::string seen;
  Artifact(out("a.txt"), [&](const fs::path& path) { seen = read(path); }).write_and_commit("1");
  EXPECT_EQ(seen, "1");
  Artifact(out("a.txt"), [&](const fs::path& path) { seen = read(path); }).write_and_rename("2");
  EXPECT_EQ(seen, "2");
  EXPECT_THAT(names(dir_.path()), ElementsAre("out"));
}

TEST_F(ArtifactTest, FindsTheHiddenFolderOfAHeldFolder) {
  std::optional<HeldFolder> held(std::in_place, out("any"));
  ASSERT_THAT(names(hidden()), ::testing::SizeIs(1));
  EXPECT_THAT(names(hidden()).front(), StartsWith(std::to_string(getpid()) + "-"));
  const std::vector<std::string> before = names(hidden());
  for (int i = 0; i < 3; ++i) Artifact(out(std::to_string(i))).write_and_commit("x");
  EXPECT_EQ(names(hidden()), before);
  held->sync();
  EXPECT_EQ(names(dir_.path() / "out").size(), 3U);
  held.reset();
  EXPECT_THAT(names(dir_.path()), ElementsAre("out"));
}

TEST_F(ArtifactTest, OutlivesTheHolder) {
  std::optional<HeldFolder> held(std::in_place, out("any"));
  Artifact artifact(out("a.txt"));
  write(artifact.path(), "text");
  held.reset();
  artifact.commit();
  EXPECT_EQ(read(out("a.txt")), "text");
  EXPECT_THAT(names(dir_.path()), ElementsAre("out"));
}

TEST_F(ArtifactTest, MakesARemovedHiddenFolderAnew) {
  const HeldFolder held(out("any"));
  fs::remove_all(hidden());
  Artifact(out("a.txt")).write_and_commit("text");
  EXPECT_EQ(read(out("a.txt")), "text");
}

TEST_F(ArtifactTest, SweepsOnlyWhatDeadProcessesLeft) {
  fs::create_directories(hidden() / "999999999-0badcafe");
  fs::create_directories(hidden() / "1-0badcafe");
  Artifact::sweep(hidden());
  EXPECT_THAT(names(hidden()), ElementsAre("1-0badcafe"));
  fs::create_directories(hidden() / "999999999-0badcafe");
  Artifact(out("a.txt")).write_and_commit("text");
  EXPECT_THAT(names(hidden()), ElementsAre("1-0badcafe")) << "also the first artifact does";
}

TEST_F(ArtifactTest, SaysWhichFolderCannotBeMade) {
  write(dir_.path() / "out", "a file");
  try {
    Artifact(out("a.txt"));
    FAIL() << "took a file for a folder";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kIo);
    EXPECT_THAT(error.what(), StartsWith((dir_.path() / "out").string()));
  }
  EXPECT_THROW(HeldFolder{out("a.txt")}, Error);
  EXPECT_THAT(names(dir_.path()), ElementsAre("out"));
}

TEST_F(ArtifactTest, OfManyThreadsShareAFolder) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i)
        Artifact(out(std::to_string(t) + "_" + std::to_string(i))).write_and_rename("x");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(names(dir_.path() / "out").size(), 400U);
  EXPECT_THAT(names(dir_.path()), ElementsAre("out"));
}

}  // namespace
}  // namespace nnflow
