// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "nnflow/imaging/volume.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/patch.hpp"
#include "nnflow/nnunet/patch_request.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/splits.hpp"
#include "nnflow/nnunet/store.hpp"
#include "nnflow/testing.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::patches {
namespace {

using nnunet::Patch;
using nnunet::PatchRequest;
using testing::Outputs;
using testing::StageRunner;

constexpr imaging::Extent3 kExtent{12, 14, 16};

nnunet::DatasetDescription dataset() {
  nnunet::DatasetJsonFields fields;
  fields.channel_names = {"CT"};
  fields.labels = {{"background", {{0}, false}}, {"a", {{1}, false}}, {"b", {{2}, false}}};
  fields.num_training = 6;
  fields.file_ending = ".nii.gz";
  auto description =
      nnunet::DatasetDescription::from_json(nnunet::make_dataset_json(fields), {}, "test");
  description.name = "Dataset901_Patches";
  return description;
}

nnunet::Plans plans() {
  const std::string configuration = R"({
    "data_identifier": "nnUNetPlans_3d_fullres", "preprocessor_name": "DefaultPreprocessor",
    "batch_size": 3, "patch_size": [6, 8, 8], "median_image_size_in_voxels": [12.0, 14.0, 16.0],
    "spacing": [1.0, 1.0, 1.0], "normalization_schemes": ["CTNormalization"],
    "use_mask_for_norm": [false],
    "resampling_fn_data": "resample_data_or_seg_to_shape",
    "resampling_fn_seg": "resample_data_or_seg_to_shape",
    "resampling_fn_data_kwargs": {"is_seg": false, "order": 3, "order_z": 0, "force_separate_z": null},
    "resampling_fn_seg_kwargs": {"is_seg": true, "order": 1, "order_z": 0, "force_separate_z": null},
    "resampling_fn_probabilities": "resample_data_or_seg_to_shape",
    "resampling_fn_probabilities_kwargs": {"is_seg": false, "order": 1, "order_z": 0, "force_separate_z": null},
    "architecture": {"network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
      "arch_kwargs": {"n_stages": 2, "features_per_stage": [4, 8], "conv_op": "torch.nn.modules.conv.Conv3d",
        "kernel_sizes": [[3, 3, 3], [3, 3, 3]], "strides": [[1, 1, 1], [2, 2, 2]],
        "n_conv_per_stage": [1, 1], "n_conv_per_stage_decoder": [1], "conv_bias": true,
        "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
        "norm_op_kwargs": {"eps": 1e-05, "affine": true}, "dropout_op": null, "dropout_op_kwargs": null,
        "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": true}},
      "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"]},
    "batch_dice": false})";
  nnunet::PlansHeader header;
  header.dataset_name = "Dataset901_Patches";
  return nnunet::Plans::make(header, {{"3d_fullres", nnunet::Json::parse(configuration)}});
}

// Six cases whose image holds its own coordinates: z * 10000 + y * 100 + x.
class PatchesStages : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = temp_.path() / "nnUNetPlans_3d_fullres";
    std::filesystem::create_directories(folder_);
    imaging::Volume image(1, kExtent);
    imaging::LabelMap label(kExtent);
    for (std::int64_t z = 0; z < kExtent[0]; ++z) {
      for (std::int64_t y = 0; y < kExtent[1]; ++y) {
        for (std::int64_t x = 0; x < kExtent[2]; ++x) {
          const auto i = static_cast<std::size_t>(imaging::linear_index(kExtent, z, y, x));
          image.voxels()[i] = static_cast<float>(z * 10000 + y * 100 + x);
          label.voxels()[i] = z == 0 ? std::int16_t{-1} : std::int16_t{0};
        }
      }
    }
    label.voxels()[static_cast<std::size_t>(imaging::linear_index(kExtent, 6, 7, 8))] = 2;
    nnunet::CaseProperties properties;
    properties.class_locations.emplace(2);
    (*properties.class_locations)[0].key.labels = {1};
    (*properties.class_locations)[1].key.labels = {2};
    (*properties.class_locations)[1].voxels = {{6, 7, 8}};
    const std::vector<std::int64_t> patch{6, 8, 8};
    for (int i = 0; i < 6; ++i) {
      const std::string id = "case_" + std::to_string(i);
      ids_.push_back(id);
      nnunet::write_preprocessed_case(folder_, id, image, &label, properties, patch);
    }
  }

  std::unique_ptr<StageRunner> sampler(const std::string& params) const {
    auto runner = std::make_unique<StageRunner>(
        "patches.sample", "{configuration: 3d_fullres, folder: " + temp_.path().string() +
                              ", iterations: 4, val_iterations: 2, " + params + "}");
    runner->put("plans", plans()).put("dataset", dataset());
    runner->put("splits", nnunet::default_splits(ids_));
    return runner;
  }
  Patch read(const PatchRequest& request,
             const std::string& item = "a",
             const std::string& params = "{}") const {
    StageRunner runner("patches.read", params);
    runner.put("request", request).item(item);
    return runner.run().get<Patch>("patch");
  }
  PatchRequest request(bool forced) const {
    PatchRequest request;
    request.case_id = "case_0";
    request.folder = folder_;
    request.forced_foreground = forced;
    request.extent = {8, 10, 10};
    request.final_extent = {6, 8, 8};
    return request;
  }

  test::TempDir temp_;
  std::filesystem::path folder_;
  std::vector<std::string> ids_;
};

TEST_F(PatchesStages, SampleNumbersBothStreamsTogether) {
  auto train = sampler("epochs: 2")->drain();
  auto val = sampler("epochs: 2, subset: val")->drain();
  ASSERT_EQ(train.size(), 24U);
  ASSERT_EQ(val.size(), 12U);
  std::set<std::uint64_t> ordinals;
  std::set<std::string> names;
  for (const auto* stream : {&train, &val}) {
    for (const Outputs& out : *stream) {
      ordinals.insert(out.info.ordinal);
      names.insert(out.item);
    }
  }
  EXPECT_EQ(ordinals.size(), 36U);
  EXPECT_EQ(*ordinals.rbegin(), 35U);
  EXPECT_EQ(names.size(), 36U);
  EXPECT_EQ(val[0].info.ordinal, 12U);
}

TEST_F(PatchesStages, SampleForcesTheLastOfEachBatchAndAsksForTheLargerPatch) {
  for (const Outputs& out : sampler("epochs: 1")->drain()) {
    const auto& request = out.get<PatchRequest>("request");
    EXPECT_EQ(request.forced_foreground, out.info.ordinal % 3 == 2);
    EXPECT_EQ(request.extent, (imaging::Extent3{10, 12, 11}));
    EXPECT_EQ(request.final_extent, (imaging::Extent3{6, 8, 8}));
    EXPECT_EQ(request.folder, folder_);
    EXPECT_FALSE(request.validation);
  }
  const auto val = sampler("epochs: 1, subset: val")->drain();
  EXPECT_EQ(val[0].get<PatchRequest>("request").extent, (imaging::Extent3{6, 8, 8}));
  EXPECT_TRUE(val[0].get<PatchRequest>("request").validation);
}

TEST_F(PatchesStages, SampleDrawsCasesOfItsPartOnly) {
  const auto split = nnunet::default_splits(ids_).folds[0];
  std::map<std::string, int> seen;
  for (const Outputs& out : sampler("epochs: 20")->drain())
    ++seen[out.get<PatchRequest>("request").case_id];
  EXPECT_EQ(seen.size(), split.train.size());
  for (const std::string& id : split.train) EXPECT_GT(seen[id], 0) << id;
}

TEST_F(PatchesStages, SampleGoesOnAnywhereWithTheSameDraws) {
  const auto all = sampler("epochs: 3")->drain();
  for (const std::uint64_t ordinal :
       {std::uint64_t{0}, std::uint64_t{5}, std::uint64_t{13}, std::uint64_t{18}}) {
    const auto runner = sampler("epochs: 3");
    runner->seek(ordinal);
    Outputs out;
    ASSERT_TRUE(runner->next(out));
    const auto expected = std::find_if(all.begin(), all.end(),
                                       [&](const Outputs& o) { return o.info.ordinal >= ordinal; });
    EXPECT_EQ(out.item, expected->item);
    EXPECT_EQ(out.get<PatchRequest>("request").case_id,
              expected->get<PatchRequest>("request").case_id);
  }
}

TEST_F(PatchesStages, SampleNamesWhatIsMissing) {
  std::filesystem::remove(folder_ / "case_3.b2nd");
  std::filesystem::remove(folder_ / "case_3_seg.b2nd");
  std::filesystem::remove(folder_ / "case_3.pkl");
  Outputs out;
  // Five of six cases train in every fold, so one of any two folds asks for the missing one.
  const auto runner = sampler("epochs: 1, fold: \"1\"");
  const auto other = sampler("epochs: 1, fold: \"0\"");
  EXPECT_THROW(
      {
        runner->next(out);
        other->next(out);
      },
      Error);
  StageRunner unknown("patches.sample",
                      "{configuration: 2d, folder: " + temp_.path().string() + "}");
  unknown.put("plans", plans())
      .put("dataset", dataset())
      .put("splits", nnunet::default_splits(ids_));
  EXPECT_THROW(unknown.next(out), Error);
}

TEST_F(PatchesStages, ReadShowsTheForcedVoxelAtTheCentre) {
  const Patch patch = read(request(true));
  EXPECT_EQ(patch.case_id, "case_0");
  EXPECT_EQ(patch.extent, (imaging::Extent3{8, 10, 10}));
  const auto centre = static_cast<std::size_t>(imaging::linear_index(patch.extent, 4, 5, 5));
  EXPECT_EQ(patch.image[centre], 60708.0F);
  EXPECT_EQ(patch.seg[centre], 2);
  EXPECT_TRUE(patch.forced_foreground);
}

TEST_F(PatchesStages, ReadPadsOutsideAndDrawsFromTheItem) {
  PatchRequest large = request(false);
  large.extent = {20, 20, 20};
  const Patch patch = read(large);
  EXPECT_EQ(patch.image[0], 0.0F);
  EXPECT_EQ(patch.seg[0], -1);
  EXPECT_EQ(std::count(patch.seg.begin(), patch.seg.end(), std::int16_t{2}), 1);
  std::set<float> corners;
  for (int i = 0; i < 40; ++i)
    corners.insert(read(request(false), "p" + std::to_string(i)).image.back());
  EXPECT_GT(corners.size(), 10U);
  EXPECT_EQ(read(request(false), "p1").image, read(request(false), "p1").image);
}

TEST_F(PatchesStages, ReadTakesTheCentreOfPatchesThatStayAsTheyAre) {
  const std::string never = "{rotation_probability: 0, scaling_probability: 0}";
  for (const std::string item : {"a", "b"}) {
    const Patch whole = read(request(false), item);
    const Patch centre = read(request(false), item, never);
    EXPECT_FALSE(whole.cut);
    EXPECT_TRUE(centre.cut);
    ASSERT_EQ(centre.extent, (imaging::Extent3{6, 8, 8}));
    for (std::int64_t z = 0; z < 6; ++z) {
      const auto row = [](const Patch& patch, std::int64_t slice, std::int64_t y, std::int64_t x) {
        return patch.image.begin() + imaging::linear_index(patch.extent, slice, y, x);
      };
      EXPECT_TRUE(std::equal(row(centre, z, 3, 0), row(centre, z, 4, 0), row(whole, z + 1, 4, 1)));
    }
  }
  int cut = 0;
  for (int i = 0; i < 500; ++i) {
    cut += read(request(false), "p" + std::to_string(i),
                "{rotation_probability: 0.2, scaling_probability: 0.2}")
                   .cut
               ? 1
               : 0;
  }
  EXPECT_NEAR(cut / 500.0, 0.64, 0.08);
  PatchRequest validation = request(false);
  validation.validation = true;
  EXPECT_EQ(read(validation, "a", never).extent, validation.extent);
}

TEST_F(PatchesStages, ReadReportsUnusableCases) {
  PatchRequest missing = request(false);
  missing.case_id = "case_9";
  EXPECT_THROW(read(missing), Error);
  nnunet::CaseProperties properties;
  properties.write(folder_ / "case_1.pkl");
  PatchRequest bare = request(false);
  bare.case_id = "case_1";
  EXPECT_THROW(read(bare), Error);
}

TEST_F(PatchesStages, ClassLocationsListEveryClassInOrder) {
  imaging::LabelMap label({2, 3, 4});
  std::fill_n(label.voxels().begin(), 4, std::int16_t{1});
  label.voxels()[23] = 1;
  StageRunner runner("patches.class_locations");
  runner.put("label", label).put("properties", nnunet::CaseProperties{}).put("dataset", dataset());
  const auto properties = runner.run().get<nnunet::CaseProperties>("properties");
  ASSERT_EQ(properties.class_locations->size(), 2U);
  EXPECT_EQ((*properties.class_locations)[0].voxels[0], (std::array<std::int32_t, 3>{1, 2, 3}));
  EXPECT_TRUE((*properties.class_locations)[1].voxels.empty());
}

TEST_F(PatchesStages, SplitWritesNnunetsFoldsOnceAndReadsThemThen) {
  const auto split = [&](const std::string& extra) {
    StageRunner runner("patches.split", "{folder: " + temp_.path().string() + extra + "}");
    runner.put("plans", plans());
    return runner.finish().get<nnunet::Splits>("splits");
  };
  EXPECT_TRUE(split(", fold: all").folds.empty());
  EXPECT_FALSE(std::filesystem::exists(temp_.path() / "splits_final.json"));
  EXPECT_THROW(split(""), Error);
  const auto made = split(", configuration: 3d_fullres");
  EXPECT_EQ(made, nnunet::default_splits(ids_));
  EXPECT_EQ(nnunet::Splits::read(temp_.path() / "splits_final.json"), made);
  StageRunner beyond("patches.split", "{folder: " + temp_.path().string() + ", fold: '9'}");
  EXPECT_EQ(beyond.finish().get<nnunet::Splits>("splits"), made);
  ASSERT_EQ(beyond.log().size(), 1U);
  EXPECT_NE(beyond.log()[0].find("fold 9 is none of the 5 folds, from 0, of " +
                                 (temp_.path() / "splits_final.json").string()),
            std::string::npos)
      << beyond.log()[0];
  EXPECT_THROW(split(", fold: first"), Error);
  nnunet::Splits custom;
  custom.folds = {{{"case_0"}, {"case_1"}}};
  custom.write(temp_.path() / "splits_final.json");
  EXPECT_EQ(split(""), custom);
}

TEST_F(PatchesStages, CasesInBothHalvesOfAFoldAreRemarkedOnce) {
  nnunet::Splits custom;
  custom.folds = {{{"a"}, {"b"}},
                  {{"h", "g", "f", "e", "d", "c", "x"}, {"c", "d", "e", "f", "g", "h", "y"}}};
  const auto file = temp_.path() / "splits_final.json";
  custom.write(file);
  const auto log = [&](const std::string& fold) {
    StageRunner runner("patches.split",
                       "{folder: " + temp_.path().string() + ", fold: '" + fold + "'}");
    EXPECT_EQ(runner.finish().get<nnunet::Splits>("splits"), custom);
    return runner.log();
  };
  EXPECT_TRUE(log("0").empty());
  EXPECT_TRUE(log("all").empty());
  const auto lines = log("1");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find(file.string() +
                          ": fold 1 has 6 of its validation cases among the training cases too, so "
                          "that validation tells less than it seems: c, d, e, f, g and 1 more"),
            std::string::npos)
      << lines[0];
}

TEST_F(PatchesStages, PreprocessedCasesOfAFoldAreListedAndRead) {
  StageRunner lister("patches.list_preprocessed",
                     "{configuration: 3d_fullres, folder: " + temp_.path().string() + "}");
  lister.put("plans", plans()).put("splits", nnunet::default_splits(ids_));
  const auto cases = lister.drain();
  ASSERT_EQ(cases.size(), nnunet::default_splits(ids_).folds[0].val.size());
  StageRunner reader("patches.read_preprocessed");
  reader.put("case", cases[0].get<nnunet::CaseFiles>("case"));
  const Outputs out = reader.run();
  EXPECT_EQ(out.get<imaging::Volume>("image").voxels().back(), 111315.0F);
  EXPECT_EQ(out.get<imaging::LabelMap>("label").voxels()[0], -1);
  EXPECT_TRUE(out.get<nnunet::CaseProperties>("properties").class_locations.has_value());
}

TEST_F(PatchesStages, EveryPreprocessedCaseIsListedWithoutSplits) {
  StageRunner lister("patches.list_preprocessed", "folder: " + temp_.path().string());
  lister.put("plans", plans());
  std::vector<std::string> listed;
  for (const auto& item : lister.drain()) listed.push_back(item.item);
  EXPECT_EQ(listed, ids_);
}

// Cases in the format of older versions of nnU-Net, and the same ones in today's.
class OlderCases : public ::testing::Test {
 protected:
  OlderCases() {
    const std::filesystem::path made(NNFLOW_SOURCE_DIR "/tests/golden/nnunet/older");
    for (const auto& entry : std::filesystem::directory_iterator(made)) {
      const auto& file = entry.path();
      if (entry.is_regular_file() && file.extension() != ".py") copy(file, older_);
    }
    copy(made / "previous/deflated.npz", temp_ / "older/previous");
    const nnunet::PreprocessedFolder cases(older_);
    for (const std::string& id : ids_) {
      const nnunet::ArrayFile from = cases.open_image(id);
      imaging::Volume image(from.channels(), from.extent());
      imaging::LabelMap label(from.extent());
      from.read(image.voxels());
      cases.open_seg(id).read(label.voxels());
      nnunet::write_preprocessed_case(today_, id, image, &label, cases.properties(id), kPatch);
    }
    const nnunet::ArrayFile from(temp_ / "older/previous/deflated.npz",
                                 nnunet::CaseArray::kSegmentation);
    std::vector<std::int16_t> stage(static_cast<std::size_t>(imaging::voxel_count(from.extent())));
    from.read(stage);
    std::filesystem::create_directories(temp_ / "today/previous");
    nnunet::write_previous_stage_array(temp_ / "today/previous/deflated.b2nd", stage, from.extent(),
                                       kPatch, false);
  }
  static void copy(const std::filesystem::path& file, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    std::filesystem::copy_file(file, folder / file.filename());
  }
  [[nodiscard]] std::vector<Outputs> listed(const std::string& subset) const {
    StageRunner lister("patches.list_preprocessed",
                       "{configuration: 3d_fullres, subset: " + subset +
                           ", folder: " + (temp_ / "older").string() + "}");
    lister.put("plans", plans());
    lister.put("splits", nnunet::Splits{{{{"stored", "unpacked"}, {"deflated"}}}});
    return lister.drain();
  }
  [[nodiscard]] static Outputs read_whole(const nnunet::CaseFiles& files) {
    StageRunner reader("patches.read_preprocessed");
    reader.put("case", files);
    return reader.run();
  }

  const std::vector<std::int64_t> kPatch{6, 8, 8};
  const std::vector<std::string> ids_{"deflated", "stored", "unpacked"};
  const test::TempDir temp_;
  const std::filesystem::path older_ = temp_ / "older/nnUNetPlans_3d_fullres";
  const std::filesystem::path today_ = temp_ / "today/nnUNetPlans_3d_fullres";
};

TEST_F(OlderCases, AreListedAndReadAsTodaysAre) {
  std::set<std::string> digests;
  for (const char* const subset : {"train", "val"}) {
    for (const Outputs& listed : listed(subset)) {
      const auto& files = listed.get<nnunet::CaseFiles>("case");
      EXPECT_EQ(listed.info.bytes, 2U * 5U * 7U * 4U * 4U) << files.id;
      digests.insert(listed.info.digest);
      const Outputs older = read_whole(files);
      const Outputs today = read_whole(
          {files.id, {today_ / (files.id + ".b2nd")}, today_ / (files.id + "_seg.b2nd")});
      EXPECT_TRUE(std::ranges::equal(older.get<imaging::Volume>("image").voxels(),
                                     today.get<imaging::Volume>("image").voxels()));
      EXPECT_TRUE(std::ranges::equal(older.get<imaging::LabelMap>("label").voxels(),
                                     today.get<imaging::LabelMap>("label").voxels()));
      EXPECT_EQ(older.get<nnunet::CaseProperties>("properties"),
                today.get<nnunet::CaseProperties>("properties"));
    }
  }
  EXPECT_EQ(digests.size(), 3U);
  EXPECT_EQ(digests.count(""), 0U);
  std::ofstream(older_ / "unpacked_seg.npy", std::ios::app) << ' ';
  EXPECT_EQ(digests.count(listed("train")[1].info.digest), 0U) << "the labels count";
}

TEST_F(OlderCases, GiveTheSamePatchesAsTodays) {
  for (const std::string& id : ids_) {
    for (int i = 0; i < 6; ++i) {
      const auto patch_of = [&](const char* when) {
        PatchRequest request;
        request.case_id = id;
        request.folder = temp_ / when / "nnUNetPlans_3d_fullres";
        if (id == "deflated") request.previous_folder = temp_ / when / "previous";
        request.forced_foreground = i % 2 == 1;
        request.extent = request.final_extent = {3, 4, 6};
        StageRunner runner("patches.read");
        runner.put("request", request).item("p" + std::to_string(i));
        return runner.run().get<Patch>("patch");
      };
      const Patch older = patch_of("older");
      const Patch today = patch_of("today");
      EXPECT_EQ(older.seg_channels, id == "deflated" ? 2 : 1);
      EXPECT_EQ(older.image, today.image) << id << i;
      EXPECT_EQ(older.seg, today.seg) << id << i;
    }
  }
}

}  // namespace
}  // namespace nnflow::patches
