// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/probabilities.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <nnflow/testing.hpp>
#include <string>
#include <vector>

#include "../plan/small_plans.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow {
namespace {

namespace fs = std::filesystem;
using nnunet::Probabilities;
using ::testing::HasSubstr;
using testing::StageRunner;

/// The message of the Error that `action` throws.
template <typename Action>
std::string message_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

nnunet::CaseProperties properties() {
  nnunet::CaseProperties properties;
  properties.spacing = {3.0, 2.0, 1.0};
  properties.geometry.origin = {4.0, 5.0, 6.0};
  properties.shape_before_cropping = {1, 1, 2};
  return properties;
}

/// Two heads of two voxels; `first` is that of the background in the first voxel.
Probabilities probabilities(float first) {
  return {2, {1, 1, 2}, {first, 1.0F, 1.0F - first, 0.0F}};
}

void write_case(const fs::path& folder, const std::string& id, float first) {
  fs::create_directories(folder);
  nnunet::write_probabilities(folder / (id + ".npz"), probabilities(first));
  properties().write(folder / (id + ".pkl"));
}

std::string list_of(const std::vector<fs::path>& folders) {
  std::string text = "folders: [";
  for (const fs::path& folder : folders) text += folder.string() + ", ";
  return text + "]";
}

class EnsembleStages : public ::testing::Test {
 protected:
  std::vector<testing::Outputs> list(const std::string& params) const {
    StageRunner runner("ensemble.list", params);
    return runner.put("dataset", test::small_dataset()).drain();
  }
  [[nodiscard]] fs::path a() const { return folder_ / "a"; }
  [[nodiscard]] fs::path b() const { return folder_ / "b"; }
  const test::TempDir folder_;
};

TEST_F(EnsembleStages, ListTheCasesOfAllFolders) {
  for (const char* id : {"two", "one"}) {
    write_case(a(), id, 0.5F);
    write_case(b(), id, 0.5F);
  }
  const auto cases = list(list_of({b(), a()}));
  ASSERT_EQ(cases.size(), 2U);
  EXPECT_EQ(cases[0].item, "one");
  EXPECT_FALSE(cases[0].info.digest.empty());
  EXPECT_EQ(cases[0].info.bytes, 16U);
  EXPECT_EQ(cases[1].get<nnunet::CaseFiles>("case").images,
            (std::vector<fs::path>{b() / "two.npz", a() / "two.npz"}));
}

TEST_F(EnsembleStages, LeaveOutWhatIsDone) {
  for (const char* id : {"two", "one"}) write_case(a(), id, 0.5F);
  test::write_file(folder_ / "out/one.nii.gz", "");
  const std::string done = "\ndone: " + (folder_ / "out").string();
  EXPECT_EQ(list(list_of({a()}) + done).size(), 2U);
  const auto rest = list(list_of({a()}) + done + "\noverwrite: false");
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].item, "two");
}

TEST_F(EnsembleStages, SayWhichCaseIsMissingWhere) {
  write_case(a(), "one", 0.5F);
  write_case(a(), "two", 0.5F);
  write_case(b(), "one", 0.5F);
  EXPECT_THAT(message_of([&] {
                list(list_of({a(), b()}));
              }),
              HasSubstr(b().string() + ": lacks two"));
  fs::create_directories(folder_ / "c");
  EXPECT_THAT(
      message_of([&] {
        list(list_of({a(), folder_ / "c"}));
      }),
      HasSubstr("no probabilities (.npz) in the folder; predict with --save_probabilities"));
  EXPECT_THAT(message_of([&] { list(list_of({folder_ / "none"})); }),
              HasSubstr("none: cannot list the folder"));
  EXPECT_THAT(message_of([&] { list("folders: []"); }), HasSubstr("expected at least one folder"));
}

TEST_F(EnsembleStages, FindTheValidationOfFolds) {
  write_case(a() / "fold_0/validation", "one", 0.5F);
  write_case(a() / "fold_3/validation", "two", 0.5F);
  EXPECT_EQ(list(list_of({a()}) + "\nfolds: [0, 3]").size(), 2U);
  EXPECT_THAT(message_of([&] { list(list_of({a()}) + "\nfolds: [0, 1]"); }),
              HasSubstr("every requested fold must be trained"));
  write_case(a() / "fold_3/validation", "one", 0.5F);
  EXPECT_THAT(message_of([&] { list(list_of({a()}) + "\nfolds: [0, 3]"); }),
              HasSubstr("case one is in more than one fold"));
}

TEST_F(EnsembleStages, AverageAndDecide) {
  write_case(a(), "one", 0.9F);
  write_case(b(), "one", 0.0F);
  StageRunner average("ensemble.average");
  const auto mean =
      average.put("case", nnunet::CaseFiles{"one", {a() / "one.npz", b() / "one.npz"}, {}}).run();
  const auto& values = mean.get<Probabilities>("probabilities");
  EXPECT_EQ(values.values[0], (0.9F + 0.0F) / 2.0F);
  EXPECT_EQ(mean.get<nnunet::CaseProperties>("properties"), properties());

  StageRunner decide("ensemble.decide");
  const auto out = decide.put("dataset", test::small_dataset())
                       .put("probabilities", values)
                       .put("properties", properties())
                       .run();
  const auto& label = out.get<imaging::LabelMap>("label");
  EXPECT_EQ(std::vector<std::int16_t>(label.voxels().begin(), label.voxels().end()),
            (std::vector<std::int16_t>{1, 0}));
  EXPECT_EQ(label.spacing, properties().spacing);
  EXPECT_EQ(label.geometry, properties().geometry);
}

TEST_F(EnsembleStages, RefuseAnotherNumberOfHeads) {
  StageRunner decide("ensemble.decide");
  decide.put("dataset", test::small_dataset())
      .put("probabilities", Probabilities{3, {1, 1, 1}, {0.1F, 0.2F, 0.7F}})
      .put("properties", properties());
  EXPECT_EQ(message_of([&] { decide.run(); }),
            "there are probabilities of 3 heads, the labels of the data set need 2");
}

TEST_F(EnsembleStages, OpenTheFirstFolder) {
  write_case(a(), "one", 0.5F);
  EXPECT_THAT(message_of([&] { StageRunner("ensemble.open", list_of({a()})).finish(); }),
              HasSubstr("dataset.json: no such file"));
  test::write_file(a() / "dataset.json", nnunet::dump_json(test::small_dataset().json));
  const std::string out = "\nout: " + (folder_ / "out").string();
  const auto opened = StageRunner("ensemble.open", list_of({a()}) + out).finish();
  EXPECT_EQ(opened.get<nnunet::DatasetDescription>("dataset").file_ending, ".nii.gz");
  EXPECT_EQ(test::read_file(folder_ / "out/dataset.json"), test::read_file(a() / "dataset.json"));
  EXPECT_FALSE(fs::exists(folder_ / "out/plans.json"));
  EXPECT_THAT(message_of([&] {
                StageRunner("ensemble.open", list_of({a()}) + "\nout: " + a().string()).finish();
              }),
              HasSubstr("is among the folders to average"));
}

TEST_F(EnsembleStages, RefuseOtherLabels) {
  const auto open = [&] {
    return message_of([&] { StageRunner("ensemble.open", list_of({a(), b()})).finish(); });
  };
  nnunet::Json json = test::small_dataset().json;
  write_case(a(), "one", 0.5F);
  write_case(b(), "one", 0.5F);
  test::write_file(a() / "dataset.json", nnunet::dump_json(json));
  EXPECT_EQ(open(), "no error") << "another program need not leave it";
  json["labels"] = {{"another name", 1}, {"background", 0}};
  test::write_file(b() / "dataset.json", nnunet::dump_json(json));
  EXPECT_EQ(open(), "no error");
  json["labels"] = {{"background", 0}, {"whole", {1, 2}}, {"core", 2}};
  json["regions_class_order"] = {1, 2};
  test::write_file(b() / "dataset.json", nnunet::dump_json(json));
  EXPECT_EQ(open(), (b() / "dataset.json").string() + ": has other labels or regions than " +
                        (a() / "dataset.json").string() +
                        ", expected predictions of the same labels");
}

TEST_F(EnsembleStages, WriteProbabilitiesThatCanBeReadAgain) {
  StageRunner writer("io.write_probabilities", "folder: validation");
  nnunet::TrainedModel model;
  model.folder = folder_ / "model";
  model.folds = {"2"};
  writer.item("one")
      .put("probabilities", probabilities(0.25F))
      .put("properties", properties())
      .put("model", model)
      .run();
  const fs::path written = folder_ / "model/fold_2/validation";
  Probabilities read;
  nnunet::add_probabilities(written / "one.npz", read);
  EXPECT_EQ(read.values, probabilities(0.25F).values);
  EXPECT_EQ(nnunet::CaseProperties::read(written / "one.pkl"), properties());
}

}  // namespace
}  // namespace nnflow
