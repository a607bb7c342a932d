// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "cli_fixture.hpp"

namespace nnflow::cli {
namespace {

class Doctor : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    setenv("NNFLOW_CACHE", path("cache").c_str(), 1);
    write("look.yaml", "nnflow: 1\nvars: {a: {type: path, default: '${env:LOOK_HERE}'}}\n");
    unsetenv("LOOK_HERE");
  }
  void TearDown() override {
    unsetenv("NNFLOW_CACHE");
    Cli::TearDown();
  }

  /// Whether a line of the report begins with `name` and goes on with `rest` somewhere.
  static void expect_line(const std::string& text,
                          const std::string& name,
                          const std::string& rest) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      // What is long stands in the next line.
      if (line.find("  " + name) != 0) continue;
      std::string next;
      std::getline(lines, next);
      if ((line + next).find(rest) != std::string::npos) return;
    }
    ADD_FAILURE() << name << " ... " << rest << "\n" << text;
  }
};

TEST_F(Doctor, TellsWhatIsThere) {
  use_fakes();
  const Answer answer = run("doctor");
  EXPECT_EQ(answer.code, 0) << answer.text;
  expect_line(answer.text, "nnflow ", ".");
  expect_line(answer.text, "tbb ", "20");
  expect_line(answer.text, "fake ", "stages: 11,");
  expect_line(answer.text, "processors ", "usable of");
  expect_line(answer.text, "memory ", "free now");
  expect_line(answer.text, "NNFLOW_PLUGIN_PATH ", NNFLOW_FAKES_DIR);
  expect_line(answer.text, "LOOK_HERE ", "not set; needed by the pipeline look");
  EXPECT_NE(answer.text.find("Everything that is installed can be used."), std::string::npos);
}

TEST_F(Doctor, AsksThePlugins) {
  const Answer answer = run("doctor --plugin-dir " NNFLOW_FAKE_DOCTOR_DIR);
  EXPECT_EQ(answer.code, 0) << answer.text;
  expect_line(answer.text, "abacus:0 ", "ten rods");
  expect_line(answer.text, "abacus:1 ", "a rod is bent; straighten it");
  EXPECT_EQ(answer.text.find("no card seen"), std::string::npos) << answer.text;
}

TEST_F(Doctor, OpensPluginsWhoseManifestsAreFine) {
  fs::create_directories(folder_ / "plugins");
  fs::copy(NNFLOW_BROKEN_DIR "/libnnflow_plugin_broken_probe.so", folder_ / "plugins");
  std::ofstream(folder_ / "plugins" / "broken_probe.nnflow.json")
      << R"({"plugin":"broken_probe","version":"1","abi_major":2,"abi_minor":0,"build_tag":"x",)"
      << R"("stages":[],"interfaces":[]})";
  const std::string words = "doctor --plugin-dir " + path("plugins");
  const Answer answer = run(words);
  EXPECT_EQ(answer.code, 3) << answer.text;
  EXPECT_NE(answer.text.find("1 problem.\n"), std::string::npos) << answer.text;
  const Answer json = run(words + " --json");
  EXPECT_EQ(json.code, 3);
  EXPECT_EQ(json.text.find("{\"usable\":false,\"report\":[{\"group\":\"program\""), 0U);
  EXPECT_NE(
      json.text.find("cannot run here: it needs a coprocessor\",\"level\":\"problem\",\"advice\":"
                     "\"build or install the plugin"),
      std::string::npos)
      << json.text;
}

TEST_F(Doctor, NoticesAManifestOfAnotherLibrary) {
  fs::create_directories(folder_ / "plugins");
  fs::copy(NNFLOW_FAKE_DOCTOR_DIR "/libnnflow_plugin_fake_doctor.so", folder_ / "plugins");
  std::ofstream(folder_ / "plugins" / "fake_doctor.nnflow.json")
      << R"({"plugin":"fake_doctor","version":"0.9.0","abi_major":2,"abi_minor":0,)"
      << R"("build_tag":"x","stages":[],"interfaces":[]})";
  const Answer answer = run("doctor --json --plugin-dir " + path("plugins"));
  EXPECT_EQ(answer.code, 3) << answer.text;
  EXPECT_NE(answer.text.find("is not what its manifest says"), std::string::npos) << answer.text;
}

TEST_F(Doctor, NoticesACacheThatCannotBeWritten) {
  setenv("NNFLOW_CACHE", "/dev/null/cache", 1);
  const Answer answer = run("doctor");
  EXPECT_EQ(answer.code, 3) << answer.text;
  expect_line(answer.text, "cache /dev/null/cache ", "PROBLEM: /dev/null cannot be written");
}

}  // namespace
}  // namespace nnflow::cli
