// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/next_stage.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/store.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::nnunet {
namespace {

namespace fs = std::filesystem;

/// Two stages, whose plans may forget to name the second one.
Plans plans(bool named = true) {
  Json first = Json::parse(R"({
    "data_identifier": "first", "batch_size": 2, "patch_size": [4, 4, 4],
    "median_image_size_in_voxels": [8.0, 8.0, 8.0], "spacing": [1.0, 1.0, 1.0],
    "normalization_schemes": ["ZScoreNormalization"], "use_mask_for_norm": [false],
    "resampling_fn_data": "resample_data_or_seg_to_shape",
    "resampling_fn_seg": "resample_data_or_seg_to_shape",
    "resampling_fn_data_kwargs": {}, "resampling_fn_seg_kwargs": {},
    "resampling_fn_probabilities": "resample_data_or_seg_to_shape",
    "resampling_fn_probabilities_kwargs": {},
    "architecture": {"network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
      "arch_kwargs": {"n_stages": 1, "features_per_stage": [4], "conv_op": "torch.nn.modules.conv.Conv3d",
        "kernel_sizes": [[3, 3, 3]], "strides": [[1, 1, 1]],
        "n_conv_per_stage": [1], "n_conv_per_stage_decoder": [], "conv_bias": true,
        "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
        "norm_op_kwargs": {"eps": 1e-05, "affine": true}, "dropout_op": null, "dropout_op_kwargs": null,
        "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": true}},
      "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"]},
    "batch_dice": false})");
  Json second = first;
  second["previous_stage"] = "first";
  if (named) first["next_stage"] = "second";
  PlansHeader header;
  header.dataset_name = "Dataset901_Cascade";
  return Plans::make(header, {{"first", first}, {"second", second}});
}

DatasetDescription dataset(const fs::path& workspace) {
  DatasetJsonFields fields;
  fields.channel_names = {"MRI"};
  fields.labels = {{"background", {{0}, false}}, {"a", {{1}, false}}};
  fields.num_training = 2;
  fields.file_ending = ".nii.gz";
  auto description = DatasetDescription::from_json(make_dataset_json(fields), {}, "test");
  description.name = "Dataset902_Other";
  description.workspace = workspace;
  return description;
}

std::string refusal(const fs::path& folder, const Plans& plans) {
  const std::vector<std::string> cases{"a", "b", "c"};
  try {
    require_previous_stage(folder, cases, plans, "Mine", plans.configuration("second"));
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidData);
    return error.what();
  }
}

TEST(NextStage, LiesInTheModelFolderOfThePreviousStage) {
  const auto stages = plans();
  EXPECT_EQ(previous_stage_folder(dataset("/work"), stages, "Mine", stages.configuration("second")),
            "/work/nnUNet_results/Dataset901_Cascade/Mine__nnUNetPlans__first/predicted_next_stage/"
            "second");
  EXPECT_EQ(previous_stage_folder(dataset("/work"), stages, "Mine", stages.configuration("first")),
            "");
}

TEST(NextStage, MissingCasesAreNamedWithTheCommandThatMakesThem) {
  const test::TempDir folder;
  test::write_file(folder / "b.b2nd", "x");
  EXPECT_EQ(refusal(folder.path(), plans()),
            "configuration second refines the segmentations of first, but " +
                folder.path().string() +
                " has none of 2 of 3 cases: a, c; their validation writes them: preprocess second, "
                "then run train -c first -p nnUNetPlans -tr Mine with every fold (-f 0, -f 1, ...) "
                "or with -f all; add --val where a fold is trained already");
  test::write_file(folder / "a.npz", "x");
  test::write_file(folder / "c.npy", "x");
  EXPECT_EQ(refusal(folder.path(), plans()), "");
}

TEST(NextStage, PlansThatDoNotNameTheNextStageAreToldApart) {
  const test::TempDir folder;
  EXPECT_NE(
      refusal(folder.path(), plans(false))
          .find("a, b, c; first cannot write them, as nnUNetPlans does not name second as its "
                "next_stage"),
      std::string::npos)
      << refusal(folder.path(), plans(false));
}

TEST(NextStage, FilesAreOfTheFormatOfThePreprocessedCases) {
  EXPECT_EQ(next_stage_file("a", "/p/a.b2nd"), "a.b2nd");
  EXPECT_EQ(next_stage_file("a", "/p/a.npz"), "a.npz");
  EXPECT_EQ(next_stage_file("a", "/p/a.npy"), "a.npz");
  const test::TempDir folder;
  const std::vector<std::int16_t> labels{0, 1, 2, 300, 4, 5};
  const std::vector<std::int64_t> patch{4, 4, 4};
  for (const bool wide : {false, true}) {
    for (const char* const name : {"a.b2nd", "a.npz"}) {
      write_next_stage(folder / name, labels, {1, 2, 3}, patch, wide);
      const ArrayFile file(folder / name, CaseArray::kSegmentation);
      EXPECT_EQ(file.dtype(), wide ? "u2" : "u1") << name;
      EXPECT_EQ(file.dimension(), 3) << name;
      EXPECT_EQ(file.extent(), (imaging::Extent3{1, 2, 3})) << name;
      std::vector<std::int16_t> read(6);
      file.read(read);
      EXPECT_EQ(read, (std::vector<std::int16_t>{0, 1, 2,
                                                 static_cast<std::int16_t>(wide ? 300 : 44), 4, 5}))
          << name;
    }
  }
}

}  // namespace
}  // namespace nnflow::nnunet
