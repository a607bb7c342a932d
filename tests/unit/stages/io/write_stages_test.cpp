// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/properties.hpp"
#include "nnflow/nnunet/store.hpp"
#include "nnflow/testing.hpp"
#include "small_dataset.hpp"

namespace {
namespace fs = std::filesystem;
using nnflow::ErrorCode;
using nnflow::imaging::LabelMap;
using nnflow::imaging::Volume;
using nnflow::nnunet::CaseFiles;
using nnflow::nnunet::CaseProperties;
using nnflow::nnunet::DatasetDescription;
using nnflow::nnunet::Plans;
using nnflow::test::error_of;
using nnflow::test::small_image;
using nnflow::test::small_labels;
using nnflow::test::TempDir;
using nnflow::testing::Outputs;
using nnflow::testing::StageRunner;

std::string folder_param(const fs::path& folder) { return "folder: '" + folder.string() + "'\n"; }

// Plans with one 3D configuration whose data lie in "data_3d".
Plans small_plans() {
  nnflow::nnunet::ConfigurationPlan plan;
  plan.name = "3d_fullres";
  plan.data_identifier = "data_3d";
  plan.batch_size = 2;
  plan.patch_size = {4, 6, 4};
  plan.median_image_size_in_voxels = {4, 6, 5};
  plan.spacing = {2.5, 1.5, 1.0};
  plan.normalization_schemes = {"ZScoreNormalization"};
  plan.use_mask_for_norm = {false};
  plan.architecture.network_class_name =
      "dynamic_network_architectures.architectures.unet.PlainConvUNet";
  plan.architecture.n_stages = 1;
  plan.architecture.features_per_stage = {8};
  plan.architecture.conv_op = "torch.nn.modules.conv.Conv3d";
  plan.architecture.kernel_sizes = {{3, 3, 3}};
  plan.architecture.strides = {{1, 1, 1}};
  plan.architecture.n_conv_per_stage = {2};
  nnflow::nnunet::PlansHeader header;
  header.dataset_name = "Dataset901_Small";
  return Plans::make(header, {{"3d_fullres", plan.to_json()}});
}

// A writer with everything it needs.
class Writer {
 public:
  Writer(std::string stage, const fs::path& folder)
      : stage_(std::move(stage)), runner_(stage_, folder_param(folder)) {
    runner_.item("case_a");
    if (stage_ == "io.write_dataset") return;
    runner_.put("label", small_labels());
    if (stage_ != "io.write_segmentation") runner_.put("image", small_image());
    if (stage_ == "io.write_preprocessed") {
      runner_.put("properties", CaseProperties{}).put("plans", small_plans());
    }
  }
  Outputs write() { return stage_ == "io.write_dataset" ? runner_.finish() : runner_.run(); }

 private:
  std::string stage_;
  StageRunner runner_;
};

TEST(WriteClassFiles, EveryLabelAndRegionIsAMask) {
  const TempDir dir;
  StageRunner runner("io.write_class_files", folder_param(dir / "out"));
  const auto dataset = DatasetDescription::from_json(
      nnflow::nnunet::parse_json(
          R"({"channel_names": {"0": "T1"}, "labels": {"background": 0, "both": [1, 2], "y": 2,)"
          R"( "ignore": 3}, "regions_class_order": [1, 2], "numTraining": 2,)"
          R"( "file_ending": ".nrrd"})",
          "test"),
      dir.path(), "test");
  runner.item("case_a").put("label", small_labels()).put("dataset", dataset);
  (void)runner.run();
  const fs::path folder = dir / "out/case_a/predictions";
  const LabelMap labels = small_labels();
  for (const auto& [name, lowest] : {std::pair{"both", 1}, {"y", 2}}) {
    const LabelMap mask = nnflow::imaging::read_labels(folder / (std::string(name) + ".nrrd"));
    ASSERT_EQ(mask.extent(), labels.extent());
    EXPECT_EQ(mask.geometry.origin, labels.geometry.origin);
    for (std::size_t i = 0; i < mask.voxels().size(); ++i)
      ASSERT_EQ(mask.voxels()[i], labels.voxels()[i] >= lowest ? 1 : 0) << name << i;
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 2);
}

TEST(WriteSegmentation, WritesTheGeometryOfTheLabelMap) {
  const TempDir dir;
  const Outputs out = Writer("io.write_segmentation", dir / "out").write();
  const fs::path expected = dir / "out" / "case_a.nii.gz";
  EXPECT_EQ(out.artifacts, std::vector<fs::path>{expected});
  const LabelMap back = nnflow::imaging::read_labels(expected);
  EXPECT_EQ(back.geometry, small_labels().geometry);
  EXPECT_TRUE(std::ranges::equal(back.voxels(), small_labels().voxels()));
}

TEST(WriteSegmentation, TakesTheEndingFromTheParameterOrTheDataSet) {
  const TempDir dir;
  StageRunner by_param("io.write_segmentation", folder_param(dir / "out") + "file_ending: .nrrd");
  by_param.put("label", small_labels()).item("a").run();
  EXPECT_TRUE(fs::exists(dir / "out" / "a.nrrd"));
  DatasetDescription dataset;
  dataset.file_ending = ".mha";
  StageRunner by_dataset("io.write_segmentation", folder_param(dir / "out"));
  by_dataset.put("label", small_labels()).put("dataset", dataset).item("a").run();
  EXPECT_TRUE(fs::exists(dir / "out" / "a.mha"));
  EXPECT_THROW(
      StageRunner("io.write_segmentation", folder_param(dir / "out") + "file_ending: .dcm"),
      nnflow::Error);
}

TEST(WriteSegmentation, TiffStacksGetASideCar) {
  const TempDir dir;
  StageRunner runner("io.write_segmentation", folder_param(dir / "out") + "file_ending: .tif");
  runner.put("label", small_labels()).item("a").run();
  EXPECT_EQ(nnflow::imaging::read_labels(dir / "out" / "a.tif").spacing, small_labels().spacing);
}

TEST(WritePreprocessed, WritesTheThreeFilesOfACase) {
  const TempDir dir;
  const Outputs out = Writer("io.write_preprocessed", dir / "pre").write();
  EXPECT_EQ(out.artifacts.size(), 3U);
  const nnflow::nnunet::PreprocessedFolder folder(dir / "pre" / "data_3d");
  EXPECT_EQ(folder.ids(), std::vector<std::string>{"case_a"});
  std::vector<float> image(small_image().voxels().size());
  folder.open_image("case_a").read(image);
  EXPECT_TRUE(std::ranges::equal(image, small_image().voxels()));
  std::vector<std::int16_t> labels(image.size());
  folder.open_seg("case_a").read(labels);
  EXPECT_TRUE(std::ranges::equal(labels, small_labels().voxels()));
}

TEST(WriteOverlay, WritesAPictureOfTheSlice) {
  const TempDir dir;
  (void)Writer("io.write_overlay", dir / "png").write();
  const Volume picture = nnflow::imaging::read_image(dir / "png" / "case_a.png");
  EXPECT_EQ(picture.channels(), 3);
  EXPECT_EQ(picture.extent(), (nnflow::imaging::Extent3{1, 6, 5}));
}

TEST(WriteOverlay, RefusesOtherShapesAndChannels) {
  const TempDir dir;
  StageRunner runner("io.write_overlay", folder_param(dir / "png"));
  runner.put("image", small_image()).put("label", LabelMap({4, 6, 4}));
  EXPECT_EQ(error_of(ErrorCode::kInvalidData, [&] { runner.run(); }),
            "label map has 4 x 6 x 4 voxels (z, y, x), the image 4 x 6 x 5 voxels (z, y, x)");
  StageRunner channel("io.write_overlay", folder_param(dir / "png") + "channel: 1");
  channel.put("image", small_image()).put("label", small_labels());
  EXPECT_EQ(error_of(ErrorCode::kInvalidParam, [&] { channel.run(); }),
            "channel is 1, the image has 1 channels");
}

TEST(Phantoms, AreDeterministicNamedAndCounted) {
  const auto drain = [](std::uint64_t seed) {
    StageRunner runner("io.phantoms", "count: 3\nextent: [8, 16, 16]\nprefix: test\nfirst: 5");
    runner.seed(seed);
    return runner.drain();
  };
  const auto a = drain(1);
  const auto b = drain(1);
  const auto c = drain(2);
  ASSERT_EQ(a.size(), 3U);
  EXPECT_EQ(a[0].item, "test_005");
  EXPECT_EQ(a[2].item, "test_007");
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(a[i].info.digest, b[i].info.digest);
    EXPECT_NE(a[i].info.digest, c[i].info.digest);
    EXPECT_TRUE(
        std::ranges::equal(a[i].get<Volume>("image").voxels(), b[i].get<Volume>("image").voxels()));
  }
  EXPECT_FALSE(
      std::ranges::equal(a[0].get<Volume>("image").voxels(), c[0].get<Volume>("image").voxels()));
  EXPECT_NE(a[0].info.digest, a[1].info.digest);
}

TEST(Phantoms, BecomeADataSetThatOpens) {
  const TempDir dir;
  const fs::path folder = dir / "Dataset902_Phantoms";
  StageRunner collect("io.write_dataset",
                      folder_param(folder) + "labels: [organ, lesion]\nchannel_names: [MRI]");
  for (const auto& phantom : StageRunner("io.phantoms", "count: 3\nextent: [8, 24, 24]").drain()) {
    StageRunner write("io.write_raw_case", folder_param(folder));
    write.item(phantom.item).put("image", phantom.get<Volume>("image"));
    const Outputs out = write.put("label", phantom.get<LabelMap>("label")).run();
    collect.item(phantom.item).put("case", out.get<CaseFiles>("case")).run();
  }
  const Outputs out = collect.finish();
  EXPECT_EQ(out.get<DatasetDescription>("dataset").num_training, 3);
  StageRunner open("io.open_dataset", "dataset: '" + folder.string() + "'");
  const auto dataset = open.finish().get<DatasetDescription>("dataset");
  EXPECT_EQ(dataset.labels.foreground_labels(), (std::vector<std::int64_t>{1, 2}));
  StageRunner list("io.list_cases");
  list.put("dataset", dataset);
  for (const auto& item : list.drain()) {
    StageRunner read("io.read_case");
    EXPECT_TRUE(
        read.put("case", item.get<CaseFiles>("case")).put("dataset", dataset).run().has("label"));
  }
}

class Writers : public ::testing::TestWithParam<const char*> {};

TEST_P(Writers, NameAFolderThatCannotBeMade) {
  const TempDir dir;
  const fs::path blocked = dir / "plain";
  nnflow::test::write_file(blocked, "x");
  Writer writer(GetParam(), blocked / "out");
  const std::string text = error_of(ErrorCode::kIo, [&] { writer.write(); });
  EXPECT_NE(text.find(blocked.string()), std::string::npos) << text;
}

TEST_P(Writers, LeaveNothingBehindOnAFullDisk) {
  const TempDir dir;
  Writer writer(GetParam(), dir / "out");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{16, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  std::string text = "no error";
  try {
    writer.write();
  } catch (const nnflow::Error& error) {
    text = error.what();
    EXPECT_EQ(error.code(), ErrorCode::kIo);
  }
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_NE(text, "no error");
  for (const auto& entry : fs::recursive_directory_iterator(dir.path())) {
    EXPECT_FALSE(entry.is_regular_file()) << entry.path();
  }
}

INSTANTIATE_TEST_SUITE_P(Stages,
                         Writers,
                         ::testing::Values("io.write_segmentation",
                                           "io.write_preprocessed",
                                           "io.write_overlay",
                                           "io.write_raw_case",
                                           "io.write_dataset"));

}  // namespace
