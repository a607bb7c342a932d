// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/fingerprint.hpp"
#include "nnflow/nnunet/metrics.hpp"
#include "nnflow/nnunet/pickle.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/postprocessing.hpp"
#include "nnflow/nnunet/properties.hpp"
#include "nnflow/nnunet/store.hpp"
#include "support/shared.hpp"

namespace nnflow::nnunet {
namespace {

using std::filesystem::path;

std::vector<path> golden_files(const std::function<bool(const path&)>& wanted) {
  std::vector<path> files;
  const path root = test::shared_dir() / "golden";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.is_regular_file() && wanted(entry.path())) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The text in the layout of `text`, which is one of those that Python's json module writes.
std::string in_style_of(const Json& value, const std::string& text) {
  for (const int indent : {4, 1, 2, -1}) {
    for (const bool compact : {false, true}) {
      const JsonStyle style{.indent = indent, .sort_keys = false, .compact = compact};
      if (const std::string out = dump_json(value, style); out == text) return out;
    }
  }
  return dump_json(value);
}

bool is_plans(const path& file) { return file.filename().string().ends_with("lans.json"); }

TEST(GoldenFiles, OfJsonComeBackAsTheSameText) {
  NNFLOW_REQUIRE_PATH(test::shared_dir() / "golden");
  for (const path& file : golden_files([](const path& p) { return p.extension() == ".json"; })) {
    std::string text = test::read_file(file);
    while (text.ends_with('\n')) text.pop_back();
    EXPECT_EQ(in_style_of(read_json(file), text), text) << file;
  }
}

TEST(GoldenFiles, OfPlansAreUnderstood) {
  NNFLOW_REQUIRE_PATH(test::shared_dir() / "golden/plans");
  for (const path& file : golden_files(is_plans)) {
    const Plans plans = Plans::read(file);
    // Only the planners' own files have the planners' order of keys.
    const bool by_planner = file.string().find("golden/plans") != std::string::npos;
    const JsonStyle style{.indent = 4, .sort_keys = !by_planner};
    const Json& configurations = plans.document().at("configurations");
    PlansHeader header = plans.header();
    std::vector<std::pair<std::string, Json>> rebuilt;
    for (const auto& name : plans.configuration_names()) {
      const ConfigurationPlan plan = plans.configuration(name);
      EXPECT_EQ(plan.architecture.strides.size(), plan.architecture.features_per_stage.size())
          << file << name;
      const Json& entry = configurations.at(name);
      if (entry.contains("inherits_from")) {
        rebuilt.emplace_back(name, entry);
        continue;
      }
      // Drop what was kept verbatim, so that everything is written from the members.
      ConfigurationPlan bare = plan;
      bare.architecture.json = Json();
      for (auto* resampling :
           {&bare.resampling_data, &bare.resampling_seg, &bare.resampling_probabilities}) {
        resampling->kwargs = Json();
      }
      EXPECT_EQ(dump_json(bare.to_json(), style), dump_json(entry, style)) << file << name;
      rebuilt.emplace_back(name, bare.to_json());
    }
    EXPECT_EQ(dump_json(Plans::make(header, rebuilt).document(), style),
              dump_json(plans.document(), style))
        << file;
  }
}

TEST(GoldenFiles, OfFingerprintsAreUnderstood) {
  NNFLOW_REQUIRE_PATH(test::shared_dir() / "golden/plans");
  for (const path& file :
       golden_files([](const path& p) { return p.filename() == "dataset_fingerprint.json"; })) {
    const Json expected = read_json(file);
    const Json written = Fingerprint::read(file).to_json();
    for (const auto& [key, value] : written.items()) {
      EXPECT_EQ(value, expected.at(key)) << file << " " << key;
    }
  }
}

TEST(GoldenFiles, OfDataSetsAreUnderstood) {
  NNFLOW_REQUIRE_PATH(test::shared_dir() / "golden");
  for (const path& file :
       golden_files([](const path& p) { return p.filename() == "dataset.json"; })) {
    const auto dataset = DatasetDescription::read_file(file);
    EXPECT_GT(dataset.channels.size(), 0U) << file;
    if (!std::filesystem::exists(file.parent_path() / "imagesTr")) continue;
    EXPECT_EQ(integrity_findings(dataset), std::vector<std::string>{}) << file;
  }
}

TEST(GoldenFiles, OfSummariesAreAggregatedAlike) {
  NNFLOW_REQUIRE_PATH(test::shared_dir() / "golden/models");
  for (const path& file : golden_files(
           [](const path& p) { return p.filename().string().ends_with("summary.json"); })) {
    const Summary summary = Summary::read(file);
    const JsonStyle sorted{.indent = 4, .sort_keys = true};
    EXPECT_EQ(dump_json(summarise(summary.cases).to_json(), sorted),
              dump_json(read_json(file), sorted))
        << file;
  }
}

TEST(GoldenFiles, OfPicklesAreRead) {
  NNFLOW_REQUIRE_PATH(test::shared_dir() / "golden");
  for (const path& file : golden_files([](const path& p) { return p.extension() == ".pkl"; })) {
    if (file.filename().string().ends_with("postprocessing.pkl")) {
      const auto steps = read_postprocessing(file);
      EXPECT_EQ(postprocessing_from_pickle(postprocessing_to_pickle(steps), "t"), steps) << file;
      continue;
    }
    const auto properties = CaseProperties::read(file);
    EXPECT_GT(imaging::voxel_count(properties.shape_before_cropping), 0) << file;
    EXPECT_EQ(CaseProperties::from_pickle(properties.to_pickle(), "t"), properties) << file;
  }
}

TEST(GoldenFiles, OfArraysAreRead) {
  NNFLOW_REQUIRE_PATH(test::shared_dir() / "golden");
  for (const path& file : golden_files([](const path& p) { return p.extension() == ".b2nd"; })) {
    const ArrayFile array(file);
    std::vector<float> values(
        static_cast<std::size_t>(array.channels() * imaging::voxel_count(array.extent())));
    array.read(values);
    EXPECT_GT(values.size(), 0U) << file;
  }
}

/// The record data.pkl of an uncompressed zip, found by the name in front of it.
std::string checkpoint_pickle(const path& file) {
  const std::string bytes = test::read_file(file);
  const auto name = bytes.find("/data.pkl");
  if (name == std::string::npos) return {};
  return bytes.substr(bytes.find(std::string("\x80\x02", 2), name));
}

TEST(GoldenFiles, OfCheckpointsHaveAReadablePickle) {
  NNFLOW_REQUIRE_PATH(test::shared_dir() / "golden");
  for (const path& file : golden_files([](const path& p) { return p.extension() == ".pth"; })) {
    const auto document = PickleDocument::parse(checkpoint_pickle(file), file.string());
    const PickleNode* weights = document.root().find("network_weights");
    if (weights == nullptr) weights = &document.root();
    ASSERT_TRUE(weights->is(PickleNode::Kind::kDict)) << file;
    EXPECT_GT(weights->entries.size(), 0U) << file;
    for (const auto& [key, tensor] : weights->entries) {
      EXPECT_TRUE(tensor->is(PickleNode::Kind::kTensor)) << file << " " << key->text;
    }
  }
}

}  // namespace
}  // namespace nnflow::nnunet
