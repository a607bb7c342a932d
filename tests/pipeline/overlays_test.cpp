// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Pictures of a data set, raw and preprocessed, compared with those of nnU-Net
// (tests/golden/overlays/make_overlays.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "nnflow/imaging/image_io.hpp"
#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

fs::path golden() { return NNFLOW_SOURCE_DIR "/tests/golden/overlays"; }

class Overlays : public testing::Test {
 protected:
  /// The command with the folders of nnU-Net's environment variables.
  [[nodiscard]] Answer draw(const Words& more, const std::string& command = "plot_overlays") const {
    Words words{"env",
                "nnUNet_raw=" + (golden() / "nnUNet_raw").string(),
                "nnUNet_preprocessed=" + (golden() / "nnUNet_preprocessed").string(),
                program().string(),
                command,
                "-o",
                out().string(),
                "--quiet",
                "--threads",
                "1",
                "--run-dir",
                (folder_ / "record").string()};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  [[nodiscard]] fs::path out() const { return folder_ / "pictures"; }

  /// Whether both cases look as the reference draws them, an image of three bytes a pixel.
  void expect_pictures(const std::string& expected) const {
    EXPECT_EQ(tree(out()).size(), 2U);
    for (const std::string id : {"case_0", "case_1"}) {
      const std::string ppm = read_file(golden() / expected / (id + ".ppm"));
      const auto picture = imaging::read_image(out() / (id + ".png"));
      ASSERT_EQ(picture.channels(), 3);
      const auto& extent = picture.extent();
      std::string drawn = "P6 " + std::to_string(extent[2]) + " " + std::to_string(extent[1]);
      drawn += " 255\n";
      for (std::size_t i = 0; i < picture.channel(0).size(); ++i) {
        for (std::int64_t c = 0; c < 3; ++c) {
          drawn += static_cast<char>(static_cast<unsigned char>(picture.channel(c)[i]));
        }
      }
      EXPECT_TRUE(drawn == ppm) << expected << ": " << id;
    }
  }

  const TempDir folder_;
};

TEST_F(Overlays, ShowRawDataAsNnunetDoes) {
  const Answer answer = draw({"-d", "71", "--use_raw"}, "plot_overlay_pngs");
  ASSERT_EQ(answer.code, 0) << answer.text;
  expect_pictures("raw");
}

TEST_F(Overlays, TakeAChannelAndAStrength) {
  const Answer answer = draw({"-d", "Dataset071_Overlays", "--use_raw", "-channel_idx", "1",
                              "-overlay_intensity", "0.25"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  expect_pictures("raw_second");
}

TEST_F(Overlays, ShowPreprocessedDataAsNnunetDoes) {
  const Answer answer = draw({"-d", "71"}, "plot_overlay_pngs");
  ASSERT_EQ(answer.code, 0) << answer.text;
  expect_pictures("preprocessed");
}

TEST_F(Overlays, ShowTheConfigurationThatIsNamed) {
  const Answer answer = draw({"-d", "71", "-c", "2d", "-channel_idx", "1"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  expect_pictures("preprocessed_2d");
}

TEST_F(Overlays, ShowSlicesWherePlansHaveNoVolumes) {
  const Answer answer = draw({"-d", "71", "-p", "only2d"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  expect_pictures("preprocessed_only2d");
}

TEST_F(Overlays, TakeAPreprocessedFolder) {
  const fs::path copy = folder_ / "copy";
  fs::copy(golden() / "nnUNet_preprocessed/Dataset071_Overlays", copy, fs::copy_options::recursive);
  const Answer answer = draw({"-d", copy.string(), "-i", copy.string()});
  ASSERT_EQ(answer.code, 0) << answer.text;
  expect_pictures("preprocessed");
}

TEST_F(Overlays, NameWhatIsMissing) {
  const auto refused = [&](const Words& words) {
    const Answer answer = draw(words);
    EXPECT_NE(answer.code, 0);
    return answer.text;
  };
  const auto expect = [](const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text << "\nlacks " << part;
  };
  const fs::path data = golden() / "nnUNet_preprocessed/Dataset071_Overlays";
  expect(refused({"-d", "71", "-p", "none"}),
         (data / "none.json").string() + ": there are no plans, make them with 'nnflow plan'");
  expect(refused({"-d", "71", "-c", "3d_lowres"}),
         "no configuration '3d_lowres', there are: 2d, 3d_fullres");
  expect(refused({"-d", "71", "-channel_idx", "2"}), "channel is 2, the image has 2 channels");
  const fs::path empty = folder_ / "empty";
  fs::create_directories(empty / "nnUNetPlans_3d_fullres");
  fs::copy_file(data / "nnUNetPlans.json", empty / "nnUNetPlans.json");
  expect(refused({"-d", "71", "-i", empty.string()}),
         (empty / "nnUNetPlans_3d_fullres").string() + ": there are no preprocessed cases");
  EXPECT_FALSE(fs::exists(out()) && !fs::is_empty(out()));
}

}  // namespace
}  // namespace nnflow::test
