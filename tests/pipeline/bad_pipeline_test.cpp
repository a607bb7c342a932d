// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Pipelines that cannot be run, on the real stages: the findings as the program prints them. Exit
// code 1, and nothing is written.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "program.hpp"
#include "support/shared.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

/// A path as findings show it: seen from the current folder where that is shorter.
std::string shown(const fs::path& file) {
  const std::string relative = fs::proximate(file).string();
  const bool better = !relative.starts_with("..") && relative.size() < file.string().size();
  return better ? relative : file.string();
}

class BadPipeline : public testing::Test {
 protected:
  /// Writes the stages to a file and runs it; `text` is what follows the file's name.
  void expect(const std::string& stages, const std::string& text) const {
    const fs::path file = folder_ / "bad.yaml";
    write_file(file, "nnflow: 1\nstages:\n" + stages);
    for (const char* command : {"run", "validate"}) {
      Words words{program().string(), command, file.string()};
      if (std::string(command) == "run") {
        words.insert(words.end(), {"--run-dir", (folder_ / "record").string()});
      }
      const Answer answer = run(words);
      EXPECT_EQ(answer.text, shown(file) + text);
      EXPECT_EQ(answer.code, 1);
    }
    EXPECT_FALSE(fs::exists(folder_ / "record"));
  }

  const TempDir folder_;
};

TEST_F(BadPipeline, MisspeltKey) {
  expect("  scans: {use: io.phantoms, parms: {count: 2}}\n",
         ":3:29: error: stages.scans: unknown key of a stage \"parms\"; did you mean \"params\"?\n"
         "  note: allowed are use, from, params, after, hints, cache, on_error, when, foreach, "
         "stages, doc\n");
}

TEST_F(BadPipeline, MisspeltParameter) {
  expect("  scans: {use: io.phantoms, params: {cuont: 2}}\n",
         ":3:38: error: stages.scans.params.cuont: unknown parameter \"cuont\" of io.phantoms; did "
         "you mean \"count\"?\n");
}

TEST_F(BadPipeline, ParameterOfTheWrongType) {
  expect("  scans: {use: io.phantoms, params: {count: many}}\n",
         ":3:45: error: stages.scans.params.count: expected integer of at least 1, got \"many\"\n"
         "  note: declared by io.phantoms 0.1.0 \u2014 number of scans (default 10)\n");
}

TEST_F(BadPipeline, UnknownStage) {
  expect("  scans: {use: io.phantom}\n",
         ":3:16: error: stages.scans.use: unknown stage \"io.phantom\"; did you mean "
         "\"io.phantoms\"?\n"
         "  note: plugin 'io' has no such stage\n");
}

TEST_F(BadPipeline, Cycle) {
  expect(
      "  scans: {use: io.phantoms}\n"
      "  a: {use: crop.nonzero_box, from: {image: b.image}}\n"
      "  b: {use: normalise.none, from: {image: a.image}}\n",
      ":4:3: error: stages.a: cycle: a -> b -> a\n");
}

TEST_F(BadPipeline, PortTypeMismatch) {
  expect(
      "  scans: {use: io.phantoms}\n"
      "  crop: {use: crop.nonzero_box, from: {image: scans.label}}\n",
      ":4:47: error: stages.crop.from.image: port type mismatch: the input \"image\" of "
      "crop.nonzero_box takes imaging.volume/1, but scans.label gives imaging.label_map/1\n");
}

TEST_F(BadPipeline, PluginOfAnotherAbi) {
  fs::create_directory(folder_ / "plugins");
  const fs::path library = folder_ / "plugins/libnnflow_plugin_broken_abi.so";
  fs::copy_file(fs::path(NNFLOW_BROKEN_DIR) / library.filename(), library);
  const fs::path file = folder_ / "bad.yaml";
  write_file(file, "nnflow: 1\nstages:\n  a: {use: broken_abi.nothing}\n");
  const Answer answer =
      run_nnflow({"run", file.string(), "--plugin-dir", (folder_ / "plugins").string(), "--run-dir",
                  (folder_ / "record").string()});
  EXPECT_EQ(
      answer.text,
      shown(file) + ":3:12: error: stages.a.use: unknown stage \"broken_abi.nothing\"\n  note: " +
          library.string() + ": was built for plugin ABI 3.1, this nnflow takes 2.0 to 2.1\n");
  EXPECT_EQ(answer.code, 1);
  EXPECT_FALSE(fs::exists(folder_ / "record"));
}

}  // namespace
}  // namespace nnflow::test
