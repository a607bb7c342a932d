// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The commands that need no plugin.
#include "cli_fixture.hpp"

namespace nnflow::cli {
namespace {

class Greet : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    write(
        "greet.yaml",
        "nnflow: 1\n"
        "name: greet\n"
        "summary: Say hello to everybody\n"
        "doc: A pipeline for tests.\n"
        "aliases: [say_hello]\n"
        "vars:\n"
        "  dataset: {type: path, required: true, flags: [-d, --dataset], doc: folder with names}\n"
        "  trainer: {type: int, default: 3, flags: [-tr], doc: how often}\n"
        "  mirror: {type: bool, default: true, flags: ['--disable_tta=false'], doc: both ways}\n"
        "  mode: {type: string, default: loud, choices: [loud, quiet]}\n"
        "  folds: {type: 'int[]', default: [0, 1], flags: [-f]}\n"
        "stages:\n"
        "  hello: {use: greeting.hello, params: {dataset: '${dataset}', often: '${trainer}'}}\n");
  }
};

TEST_F(Greet, SaysItsVersion) {
  expect("--version", 0, "nnflow ");
  expect("--version --json", 0, "\"build_tag\":");
}

TEST_F(Greet, HelpListsPipelinesAndCommands) {
  expect("--help", 0, "Say hello to everybody");
  expect("--help", 0, "validate");
  expect("", 2, "usage: nnflow COMMAND");
}

TEST_F(Greet, EveryCommandHasHelp) {
  for (const char* command : {"run", "validate", "graph", "list", "describe", "docs", "schema",
                              "new-plugin", "doctor", "completion"}) {
    expect(std::string(command) + " --help", 0, std::string("usage: nnflow ") + command);
  }
}

TEST_F(Greet, UnknownCommandsGetASuggestion) {
  expect("valdate", 2, "nnflow: error: unknown command \"valdate\"; did you mean \"validate\"?");
  expect("gret", 2, "unknown command \"gret\"; did you mean \"greet\"?");
}

TEST_F(Greet, EveryPipelineIsACommandWithItsOwnHelp) {
  const std::string help = run("greet --help").text;
  EXPECT_NE(
      help.find("nnflow greet: Say hello to everybody\n\nusage: nnflow greet [options] -d PATH\n"),
      std::string::npos)
      << help;
  for (const char* part :
       {"-d, --dataset PATH", "folder with names (required)", "-tr, --trainer INT",
        "how often (default 3)", "--disable_tta", "the same as --mirror=false", "--mode STRING",
        "{loud, quiet} (default loud)", "-f, --folds INT...", "(default 0 1)", "--set PATH=VALUE",
        "other names: say_hello"}) {
    EXPECT_NE(help.find(part), std::string::npos) << part << "\n" << help;
  }
  expect("say_hello --help", 0, "nnflow greet: ");
  expect("say-hello --help", 0, "nnflow greet: ");
  expect("run greet --help", 0, "usage: nnflow run greet");
}

TEST_F(Greet, MistakesOnTheCommandLineAreUsageErrors) {
  expect("greet", 2, "nnflow greet: error: required: -d (folder with names)\n");
  expect("greet -d x --datset y", 2, "unknown option --datset; did you mean \"--dataset\"?");
  expect("greet -d x -tx 3", 2, "unknown option -tx; did you mean \"-tr\"?");
  expect("greet -d x -tr", 2, "-tr needs a value");
  expect("greet -d x --threads 0", 2, "--threads");
  expect("greet -d x surplus", 2, "unexpected word \"surplus\"");
  expect("run", 2, "the pipeline to run is missing");
  expect("run --threads 1 gret", 2, "no pipeline \"gret\"; did you mean \"greet\"?");
  expect("graph", 2, "the pipeline to draw is missing");
  expect("graph gret", 2, "no pipeline \"gret\"; did you mean \"greet\"?");
  expect("graph greet --count 3", 2, "nnflow graph: error: unknown option --count");
  expect("docs --out a --check b", 2, "--check");
  expect("new-plugin", 2, "expected the name of the plugin");
  expect("completion fish", 2, "expected bash or zsh");
  expect("run nothing", 2, "no pipeline \"nothing\"");
  expect("validate", 2, "expected one pipeline");
  expect("describe nothing.here", 2, "no stage or pipeline \"nothing.here\"");
}

TEST_F(Greet, WrongValuesAreFindings) {
  expect("greet -d x -tr many", 1,
         "--trainer: error: expected int, got \"many\"\n  note: trainer: how often\n");
  expect("greet -d x --mode load", 1,
         "expected one of loud, quiet, got \"load\"; did you mean \"loud\"?");
  expect("greet -d x -f 1 x", 1, "expected int[], got [1,\"x\"]");
  expect("greet -d x --set vars.tainer=2", 1,
         "--set vars.tainer=2: error: matches nothing: no variable \"tainer\"; did you mean "
         "\"trainer\"?");
  expect("greet -d x --with /nowhere.yaml", 1, "/nowhere.yaml: error: no such file");
  expect("greet -d x", 1, "stages.hello.use: unknown stage \"greeting.hello\"");
}

TEST_F(Greet, FlagsGoToTheVariables) {
  write("many.yaml",
        "nnflow: 1\n"
        "vars:\n"
        "  names: {type: string, many: true, positional: true, required: true}\n"
        "  low: {type: number, default: 0, flags: [-l]}\n"
        "stages: {a: {use: greeting.hello, params: {x: '${names}', y: '${low}', z: '${lw}'}}}\n");
  expect("many a b -l -1000", 1, "unknown variable \"lw\"; did you mean \"low\"?");
  expect("many --names a b", 1, "unknown variable");
  expect("many", 2, "required: names");
}

TEST_F(Greet, ValidateChecksWithoutValues) {
  expect("validate greet", 1, "error: stages.hello.use: unknown stage \"greeting.hello\"");
  expect("validate --json greet", 1, "{\"valid\":false,\"findings\":[{\"file\":");
  expect("validate /nowhere.yaml", 1, "/nowhere.yaml: error: no such file");
  expect("validate --help", 0, "usage: nnflow validate");
}

TEST_F(Greet, SignalsFindingsBeforeAnythingRuns) {
  expect("greet -d x -n", 1, "unknown stage");
  expect("greet -d x --until nothing", 1, "unknown stage");
}

TEST_F(Greet, ListAndDescribeShowPipelines) {
  expect("list", 0, "greet");
  expect("list", 0, "\n  local ");
  expect("list", 0, "  one element after the other, in this process (nnflow.executor/1)");
  expect("list --json", 0, "\"id\":\"local\"");
  expect("list --json", 0, "\"aliases\":[\"say_hello\"]");
  expect("describe greet", 0, "hello  greeting.hello");
  expect("describe greet --json", 0, "\"flags\":[\"-tr\",\"--trainer\"]");
  expect("schema", 0, "\"$defs\": {");
}

TEST_F(Greet, BrokenPluginsAndMissingLibrariesHaveNoStackTrace) {
  expect("manifest /nowhere/libnnflow_plugin_x.so", 3, "nnflow: error: ");
}

}  // namespace
}  // namespace nnflow::cli
