// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zip.h>

#include <cstring>
#include <filesystem>
#include <nnflow/nnunet/zip_archive.hpp>
#include <nnflow/testing.hpp>
#include <string>
#include <vector>

#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow {
namespace {

namespace fs = std::filesystem;
using testing::StageRunner;

constexpr const char* kDataset = "Dataset042_Liver";
constexpr const char* kModel = "nnUNetTrainer__nnUNetPlans__3d_fullres";

/// An entry of an archive that is made with libzip itself.
struct Member {
  std::string name;
  std::string bytes{};
  unsigned mode = S_IFREG | 0644U;
  bool encrypted = false;
};

void make_zip(const fs::path& path, const std::vector<Member>& members) {
  int code = 0;
  zip_t* const zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  ASSERT_NE(zip, nullptr);
  for (const Member& member : members) {
    const auto index = static_cast<zip_uint64_t>(
        member.name.ends_with('/')
            ? zip_dir_add(zip, member.name.c_str(), ZIP_FL_ENC_UTF_8)
            : zip_file_add(zip, member.name.c_str(),
                           zip_source_buffer(zip, member.bytes.data(), member.bytes.size(), 0),
                           ZIP_FL_ENC_UTF_8));
    zip_file_set_external_attributes(zip, index, 0, ZIP_OPSYS_UNIX, member.mode << 16U);
    if (member.bytes.size() > (1U << 20U)) zip_set_file_compression(zip, index, ZIP_CM_DEFLATE, 1);
    if (member.encrypted) zip_file_set_encryption(zip, index, ZIP_EM_AES_256, "secret");
  }
  ASSERT_EQ(zip_close(zip), 0) << zip_strerror(zip);
}

std::vector<Member> model_members() {
  const std::string model = std::string(kDataset) + "/" + kModel + "/";
  return {{model + "fold_0/checkpoint_final.pth", std::string(3000, 'w')},
          {model + "plans.json", "{}"},
          {model + "dataset.json", "{}"}};
}

std::string message_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

class Sharing : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path results() const { return folder_ / "work/nnUNet_results"; }
  [[nodiscard]] fs::path model() const { return results() / kDataset / kModel; }
  [[nodiscard]] std::string zip() const { return (folder_ / "model.zip").string(); }

  void make_model(const std::string& configuration, const std::vector<std::string>& folds) const {
    const fs::path at = results() / kDataset / ("nnUNetTrainer__nnUNetPlans__" + configuration);
    for (const char* name : {"plans.json", "dataset.json", "dataset_fingerprint.json"}) {
      test::write_file(at / name, std::string("{} ") + name + configuration);
    }
    for (const auto& fold : folds) {
      for (const char* name :
           {"checkpoint_final.pth", "checkpoint_best.pth", "checkpoint_latest.pth", "debug.json",
            "progress.png", "training_log.txt", "validation/summary.json", "validation/a.nii.gz",
            "validation/a.npz", "validation/a.pkl"}) {
        test::write_file(at / ("fold_" + fold) / name, fold + name + configuration);
      }
    }
  }
  void export_to(const std::string& params) const {
    StageRunner("sharing.export_model", "dataset: \"42\"\nout: " + zip() + "\nworkspace: " +
                                            (folder_ / "work").string() + "\n" + params)
        .finish();
  }
  void install(const std::string& params = "") const {
    StageRunner("sharing.install_model",
                "archive: " + zip() + "\nworkspace: " + (folder_ / "work").string() + "\n" + params)
        .finish();
  }
  [[nodiscard]] std::string refusal(const std::string& params = "") const {
    return message_of([&] { install(params); });
  }
  /// What is refused leaves nothing behind.
  void expect_refused(const std::vector<Member>& members, const std::string& what) const {
    make_zip(zip(), members);
    EXPECT_EQ(refusal(), zip() + ": " + what);
    EXPECT_FALSE(fs::exists(results()));
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    const nnunet::ZipReader archive{fs::path(zip())};
    for (const auto& entry : archive.entries()) names.push_back(entry.name);
    return names;
  }

  const test::TempDir folder_;
};

std::vector<std::string> below(const std::string& folder, std::vector<std::string> names) {
  for (auto& name : names) name = std::string(kDataset) + "/" + folder + name;
  return names;
}

TEST_F(Sharing, ExportsWhatNnunetExportsInItsOrder) {
  make_model("3d_fullres", {"0", "1"});
  for (const char* name : {"summary.json", "postprocessing.json", "a.nii.gz"}) {
    test::write_file(model() / "crossval_results_folds_0_1" / name, name);
  }
  export_to("configurations: [3d_fullres]\nfolds: [\"0\", \"1\"]");
  EXPECT_EQ(names(),
            below(std::string(kModel) + "/",
                  {"fold_0/debug.json", "fold_0/checkpoint_final.pth", "fold_0/progress.png",
                   "fold_0/validation/summary.json", "fold_1/debug.json",
                   "fold_1/checkpoint_final.pth", "fold_1/progress.png",
                   "fold_1/validation/summary.json", "crossval_results_folds_0_1/summary.json",
                   "crossval_results_folds_0_1/postprocessing.json", "plans.json",
                   "dataset_fingerprint.json", "dataset.json"}));
  export_to(
      "configurations: [3d_fullres]\nfolds: [\"0\"]\npredictions: true\n"
      "checkpoints: [checkpoint_best.pth]");
  EXPECT_EQ(names(),
            below(std::string(kModel) + "/",
                  {"fold_0/debug.json", "fold_0/checkpoint_best.pth", "fold_0/progress.png",
                   "fold_0/validation/a.nii.gz", "fold_0/validation/summary.json", "plans.json",
                   "dataset_fingerprint.json", "dataset.json"}));
}

TEST_F(Sharing, CheckpointsLieInTheFolderOfTheirFold) {
  make_model("2d", {"0"});
  const std::string message =
      message_of([&] { export_to("checkpoints: [checkpoint_final.pth, ../x.pth]"); });
  EXPECT_NE(message.find("checkpoint (-chk): got '../x.pth', expected the name of a file in the "
                         "folder of every fold, such as checkpoint_best.pth"),
            std::string::npos)
      << message;
  EXPECT_FALSE(fs::exists(zip()));
}

TEST_F(Sharing, ExportsEnsemblesOfWhichEveryMemberIsExported) {
  make_model("2d", {"all"});
  make_model("3d_fullres", {"all"});
  const fs::path ensembles = results() / kDataset / "ensembles";
  const std::string two = "ensemble___nnUNetTrainer__nnUNetPlans__2d___" + std::string(kModel);
  test::write_file(ensembles / (two + "___all") / "summary.json", "{}");
  test::write_file(ensembles / (two + "___all") / "a.nii.gz", "");
  test::write_file(results() / kDataset / "inference_information.json", "{}");
  export_to("configurations: [2d, 3d_fullres]\nfolds: [all]");
  const auto all = names();
  const auto rest =
      below("", {"ensembles/" + two + "___all/summary.json", "inference_information.json"});
  EXPECT_EQ(std::vector<std::string>(all.end() - 2, all.end()), rest);
  export_to("configurations: [2d]\nfolds: [all]");
  EXPECT_EQ(names().back(), rest.back());
  EXPECT_EQ(names().size(), 8U);
}

TEST_F(Sharing, WithoutConfigurationsExportsThoseThatAreTrained) {
  make_model("3d_fullres", {"all"});
  make_model("2d", {"all"});
  make_model("3d_mine", {"all"});
  StageRunner runner("sharing.export_model", "dataset: \"42\"\nfolds: [all]\nout: " + zip() +
                                                 "\nworkspace: " + (folder_ / "work").string());
  runner.finish();
  const auto all = names();
  EXPECT_EQ(all.size(), 14U);
  for (const auto& name : all) EXPECT_EQ(name.find("3d_mine"), std::string::npos) << name;
  std::string log;
  for (const auto& line : runner.log()) log += line + "\n";
  for (const char* part :
       {"nnUNetTrainer__nnUNetPlans__3d_lowres is missing and left out",
        "nnUNetTrainer__nnUNetPlans__3d_cascade_fullres is missing and left out",
        "nnUNetTrainer__nnUNetPlans__3d_mine is left out, -c 3d_mine exports it"}) {
    EXPECT_NE(log.find(part), std::string::npos) << part << " in " << log;
  }
}

TEST_F(Sharing, ExportNamesAllThatIsMissing) {
  make_model("3d_fullres", {"0"});
  fs::create_directories(results() / kDataset / ("." + std::string(kModel)));  // a killed run's
  fs::remove(model() / "fold_0/checkpoint_final.pth");
  const std::string prefix = std::string(kDataset) + "/" + kModel;
  EXPECT_EQ(
      message_of([&] { export_to("configurations: [3d_fullres, 2d]\nfolds: [\"0\", \"3\"]"); }),
      (results() / kDataset).string() + ": cannot be exported, there is\n  no " + prefix +
          "/fold_0/checkpoint_final.pth\n  no " + prefix + "/fold_3\n  no " + kDataset +
          "/nnUNetTrainer__nnUNetPlans__2d\n  models found: " + kModel +
          "\n-c, -f, -chk, -tr and -p choose what is exported, --not_strict leaves out what "
          "is missing");
  EXPECT_FALSE(fs::exists(zip()));
  EXPECT_EQ(message_of([&] { export_to("strict: false"); }),
            (results() / kDataset).string() +
                ": there is none of the models asked for; models found: " + kModel);
}

TEST_F(Sharing, ExportCanLeaveOutWhatIsMissing) {
  make_model("3d_fullres", {"0", "2"});
  StageRunner runner("sharing.export_model",
                     "dataset: Dataset042_Liver\nstrict: false\nout: " + zip() +
                         "\nworkspace: " + (folder_ / "work").string());
  runner.finish();
  EXPECT_EQ(names().size(), 11U);
  ASSERT_FALSE(runner.log().empty());
  EXPECT_NE(runner.log().front().find("3d_lowres is missing and left out"), std::string::npos);
}

TEST_F(Sharing, InstallsWhatWasExportedByteForByte) {
  make_model("3d_fullres", {"0"});
  export_to("configurations: [3d_fullres]\nfolds: [\"0\"]");
  fs::rename(folder_ / "work", folder_ / "before");
  install();
  for (const auto& name : names()) {
    EXPECT_EQ(test::read_file(results() / name),
              test::read_file(folder_ / "before/nnUNet_results" / name));
  }
  install();  // the same again changes nothing
  fs::remove(model() / "plans.json");
  install();  // and what is missing comes back
  EXPECT_TRUE(fs::exists(model() / "plans.json"));
}

TEST_F(Sharing, InstallKeepsFilesOfOtherContentUnlessTold) {
  make_zip(zip(), model_members());
  test::write_file(model() / "plans.json", "mine");
  EXPECT_EQ(refusal(), zip() +
                           ": is not installed, these files are there with other content "
                           "(--overwrite replaces them):\n  " +
                           (model() / "plans.json").string());
  EXPECT_EQ(test::read_file(model() / "plans.json"), "mine");
  EXPECT_FALSE(fs::exists(model() / "dataset.json"));
  install("overwrite: true");
  EXPECT_EQ(test::read_file(model() / "plans.json"), "{}");
  fs::remove(model() / "plans.json");
  fs::create_directory(model() / "plans.json");
  const std::string why = zip() + ": cannot be installed, these are no files, or below a file:\n  ";
  EXPECT_EQ(refusal("overwrite: true"), why + (model() / "plans.json").string());
}

TEST_F(Sharing, InstallFindsAFileWhereAFolderIsNeededBeforeItWrites) {
  make_zip(zip(), model_members());
  test::write_file(model(), "a file");
  EXPECT_NE(refusal("overwrite: true").find("these are no files, or below a file:"),
            std::string::npos);
  EXPECT_EQ(test::read_file(model()), "a file");
}

TEST_F(Sharing, InstallRefusesNamesThatLeadElsewhere) {
  auto members = model_members();
  const auto with = [&](Member member) {
    auto all = members;
    all.push_back(std::move(member));
    return all;
  };
  expect_refused(with({"../evil"}),
                 "entry '../evil' leads out of the folder that it is unpacked to");
  expect_refused(with({"Dataset042_Liver/../../evil"}),
                 "entry 'Dataset042_Liver/../../evil' leads out of the folder that it is unpacked "
                 "to");
  expect_refused(with({"/etc/evil"}), "entry '/etc/evil' has an absolute path");
  expect_refused(with({"C:/evil"}), "entry 'C:/evil' has an absolute path");
  expect_refused(with({"Dataset042_Liver\\evil"}),
                 "entry 'Dataset042_Liver\\evil' has a backslash in its name");
  expect_refused(with({"Dataset042_Liver/link", "/etc/passwd", S_IFLNK | 0777U}),
                 "entry 'Dataset042_Liver/link' is a link");
  expect_refused(with({"Dataset042_Liver/pipe", "", S_IFIFO | 0644U}),
                 "entry 'Dataset042_Liver/pipe' is neither a file nor a folder");
  expect_refused(with({"Dataset042_Liver/secret", "x", S_IFREG | 0644U, true}),
                 "entry 'Dataset042_Liver/secret' is encrypted");
  expect_refused(with({"./" + members.front().name, "other"}),
                 "has two entries '" + members.front().name + "'");
  expect_refused(with({members.front().name + "/x", "other"}),
                 "has both a file and a folder '" + members.front().name + "'");
  EXPECT_FALSE(fs::exists(folder_ / "evil"));
}

TEST_F(Sharing, InstallRefusesArchivesWithoutModels) {
  expect_refused({{"Dataset042_Liver/readme.txt", "x"}},
                 "holds no trained model; expected folders such as "
                 "Dataset004_Hippocampus/nnUNetTrainer__nnUNetPlans__3d_fullres with plans.json "
                 "and dataset.json");
  expect_refused({{std::string(kModel) + "/plans.json", "x"}},
                 "entry '" + std::string(kModel) +
                     "/plans.json' does not begin with DatasetXXX_Name/, as the models of nnU-Net "
                     "do; a model of another layout can be used by 'nnflow predict -m " +
                     zip() + "'");
}

TEST_F(Sharing, InstallIgnoresWhatFileManagersAdd) {
  auto members = model_members();
  members.push_back({"__MACOSX/Dataset042_Liver/._plans.json", "x"});
  members.push_back({"Dataset042_Liver/.DS_Store", "x"});
  members.push_back({"Dataset042_Liver/", "", S_IFDIR | 0755U});
  make_zip(zip(), members);
  install();
  EXPECT_TRUE(fs::exists(model() / "plans.json"));
  EXPECT_FALSE(fs::exists(results() / "__MACOSX"));
  EXPECT_FALSE(fs::exists(results() / "Dataset042_Liver/.DS_Store"));
}

TEST_F(Sharing, InstallRefusesBombs) {
  auto members = model_members();
  const std::string zeros(std::size_t{300} << 20U, '\0');
  for (const char* name : {"a", "b", "c", "d"}) {
    members.push_back({"Dataset042_Liver/" + std::string(name), zeros});
  }
  make_zip(zip(), members);
  const std::string text = refusal();
  EXPECT_EQ(text.find(zip() + ": would unpack to 125829"), 0U) << text;
  EXPECT_NE(text.find("bytes, more than 100 times its "), std::string::npos) << text;
  EXPECT_FALSE(fs::exists(results()));
}

TEST_F(Sharing, InstallRefusesWhatIsNoArchiveOrIsCutOff) {
  EXPECT_EQ(refusal(), zip() + ": no such zip archive");
  test::write_file(zip(), "PK no archive");
  EXPECT_EQ(refusal(), zip() + ": is no zip archive, or it is cut off");
  make_zip(zip(), model_members());
  const std::string whole = test::read_file(zip());
  for (const std::size_t length : {whole.size() - 1, whole.size() / 2, std::size_t{0}}) {
    test::write_file(zip(), whole.substr(0, length));
    EXPECT_EQ(refusal().find(zip() + ": is "), 0U) << refusal();
    EXPECT_FALSE(fs::exists(results()));
  }
}

TEST_F(Sharing, InstallRefusesDamagedContent) {
  auto members = model_members();
  members.front().bytes = "the weights, which are stored as they are";
  make_zip(zip(), members);
  std::string bytes = test::read_file(zip());
  const std::size_t at = bytes.find("weights");
  ASSERT_NE(at, std::string::npos);
  bytes[at] = 'W';
  test::write_file(zip(), bytes);
  const std::string text = refusal();
  EXPECT_EQ(text.find(zip() + ": entry '" + members.front().name + "' is damaged or cut off: "), 0U)
      << text;
  EXPECT_FALSE(fs::exists(results() / members.front().name));
}

TEST_F(Sharing, ArchivesAreReadAlongAPath) {
  make_zip(zip(), model_members());
  const auto inside = nnunet::archived_path(fs::path(zip()) / kDataset / kModel / "plans.json");
  ASSERT_TRUE(inside);
  EXPECT_EQ(inside->archive, zip());
  EXPECT_EQ(inside->name, std::string(kDataset) + "/" + kModel + "/plans.json");
  EXPECT_FALSE(nnunet::archived_path(zip()));
  EXPECT_FALSE(nnunet::archived_path(folder_ / "nowhere/plans.json"));
}

}  // namespace
}  // namespace nnflow
