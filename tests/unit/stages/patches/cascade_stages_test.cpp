// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Cases of a cascade: where the labels of the previous stage come from.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "nnflow/imaging/volume.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/model.hpp"
#include "nnflow/nnunet/next_stage.hpp"
#include "nnflow/nnunet/patch.hpp"
#include "nnflow/nnunet/patch_request.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/splits.hpp"
#include "nnflow/nnunet/store.hpp"
#include "nnflow/testing.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::patches {
namespace {

namespace fs = std::filesystem;
using testing::Outputs;
using testing::StageRunner;

constexpr imaging::Extent3 kExtent{8, 9, 10};
constexpr std::size_t kVoxels = 8 * 9 * 10;

class CascadeCases : public ::testing::Test {
 protected:
  CascadeCases() {
    for (const std::string& id : ids_) {
      write_case(second_, id);
      write_previous(id, kExtent);
    }
  }

  static void write_case(const fs::path& folder, const std::string& id) {
    imaging::Volume image(1, kExtent);
    imaging::LabelMap label(kExtent);
    nnunet::CaseProperties properties;
    properties.class_locations.emplace(1);
    (*properties.class_locations)[0].key.labels = {1};
    nnunet::write_preprocessed_case(folder, id, image, &label, properties, kPatch);
  }
  void write_previous(const std::string& id, const imaging::Extent3& extent) const {
    std::vector<std::int16_t> labels(static_cast<std::size_t>(imaging::voxel_count(extent)));
    for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::int16_t>(i % 5);
    fs::create_directories(previous_);
    fs::remove(previous_ / (id + ".b2nd"));
    nnunet::write_next_stage(previous_ / (id + ".b2nd"), labels, extent, kPatch, false);
  }

  [[nodiscard]] nnunet::DatasetDescription dataset() const {
    nnunet::DatasetJsonFields fields;
    fields.channel_names = {"MRI"};
    fields.labels = {{"background", {{0}, false}}, {"a", {{1}, false}}};
    fields.num_training = 3;
    fields.file_ending = ".nii.gz";
    auto description =
        nnunet::DatasetDescription::from_json(nnunet::make_dataset_json(fields), {}, "test");
    description.name = "Dataset901_Cascade";
    description.workspace = work_.path();
    return description;
  }

  [[nodiscard]] static nnunet::Plans plans() {
    nnunet::ConfigurationPlan plan;
    plan.data_identifier = "nnUNetPlans_first";
    plan.batch_size = 2;
    plan.patch_size = kPatch;
    plan.median_image_size_in_voxels = {8, 9, 10};
    plan.spacing = {1, 1, 1};
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
    nnunet::ConfigurationPlan next = plan;
    plan.next_stages = {"second"};
    next.data_identifier = "nnUNetPlans_second";
    next.previous_stage = "first";
    nnunet::PlansHeader header;
    header.dataset_name = "Dataset901_Cascade";
    return nnunet::Plans::make(header, {{"first", plan.to_json()}, {"second", next.to_json()}});
  }

  [[nodiscard]] Outputs sample(const std::string& params) const {
    StageRunner runner(
        "patches.sample",
        "{configuration: second, iterations: 1, val_iterations: 1, epochs: 1, " + params + "}");
    runner.put("plans", plans()).put("dataset", dataset()).put("splits", splits_);
    Outputs out;
    EXPECT_TRUE(runner.next(out));
    return out;
  }

  [[nodiscard]] std::vector<Outputs> listed(const std::string& configuration) const {
    StageRunner lister("patches.list_preprocessed",
                       "{configuration: " + configuration + ", subset: train}");
    nnunet::TrainedModel model;
    model.trainer = "Mine";
    lister.put("plans", plans()).put("dataset", dataset()).put("splits", splits_);
    lister.put("model", model);
    return lister.drain();
  }

  template <class Action>
  [[nodiscard]] static std::string message_of(const Action& action) {
    try {
      static_cast<void>(action());
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

  inline static const std::vector<std::int64_t> kPatch{4, 4, 4};
  const std::vector<std::string> ids_{"a", "b", "c"};
  const nnunet::Splits splits_{{{{"a", "b"}, {"c"}}}};
  const test::TempDir work_;
  const fs::path first_ = work_ / "nnUNet_preprocessed/Dataset901_Cascade/nnUNetPlans_first";
  const fs::path second_ = work_ / "nnUNet_preprocessed/Dataset901_Cascade/nnUNetPlans_second";
  const fs::path previous_ = work_ /
                             "nnUNet_results/Dataset901_Cascade/Mine__nnUNetPlans__first/"
                             "predicted_next_stage/second";
};

TEST_F(CascadeCases, PatchesHaveThePreviousLabelsInTheirSecondChannel) {
  const Outputs out = sample("trainer: Mine");
  auto request = out.get<nnunet::PatchRequest>("request");
  EXPECT_EQ(request.previous_folder, previous_);
  request.extent = {kExtent[0] + 2, kExtent[1] + 2, kExtent[2] + 2};
  request.final_extent = request.extent;
  StageRunner reader("patches.read");
  reader.put("request", request);
  const auto patch = reader.run().get<nnunet::Patch>("patch");
  ASSERT_EQ(patch.seg_channels, 2);
  const auto labels = patch.seg_channel(1);
  std::vector<std::int16_t> inside;
  std::ranges::copy_if(labels, std::back_inserter(inside), [](auto v) { return v != -1; });
  ASSERT_EQ(inside.size(), kVoxels) << "the box holds the image, and -1 around it";
  for (std::size_t i = 0; i < inside.size(); ++i) {
    ASSERT_EQ(inside[i], static_cast<std::int16_t>(i % 5));
  }
  EXPECT_GT(out.info.bytes, sample("trainer: Mine, subset: val").info.bytes);
}

TEST_F(CascadeCases, SamplingWithoutThemSaysWhatToRunFirst) {
  const std::string missing = message_of([&] { return sample("trainer: nnUNetTrainer"); });
  EXPECT_NE(missing.find("configuration second refines the segmentations of first, but "),
            std::string::npos)
      << missing;
  EXPECT_NE(missing.find("has none of 2 of 2 cases: a, b; their validation writes them: preprocess "
                         "second, then run train -c first -p nnUNetPlans -tr nnUNetTrainer"),
            std::string::npos)
      << missing;
  fs::remove(previous_ / "c.b2nd");
  EXPECT_EQ(message_of([&] { return sample("trainer: Mine"); }), "no error");
  EXPECT_NE(
      message_of([&] { return sample("trainer: Mine, subset: val"); }).find("1 of 1 cases: c"),
      std::string::npos);
  EXPECT_EQ(sample("previous_folder: " + previous_.string())
                .get<nnunet::PatchRequest>("request")
                .previous_folder,
            previous_);
}

TEST_F(CascadeCases, LabelsOfAnotherShapeAreRefused) {
  write_previous("a", {8, 9, 9});
  write_previous("b", {8, 9, 9});
  auto request = sample("trainer: Mine").get<nnunet::PatchRequest>("request");
  StageRunner reader("patches.read");
  reader.put("request", request);
  const std::string expected =
      ".b2nd: the previous stage's labels have 1 channels of 8 x 9 x 9 voxels, the preprocessed "
      "image 8 x 9 x 10; validate the previous stage again (--val) after preprocessing";
  EXPECT_EQ(message_of([&] { return reader.run(); }),
            (previous_ / request.case_id).string() + expected);
  StageRunner whole("patches.read_preprocessed");
  whole.put("case", listed("second").front().get<nnunet::CaseFiles>("case"));
  EXPECT_EQ(message_of([&] { return whole.run(); }), (previous_ / "a").string() + expected);
}

TEST_F(CascadeCases, ValidationReadsThemBesideTheImage) {
  const auto cases = listed("second");
  ASSERT_EQ(cases.size(), 2U);
  StageRunner reader("patches.read_preprocessed");
  reader.put("case", cases.front().get<nnunet::CaseFiles>("case"));
  const Outputs out = reader.run();
  const auto& previous = out.get<imaging::LabelMap>("previous");
  EXPECT_EQ(previous.extent(), kExtent);
  EXPECT_EQ(previous.voxels()[7], 2);
  EXPECT_TRUE(out.has("label"));
  fs::remove(previous_ / "b.b2nd");
  EXPECT_NE(message_of([&] { return listed("second"); }).find("1 of 2 cases: b"),
            std::string::npos);
}

TEST_F(CascadeCases, OtherPreviousLabelsAreNoticed) {
  const std::string before = listed("second").front().info.digest;
  EXPECT_EQ(listed("second").front().info.digest, before);
  std::vector<std::int16_t> labels(kVoxels, 1);
  fs::remove(previous_ / "a.b2nd");
  nnunet::write_next_stage(previous_ / "a.b2nd", labels, kExtent, kPatch, false);
  EXPECT_NE(listed("second").front().info.digest, before);
}

TEST_F(CascadeCases, PreprocessingForTheNextStageIsNoticed) {
  for (const std::string& id : ids_) write_case(first_, id);
  const std::string before = listed("first").front().info.digest;
  fs::remove_all(second_);
  EXPECT_NE(listed("first").front().info.digest, before);
  for (const std::string& id : ids_) write_case(second_, id);
  EXPECT_EQ(listed("first").front().info.digest, before);
}

}  // namespace
}  // namespace nnflow::patches
