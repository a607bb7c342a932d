// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Every stage is documented and is part of a pipeline that ships or that a test runs.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "plugin/plugin_set.hpp"
#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

const runtime::PluginSet& plugins() {
  static const runtime::PluginSet set({NNFLOW_PLUGIN_DIR});
  return set;
}

std::vector<std::string> stages() {
  std::vector<std::string> ids = plugins().stage_ids();
  std::erase_if(ids, [](const std::string& id) { return id.starts_with("example."); });
  return ids;
}

/// What the `use` keys of the YAML files below a folder name. Pipelines that are wrong on purpose
/// run nothing.
void add_used(const fs::path& folder, std::set<std::string>& used) {
  const std::regex use("use: *\"?([a-z0-9_]+\\.[a-z0-9_]+)[\", }\n]");
  for (fs::recursive_directory_iterator entry(folder), end; entry != end; ++entry) {
    if (entry->path().filename() == "bad") entry.disable_recursion_pending();
    if (entry->path().extension() != ".yaml") continue;
    const std::string text = read_file(entry->path());
    for (std::sregex_iterator hit(text.begin(), text.end(), use), last; hit != last; ++hit) {
      used.insert((*hit)[1]);
    }
  }
}

TEST(StageCoverage, EveryStageIsInAPipeline) {
  ASSERT_GT(stages().size(), 40U);
  std::set<std::string> used;
  add_used(NNFLOW_SOURCE_DIR "/pipelines", used);
  add_used(NNFLOW_SOURCE_DIR "/tests/pipeline", used);
  for (const std::string& id : stages()) {
    EXPECT_EQ(used.count(id), 1U) << id << " is in no pipeline that ships or that a test runs";
  }
}

TEST(StageCoverage, EveryStagePortAndParameterIsDocumented) {
  for (const std::string& id : stages()) {
    const StageDescription* const stage = plugins().describe(id);
    ASSERT_NE(stage, nullptr) << id;
    EXPECT_FALSE(stage->summary.empty()) << id << " has no summary";
    for (const auto* const ports : {&stage->inputs, &stage->outputs}) {
      for (const auto& port : *ports) {
        EXPECT_FALSE(port.doc.empty()) << id << ": the port " << port.name << " has no text";
      }
    }
    for (const auto& param : stage->params) {
      EXPECT_FALSE(param.doc.empty()) << id << ": the parameter " << param.name << " has no text";
    }
  }
}

/// Cells of one row of a table.
std::vector<std::string> cells(const std::string& row) {
  std::vector<std::string> result;
  for (std::size_t at = 1; at < row.size();) {
    const std::size_t end = std::min(row.find('|', at), row.size());
    result.push_back(end > at + 2 ? row.substr(at + 1, end - at - 2) : "");
    at = end + 1;
  }
  return result;
}

TEST(Parity, NamesTestsThatExistAndCountsItsRows) {
  std::map<std::string, int> all;
  std::map<std::string, int> important;
  std::istringstream text(read_file(NNFLOW_SOURCE_DIR "/tests/parity.md"));
  std::string header;
  const std::regex path("`([^`]*/[^`]*)`");
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("Of ")) header = line;
    const auto row = cells(line);
    if (!line.starts_with("| ") || row.size() < 5 || row[0].find_first_not_of("0123456789") == 0) {
      continue;
    }
    ++all[row[3]];
    if (row[2] == "★★★") ++important[row[3]];
    const std::string& tests = row[4];
    if (row[3] == "done") {
      EXPECT_NE(tests, "") << row[0] << " " << row[1];
    }
    for (std::sregex_iterator hit(tests.begin(), tests.end(), path), last; hit != last; ++hit) {
      EXPECT_TRUE(fs::exists(fs::path(NNFLOW_SOURCE_DIR "/tests") / (*hit)[1].str()))
          << row[0] << ": " << (*hit)[1];
    }
  }
  const auto sums = [](std::map<std::string, int>& of) {
    return std::to_string(of["done"]) + " done, " + std::to_string(of["partly"]) + " partly, " +
           std::to_string(of["not yet"]) + " not yet.";
  };
  const auto rows = [](const std::map<std::string, int>& of) {
    int sum = 0;
    for (const auto& [state, count] : of) sum += count;
    return std::to_string(sum);
  };
  EXPECT_EQ(header, "Of " + rows(all) + ": " + sums(all) + " Of the " + rows(important) +
                        " with ★★★: " + sums(important));
}

TEST(Intensities, PassEverySchemeAfterResampling) {
  const TempDir folder;
  const Answer answer = run_nnflow(
      {"run", NNFLOW_SOURCE_DIR "/tests/pipeline/custom/intensities.yaml", "--folder",
       (folder / "data").string(), "--run-dir", (folder / "record").string(), "--threads", "1"});
  ASSERT_EQ(answer.code, 0) << answer.text;
  const std::string bytes = read_file(folder / "data/imagesTr/phantom_000_0000.nii");
  std::array<std::int16_t, 3> extent{};
  std::memcpy(extent.data(), bytes.data() + 42, sizeof extent);
  EXPECT_EQ(extent, (std::array<std::int16_t, 3>{10, 10, 6}));
  std::vector<float> values(600);
  ASSERT_EQ(bytes.size(), 352 + values.size() * sizeof(float));
  std::memcpy(values.data(), bytes.data() + 352, values.size() * sizeof(float));
  double sum = 0.0;
  double squares = 0.0;
  for (const float value : values) {
    sum += static_cast<double>(value);
    squares += static_cast<double>(value) * static_cast<double>(value);
  }
  EXPECT_NEAR(sum / 600.0, 0.0, 1e-4);
  EXPECT_NEAR(squares / 600.0, 1.0, 1e-3);
}

}  // namespace
}  // namespace nnflow::test
