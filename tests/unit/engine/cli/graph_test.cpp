// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "cli_fixture.hpp"

namespace nnflow::cli {
namespace {

/// A pipeline of two phases with a foreach, and a program "dot" that copies its input.
class Graph : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    use_fakes();
    write("inner.yaml",
          "nnflow: 1\n"
          "vars: {count: {type: int, required: true}}\n"
          "stages:\n"
          "  numbers: {use: fake.numbers, params: {count: '${count}'}}\n"
          "  sum: {use: fake.sum, from: numbers}\n");
    write("sums.yaml",
          "nnflow: 1\n"
          "name: sums\n"
          "summary: 'Sums of \"numbers\"'\n"
          "vars:\n"
          "  count: {type: int, required: true, flags: [-c]}\n"
          "  out: {type: path, default: /tmp}\n"
          "stages:\n"
          "  numbers: {use: fake.numbers, params: {count: '${count}'}}\n"
          "  sum: {use: fake.sum, from: numbers}\n"
          "  add: {use: fake.add, from: {number: numbers.number, total: sum.total}}\n"
          "  again: {use: fake.count, from: add}\n"
          "  each:\n"
          "    use: 'pipeline:inner.yaml'\n"
          "    foreach: [{id: few, count: 2}, {id: many, count: 3}]\n"
          "    after: again\n"
          "    params: {count: '${each.count}'}\n");
  }

  void write_dot(const std::string& script) const {
    fs::create_directories(folder_ / "bin");
    std::ofstream(folder_ / "bin" / "dot") << "#!/bin/sh\n" << script << "\n";
    fs::permissions(folder_ / "bin" / "dot", fs::perms::owner_all);
  }
  /// Runs the program with `bin` before everything else in PATH.
  [[nodiscard]] Answer run_with_dot(const std::string& words) const {
    return run_shell("PATH=" + path("bin") + ":$PATH " + NNFLOW_BUILD_DIR + "/bin/nnflow " + words);
  }
};

void expect_part(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST_F(Graph, DrawsPhasesStagesAndEdges) {
  const Answer answer = run("graph sums -c 4");
  ASSERT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(answer.text.find("digraph \"sums\" {\n"), 0U);
  for (const char* part :
       {"label=\"sums: Sums of \\\"numbers\\\"\"", "subgraph cluster_phase_1 {",
        "label=\"phase 2\"", "\"numbers\" [label=\"{numbers|fake.numbers}\"];",
        "\"numbers in phase 2\" [label=\"{numbers|fake.numbers|replayed}\"",
        "\"numbers\" -> \"sum\" [label=\"number -> number\\nfake.number/1\"];",
        "\"numbers in phase 2\" -> \"add\" [label=\"number -> number\\nfake.number/1\"];",
        "\"sum\" -> \"add\" [label=\"total -> total\\nfake.total/1\", style=dashed];",
        "\"each\" [label=\"each\\nfor each of few, many\\n", "inner.yaml\", shape=box",
        "\"again\" -> \"each\" [label=\"after\", style=dotted];"}) {
    expect_part(answer.text, part);
  }
}

TEST_F(Graph, DrawsWithoutRequiredVariables) {
  expect("graph sums", 0, "\"numbers\" [label=\"{numbers|fake.numbers}\"];");
  expect("graph sums --set stages.numbers.params.cout=3", 1, "unknown parameter \"cout\"");
  expect("graph sums --until sum", 0, "\"numbers\" -> \"sum\"");
  EXPECT_EQ(run("graph sums --until sum").text.find("fake.add"), std::string::npos);
}

TEST_F(Graph, WritesFilesThatSayTheirKind) {
  EXPECT_EQ(run("graph sums --out " + path("sums.dot")).text, "");
  EXPECT_EQ(read(path("sums.dot")), run("graph sums").text);
  expect("graph sums --out " + path("sums.png"), 2, "expected a file that ends with .dot or .svg");
  EXPECT_FALSE(fs::exists(path("sums.png")));
}

TEST_F(Graph, LetsGraphvizDrawSvg) {
  write_dot("test \"$1 $2\" = '-Tsvg -o' && cat > \"$3\"");
  const Answer answer = run_with_dot("graph --out " + path("sums.svg") + " sums");
  EXPECT_EQ(answer.code, 0) << answer.text;
  EXPECT_EQ(read(path("sums.svg")), run("graph sums").text);
}

TEST_F(Graph, SaysWhatIsMissingForSvg) {
  const Answer answer = run_shell(
      "PATH=/nowhere " NNFLOW_BUILD_DIR "/bin/nnflow graph sums --out " + path("sums.svg"));
  EXPECT_EQ(answer.code, 3);
  expect_part(answer.text, "PATH has no program dot; install the package graphviz");
  write_dot("exit 7");
  const Answer failed = run_with_dot("graph sums --out " + path("sums.svg"));
  EXPECT_EQ(failed.code, 3);
  expect_part(failed.text, "failed with exit code 7");
  EXPECT_FALSE(fs::exists(path("sums.svg")));
}

TEST_F(Graph, SaysWhatARunDid) {
  const std::string run_dir = path("run");
  const Answer done = run("sums -c 4 --quiet --run-dir " + run_dir);
  ASSERT_EQ(done.code, 0) << done.text;
  for (const std::string& words : {"graph sums -c 4 --run " + run_dir, "graph --run " + run_dir}) {
    const Answer answer = run(words);
    ASSERT_EQ(answer.code, 0) << answer.text;
    expect_part(answer.text, "\\nbusy: ");
    expect_part(answer.text, "|4\\ items");
    expect_part(answer.text, "\"each\" [label=\"each\\nfor each of few, many\\n");
    expect_part(answer.text, "\\n2 items, ");
    expect_part(answer.text, "fillcolor=\"/ylorrd9/");
  }
}

TEST_F(Graph, ColoursByTheShareOfTheTime) {
  fs::create_directories(folder_ / "run" / "each" / "few");
  std::ofstream(folder_ / "run" / "summary.json")
      << R"({"stages":{"numbers":{"done":4,"kept":1,"failed":2,"busy_seconds":90,"bytes_out":2048},)"
      << R"("sum":{"done":4,"kept":0,"failed":0,"busy_seconds":0,"bytes_out":0},)"
      << R"("each":{"done":1,"kept":0,"failed":0,"busy_seconds":0,"bytes_out":0}}})";
  std::ofstream(folder_ / "run" / "each" / "few" / "summary.json")
      << R"({"stages":{"numbers":{"done":9,"busy_seconds":7200,"bytes_out":3000000000}}})";
  const Answer answer = run("graph sums --run " + path("run"));
  ASSERT_EQ(answer.code, 0) << answer.text;
  expect_part(answer.text, "1:30\\ min\\ (1\\ %)|4\\ items,\\ 1\\ kept,\\ 2\\ failed,\\ 2.0\\ KiB");
  expect_part(answer.text, "2:00 h (99 %)\\n1 item, 2.8 GiB");
  expect_part(answer.text, "fillcolor=\"/ylorrd9/6\"");
  expect_part(answer.text, "color=red, penwidth=2");
  expect_part(answer.text, "{add|fake.add|did\\ not\\ run}");
  expect("graph sums --run " + path("nothing"), 3, "summary.json: cannot be read");
}

}  // namespace
}  // namespace nnflow::cli
