// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Evaluation and post-processing of the reference's predictions. Integers and sums in the
// reference's order, so everything is compared exactly.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nnflow/imaging/image_io.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/metrics.hpp>
#include <nnflow/nnunet/postprocessing.hpp>
#include <nnflow/nnunet/py_json.hpp>
#include <nnflow/testing.hpp>

#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow {
namespace {

namespace fs = std::filesystem;
using imaging::LabelMap;
using testing::StageRunner;

fs::path models() { return test::shared_dir() / "golden" / "models"; }

nnunet::DatasetDescription dataset() {
  return nnunet::DatasetDescription::read_file(test::children(models() / "trained").front() /
                                               "dataset.json");
}

std::string sorted_text(const fs::path& file) {
  return nnunet::dump_json(nnunet::read_json(file),
                           {.indent = 1, .sort_keys = true, .compact = false});
}

std::string case_of(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.substr(0, name.find('.'));
}

TEST(GoldenEvaluation, WritesTheReferencesSummary) {
  NNFLOW_REQUIRE_PATH(models());
  int runs = 0;
  for (const fs::path& run : test::children(models() / "predicted")) {
    if (!fs::exists(run / "summary.json")) continue;
    SCOPED_TRACE(run.string());
    const test::TempDir folder;
    StageRunner compare("evaluate.case");
    StageRunner summary("evaluate.summary", "out: " + (folder / "summary.json").string());
    for (const fs::path& file : test::children(run, ".nii.gz")) {
      const fs::path reference = models() / "reference_labels" / file.filename();
      compare.item(case_of(file))
          .put("dataset", dataset())
          .put("prediction", imaging::read_labels(file))
          .put("reference", imaging::read_labels(reference))
          .put("pair", nnunet::CaseFiles{case_of(file), {file.filename()}, file.filename()});
      summary.item(case_of(file)).put("metrics", compare.run().get<nnunet::CaseMetrics>("metrics"));
      summary.run();
    }
    summary.finish();
    EXPECT_EQ(sorted_text(folder / "summary.json"), sorted_text(run / "summary.json"));
    ++runs;
  }
  EXPECT_GT(runs, 0);
}

TEST(GoldenPostprocessing, TakesTheReferencesDecision) {
  NNFLOW_REQUIRE_PATH(models() / "postprocessing");
  const auto runs = test::children(models() / "postprocessing");
  EXPECT_FALSE(runs.empty());
  for (const fs::path& run : runs) {
    SCOPED_TRACE(run.string());
    const test::TempDir folder;
    StageRunner determine("postprocess.determine", "folder: " + folder.path().string());
    for (const fs::path& file :
         test::children(models() / "predicted" / run.filename(), ".nii.gz")) {
      determine.item(case_of(file))
          .put("dataset", dataset())
          .put("prediction", imaging::read_labels(file))
          .put("reference", imaging::read_labels(models() / "reference_labels" / file.filename()));
      determine.run();
    }
    determine.finish();
    EXPECT_EQ(sorted_text(folder / "postprocessing.json"),
              sorted_text(run / "postprocessing.json"));
    EXPECT_EQ(nnunet::read_postprocessing(folder / "postprocessing.pkl"),
              nnunet::read_postprocessing(run / "postprocessing.pkl"));
  }
}

TEST(GoldenPostprocessing, TreatsFilesAsTheReferenceDoes) {
  NNFLOW_REQUIRE_PATH(models() / "postprocessing");
  for (const fs::path& run : test::children(models() / "postprocessing")) {
    const auto files = test::children(run / "postprocessed", ".nii.gz");
    EXPECT_FALSE(files.empty()) << run;
    StageRunner treat("postprocess.largest_component",
                      "decision_file: " + (run / "postprocessing.pkl").string());
    for (const fs::path& file : files) {
      treat.put("label",
                imaging::read_labels(models() / "predicted" / run.filename() / file.filename()));
      const auto out = treat.run();
      const auto expected = imaging::read_labels(file);
      EXPECT_TRUE(std::ranges::equal(out.get<LabelMap>("label").voxels(), expected.voxels()))
          << file;
    }
  }
}

}  // namespace
}  // namespace nnflow
