// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Segmentations of trained models. Convolutions of different builds differ in the last float32
// bits, and sums are float32 where the reference's are float16: labels may differ in 8 voxels or
// 0.01 % of an image, probabilities, where the reference saved them, by 0.005 in the worst voxel
// and by 0.00005 on average.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <nnflow/imaging/image_io.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/logits.hpp>
#include <nnflow/nnunet/model.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/probabilities.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <nnflow/testing.hpp>
#include <optional>
#include <regex>
#include <string_view>

#include "support/shared.hpp"

namespace nnflow {
namespace {

namespace fs = std::filesystem;
using imaging::LabelMap;
using imaging::Volume;
using testing::Outputs;
using testing::StageRunner;

constexpr bool kAllCases = std::string_view(NNFLOW_GOLDEN_CASES) == "all";

fs::path models() { return test::shared_dir() / "golden" / "models"; }

/// What the name of a folder of predictions says: `<model>_f<folds>_<mirror|plain>[_large]`.
struct GoldenRun {
  fs::path model_folder;
  std::string folds;  ///< as a YAML list
  bool mirroring = true;
  bool large = false;
};

std::optional<GoldenRun> parse_run(const fs::path& folder) {
  static const std::regex kName("(.+)_f([0-9]+)_(mirror|plain)(_large)?");
  std::smatch match;
  const std::string name = folder.filename().string();
  if (!std::regex_match(name, match, kName)) return std::nullopt;
  GoldenRun run;
  for (const fs::path& trained : test::children(models() / "trained")) {
    if (trained.filename().string().ends_with("__" + match[1].str())) run.model_folder = trained;
  }
  for (const char fold : match[2].str())
    run.folds += (run.folds.empty() ? "" : ", ") + ('"' + std::string(1, fold) + '"');
  run.mirroring = match[3] == "mirror";
  run.large = match[4].matched;
  return run;
}

/// The stages of the prediction pipeline in a row.
class Prediction {
 public:
  explicit Prediction(const GoldenRun& run)
      : predict_(
            "predict.sliding_window",
            std::string("compute_threads: 2\nmirroring: ") + (run.mirroring ? "true" : "false")) {
    StageRunner load("predict.load_model",
                     "model_folder: " + run.model_folder.string() + "\nfolds: [" + run.folds + "]");
    opened_ = load.finish();
  }

  /// A label map, and probabilities if they are wanted.
  Outputs operator()(const fs::path& image, bool probabilities) {
    read_.put("case", nnunet::CaseFiles{"case", {image}, std::nullopt}).put("dataset", dataset());
    Outputs step = read_.run();
    transpose_.put("image", step.get<Volume>("image")).put("plans", plans());
    step = transpose_.run();
    crop_.put("image", step.get<Volume>("image"));
    const Outputs cropped = crop_.run();
    normalise_.put("image", cropped.get<Volume>("image"))
        .put("label", cropped.get<LabelMap>("label"))
        .put("plans", plans())
        .put("model", model());
    step = normalise_.run();
    resample_.put("image", step.get<Volume>("image")).put("plans", plans()).put("model", model());
    step = resample_.run();
    predict_.put("image", step.get<Volume>("image"))
        .put("plans", plans())
        .put("model", model())
        .put("dataset", dataset());
    step = predict_.run();
    StageRunner& exporter = probabilities ? export_with_probabilities_ : export_;
    exporter.put("logits", step.get<nnunet::Logits>("logits"))
        .put("properties", cropped.get<nnunet::CaseProperties>("properties"))
        .put("plans", plans())
        .put("model", model())
        .put("dataset", dataset());
    return exporter.run();
  }

 private:
  [[nodiscard]] const nnunet::Plans& plans() const { return opened_.get<nnunet::Plans>("plans"); }
  [[nodiscard]] const nnunet::TrainedModel& model() const {
    return opened_.get<nnunet::TrainedModel>("model");
  }
  [[nodiscard]] const nnunet::DatasetDescription& dataset() const {
    return opened_.get<nnunet::DatasetDescription>("dataset");
  }

  Outputs opened_;
  StageRunner read_{"io.read_case"};
  StageRunner transpose_{"crop.transpose_axes"};
  StageRunner crop_{"crop.nonzero_box"};
  StageRunner normalise_{"normalise.planned"};
  StageRunner resample_{"resample.planned"};
  StageRunner predict_;
  StageRunner export_{"postprocess.export_labels"};
  StageRunner export_with_probabilities_{"postprocess.export_labels", "probabilities: true"};
};

void expect_probabilities(const nnunet::Probabilities& actual, const fs::path& file) {
  nnunet::Probabilities expected;
  nnunet::add_probabilities(file, expected);
  ASSERT_EQ(actual.heads, expected.heads) << file;
  ASSERT_EQ(actual.extent, expected.extent) << file;
  float worst = 0.0F;
  double sum = 0.0;
  for (std::size_t i = 0; i < expected.values.size(); ++i) {
    const float difference = std::abs(actual.values[i] - expected.values[i]);
    worst = std::max(worst, difference);
    sum += static_cast<double>(difference);
  }
  const double mean = sum / static_cast<double>(expected.values.size());
  std::cout << file.filename().string() << ": probabilities differ by " << worst << " at most, "
            << mean << " on average\n";
  EXPECT_LE(worst, 0.005F) << file;
  EXPECT_LE(mean, 0.00005) << file;
}

TEST(GoldenPrediction, SegmentsAsTheReferenceDoes) {
  NNFLOW_REQUIRE_PATH(models() / "predicted");
  int cases = 0;
  for (const fs::path& folder : test::children(models() / "predicted")) {
    const auto run = parse_run(folder);
    if (!run || (run->large && !kAllCases)) continue;
    SCOPED_TRACE(folder.string());
    Prediction predict(*run);
    for (const fs::path& file : test::children(folder, ".nii.gz")) {
      const std::string name = file.filename().string();
      const std::string image = name.substr(0, name.size() - 7) + "_0000.nii.gz";
      const LabelMap expected = imaging::read_labels(file);
      const fs::path saved = folder / (name.substr(0, name.size() - 7) + ".npz");
      const Outputs out =
          predict(models() / (run->large ? "images_large" : "images") / image, fs::exists(saved));
      if (fs::exists(saved))
        expect_probabilities(out.get<nnunet::Probabilities>("probabilities"), saved);
      const auto& actual = out.get<LabelMap>("label");
      ASSERT_EQ(actual.extent(), expected.extent()) << name;
      EXPECT_EQ(actual.geometry, expected.geometry) << name;
      std::int64_t different = 0;
      const auto total = static_cast<std::int64_t>(expected.voxels().size());
      for (std::size_t i = 0; i < expected.voxels().size(); ++i) {
        different += actual.voxels()[i] != expected.voxels()[i] ? 1 : 0;
      }
      std::cout << folder.filename().string() << ' ' << name << ": " << different << " of " << total
                << " voxels differ\n";
      EXPECT_LE(different, std::max<std::int64_t>(8, total / 10000)) << name;
      ++cases;
      if (!kAllCases) break;
    }
  }
  EXPECT_GT(cases, 0);
}

}  // namespace
}  // namespace nnflow
