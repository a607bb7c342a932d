// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <vector>

#include "cli_fixture.hpp"

namespace nnflow::cli {
namespace {

class Completion : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    use_fakes();
    write("count.yaml",
          "nnflow: 1\n"
          "name: count\n"
          "summary: Count to a number\n"
          "vars:\n"
          "  mode: {type: string, default: loud, flags: [-m], choices: [loud, low, quiet]}\n"
          "stages:\n"
          "  numbers: {use: fake.numbers}\n"
          "  sum: {use: fake.sum, from: numbers}\n");
  }

  /// What bash offers for the words of COMP_WORDS, the last of which is completed.
  static std::string complete(const std::string& words) {
    return run_shell("bash -c 'source <(\"$0\" completion bash); COMP_WORDS=(\"$0\" " + words +
                     "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _nnflow; echo "
                     "\"${COMPREPLY[@]}\"' " NNFLOW_BUILD_DIR "/bin/nnflow")
        .text;
  }
};

TEST_F(Completion, OffersCommandsAndPipelines) {
  EXPECT_EQ(complete("va"), "validate\n");
  EXPECT_EQ(complete("do"), "docs doctor\n");
  EXPECT_EQ(complete("co"), "completion count convert_msd convert_v1\n");
  EXPECT_EQ(complete("run co"), "count convert_msd convert_v1\n");
  EXPECT_EQ(complete("graph --out x.svg cou"), "count\n");
  EXPECT_EQ(complete("graph count cou"), "\n");
  EXPECT_EQ(complete("completion \"\""), "bash zsh\n");
  EXPECT_EQ(complete("__"), "\n");
}

TEST_F(Completion, OptionsOfLibrariesAreOfferedAndInTheHelp) {
  std::filesystem::create_directories(folder_ / "no_plugins");
  std::ofstream(folder_ / "no_plugins" / "external.library.json")
      << R"({"name":"external","title":"Fake","version":"1.2.3","option":"external",)"
      << R"("environment":"FAKE_EXTERNAL","files":["lib/libfake.so"],)"
      << R"("version_files":["version.py"],"below":[""],"search":[],"advice":"buy it"})";
  setenv("NNFLOW_PLUGIN_PATH", (folder_ / "no_plugins").c_str(), 1);
  EXPECT_EQ(complete("list --ext"), "--external\n");
  EXPECT_EQ(complete("count --ext"), "--external\n");
  expect("list --help", 0, "--external DIR  folder of Fake 1.2.3 (default: $FAKE_EXTERNAL)");
}

TEST_F(Completion, OffersStages) {
  EXPECT_EQ(complete("describe fake.nu"), "fake.numbers\n");
  EXPECT_EQ(complete("count --until \"\""), "numbers sum\n");
  EXPECT_EQ(complete("run count --force s"), "sum\n");
}

TEST_F(Completion, OffersOptionsAndTheirValues) {
  EXPECT_EQ(complete("count --mo"), "--mode\n");
  EXPECT_EQ(complete("count --mode lo"), "loud low\n");
  EXPECT_EQ(complete("count -m q"), "quiet\n");
  EXPECT_EQ(complete("count --mode = l"), "loud low\n");  // as bash splits --mode=l
  EXPECT_EQ(complete("count --mode ="), "loud low quiet\n");
  EXPECT_EQ(complete("graph count --ru"), "--run\n");
  EXPECT_EQ(complete("validate --resol"), "--resolved\n");
  EXPECT_EQ(complete("count --log-level w"), "warning\n");
  EXPECT_EQ(complete("count --set vars"), "vars.mode=\n");
  EXPECT_EQ(complete("count --set stages.numbers.params.pre"), "stages.numbers.params.prefix=\n");
  EXPECT_EQ(complete("count --with x"), "\n");  // a file
}

TEST_F(Completion, SurvivesWordsThatMeanNothing) {
  write("bad.yaml", "stages: [");
  for (const char* words :
       {"nothing \"\"", "bad --", "run bad --until \"\"", "run /nowhere.yaml --"})
    EXPECT_EQ(complete(words).find("rror"), std::string::npos) << words;
  EXPECT_EQ(run("__complete").code, 0);
}

TEST_F(Completion, EveryOptionOfHelpIsUnderstood) {
  for (const std::string command : {"run count", "validate count", "graph count", "list",
                                    "describe fake.add", "docs", "schema", "doctor", "count"}) {
    std::istringstream lines(run("__complete -- " + command + " -").text);
    int options = 0;
    for (std::string line; std::getline(lines, line); ++options) {
      const std::string option = line.substr(0, line.find('\t'));
      const std::string words = option == "-h" ? "" : " --help";
      const Answer answer = run(command + " " + option + words);
      EXPECT_EQ(answer.text.find("unknown option"), std::string::npos) << command << " " << option;
    }
    EXPECT_GE(options, 3) << command;
  }
}

TEST_F(Completion, PrintsAScriptForZsh) {
  const Answer answer = run("completion zsh");
  EXPECT_EQ(answer.text.find("#compdef nnflow\n"), 0U);
  if (run_shell("zsh --version").code != 0) GTEST_SKIP() << "no zsh here";
  const Answer checked =
      run_shell(std::string(NNFLOW_BUILD_DIR) + "/bin/nnflow completion zsh | zsh -n");
  EXPECT_EQ(checked.code, 0) << checked.text;
}

}  // namespace
}  // namespace nnflow::cli
