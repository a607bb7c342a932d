// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/testing.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow {
namespace {

namespace fs = std::filesystem;
using testing::StageRunner;

std::string message_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

/// Cases of a list of images, as text.
std::string listed(const std::string& params) {
  std::string text;
  StageRunner runner("io.list_images", params + "\nfile_ending: .nii.gz");
  for (const auto& out : runner.drain()) {
    const auto& files = out.get<nnunet::CaseFiles>("case");
    text += files.id + ":";
    for (const auto& image : files.images) text += " " + image.filename().string();
    if (files.label) text += " <- " + files.label->filename().string();
    text += "\n";
  }
  return text;
}

class ListImagesOf : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"a_0000", "a_0001", "b_0000", "b_0001", "c_0000", "c_0001", "plain"}) {
      test::write_file(folder_ / "images" / (std::string(name) + ".nii.gz"), "");
    }
    fs::remove(folder_ / "images/plain.nii.gz");
    test::write_file(folder_ / "other/plain.nii.gz", "");
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (folder_ / name).string(); }

  const test::TempDir folder_;
};

TEST_F(ListImagesOf, OneFileStandsForItsCase) {
  EXPECT_EQ(listed("folder: " + at("images/b_0001.nii.gz")), "b: b_0000.nii.gz b_0001.nii.gz\n");
  EXPECT_EQ(listed("folder: " + at("other/plain.nii.gz")), "plain: plain.nii.gz\n");
  EXPECT_EQ(listed("images: [" + at("images") + "]"), listed("folder: " + at("images")));
  EXPECT_EQ(
      listed("images: [" + at("images/a_0000.nii.gz") + ", " + at("other/plain.nii.gz") + "]"),
      "a: a_0000.nii.gz plain.nii.gz\n");
  test::write_file(folder_ / "other/x.mha", "");
  EXPECT_EQ(message_of([&] { static_cast<void>(listed("folder: " + at("other/x.mha"))); }),
            at("other/x.mha") +
                ": expected a file that ends with .nii.gz, as the images of the model's data set "
                "do");
  EXPECT_EQ(message_of([&] {
              static_cast<void>(
                  listed("images: [" + at("other/plain.nii.gz") + ", " + at("none.nii.gz") + "]"));
            }),
            at("none.nii.gz") + ": no such image file");
}

TEST_F(ListImagesOf, PartsShareTheCases) {
  const std::string of = "folder: " + at("images") + "\nparts: 2\npart: ";
  EXPECT_EQ(listed(of + "0"), "a: a_0000.nii.gz a_0001.nii.gz\nc: c_0000.nii.gz c_0001.nii.gz\n");
  EXPECT_EQ(listed(of + "1"), "b: b_0000.nii.gz b_0001.nii.gz\n");
  EXPECT_THROW(static_cast<void>(listed(of + "2")), Error);
}

TEST_F(ListImagesOf, FinishedCasesAreLeftOut) {
  for (const char* name : {"a.nii.gz", "c.nii.gz", "c.npz"}) {
    test::write_file(folder_ / "out" / name, "");
  }
  const std::string of = "folder: " + at("images") + "\nfinished: " + at("out");
  const std::string b = "b: b_0000.nii.gz b_0001.nii.gz\n";
  EXPECT_EQ(listed(of + "\nskip_finished: true"), b);
  EXPECT_EQ(listed(of + "\nskip_finished: true\nfinished_with_probabilities: true"),
            "a: a_0000.nii.gz a_0001.nii.gz\n" + b);
  EXPECT_EQ(listed(of), listed("folder: " + at("images")));
  test::write_file(folder_ / "out/b.nii.gz", "");
  EXPECT_EQ(listed(of + "\nskip_finished: true"), "") << "nothing is left, which is no error";
}

TEST_F(ListImagesOf, ProbabilitiesOfAnEarlierPredictionAreRemarked) {
  for (const char* name : {"a.npz", "c.npz", "other.npz"})
    test::write_file(folder_ / "out" / name, "");
  const auto remarks = [&](const std::string& more) {
    StageRunner runner("io.list_images", "folder: " + at("images") + "\nfinished: " + at("out") +
                                             "\nfile_ending: .nii.gz" + more);
    (void)runner.drain();
    return runner.log();
  };
  const auto found = remarks("");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find(at("out") + ": holds probabilities of an earlier prediction, which this "
                                      "one does not replace and 'nnflow ensemble' would take: "
                                      "a.npz, c.npz; delete them"),
            std::string::npos)
      << found[0];
  EXPECT_TRUE(remarks("\nfinished_with_probabilities: true").empty());
}

TEST_F(ListImagesOf, ResultsDoNotGetBetweenTheImages) {
  EXPECT_EQ(message_of([&] {
              static_cast<void>(
                  listed("folder: " + at("images") + "\nfinished: " + at("other/../images")));
            }),
            at("other/../images") + ": holds the images, expected another folder for the results");
}

TEST_F(ListImagesOf, SharesDoNotDependOnWhatIsFinished) {
  test::write_file(folder_ / "out/a.nii.gz", "");
  const std::string of = "folder: " + at("images") + "\nfinished: " + at("out") +
                         "\nskip_finished: true\nparts: 2\npart: ";
  EXPECT_EQ(listed(of + "0"), "c: c_0000.nii.gz c_0001.nii.gz\n");
  EXPECT_EQ(listed(of + "1"), "b: b_0000.nii.gz b_0001.nii.gz\n");
}

TEST_F(ListImagesOf, ChannelsComeInTheirOrder) {
  const std::string a = at("images/a_0000.nii.gz");
  const std::string second = at("images/a_0001.nii.gz");
  EXPECT_EQ(listed("images: [" + a + ", " + second + "]"), "a: a_0000.nii.gz a_0001.nii.gz\n");
  const auto refused = [&](const std::string& one, const std::string& other) {
    return message_of([&] { static_cast<void>(listed("images: [" + one + ", " + other + "]")); });
  };
  const std::string why = ", since the files of a case are its channels in their order";
  EXPECT_EQ(refused(second, a), second + ": expected a_0000.nii.gz" + why);
  EXPECT_EQ(refused(a, a), a + ": expected a_0001.nii.gz" + why);
  EXPECT_EQ(refused(a, at("images/b_0001.nii.gz")),
            at("images/b_0001.nii.gz") + ": expected a_0001.nii.gz" + why);
}

TEST_F(ListImagesOf, PreviousStagesAreTheLabels) {
  for (const char* name : {"a.nii.gz", "b.nii.gz"}) test::write_file(folder_ / "low" / name, "");
  const std::string of = "folder: " + at("images") + "\nprevious_stage: " + at("low");
  EXPECT_EQ(message_of([&] { static_cast<void>(listed(of)); }),
            at("low") + ": the segmentations of the previous stage lack c.nii.gz");
  test::write_file(folder_ / "low/c.nii.gz", "");
  EXPECT_EQ(listed(of),
            "a: a_0000.nii.gz a_0001.nii.gz <- a.nii.gz\nb: b_0000.nii.gz b_0001.nii.gz <- "
            "b.nii.gz\nc: c_0000.nii.gz c_0001.nii.gz <- c.nii.gz\n");
}

}  // namespace
}  // namespace nnflow
