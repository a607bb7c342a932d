// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: where the elements of a foreach run changes nothing about what they make.
#include <map>

#include "api_fixture.hpp"

namespace nnflow::test {
namespace {

class Executors : public Api {
 protected:
  Executors() {
    engine_ = Engine({.plugin_dirs = {NNFLOW_FAKES_DIR, NNFLOW_FAKE_EXECUTOR_DIR},
                      .cache_dir = dir_.path() / "cache"});
    (void)write("inner.yaml", std::string(kHead) + R"(
vars:
  count: {type: int, required: true, doc: how many}
  fail: {type: int, default: -1, doc: number that fails}
stages:
  numbers: {use: fake.numbers, params: {count: "${count}"}}
  add: {use: fake.add, from: numbers, params: {random: true, fail_on: "${fail}"}, cache: true}
  write: {use: fake.write, from: add, params: {folder: ")" +
                                  (dir_.path() / "out").string() + R"(/${count}"}}
)");
  }

  [[nodiscard]] Pipeline pipeline(const std::string& executor,
                                  const std::string& fail = "-1") const {
    return parse("run: {executor: " + executor + R"(}
stages:
  list: {use: fake.list}
  each:
    use: "pipeline:inner.yaml"
    foreach: [{id: three, count: 3}, {id: five, count: 5}, {id: four, count: 4}]
    params: {count: "${each.count}", fail: )" +
                 fail + "}\n");
  }
  [[nodiscard]] std::string fake(const std::string& name) const {
    return "{use: " + name + ", params: {log: " + (dir_.path() / "log").string() +
           ", program: " + NNFLOW_BUILD_DIR + "/bin/nnflow}}";
  }
  [[nodiscard]] static std::string read(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  /// All files below `out`, and forgets them.
  [[nodiscard]] std::map<std::string, std::string> written() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(dir_.path() / "out")) {
      if (entry.is_regular_file())
        files[fs::relative(entry.path(), dir_.path()).string()] = read(entry.path());
    }
    fs::remove_all(dir_.path() / "out");
    return files;
  }
  [[nodiscard]] std::int64_t done(const std::string& element, const std::string& stage) const {
    const Value summary =
        Value::parse_json(read(dir_.path() / "run" / "each" / element / "summary.json"));
    return summary.find("stages")->find(stage)->find("done")->as_integer();
  }
};

TEST_F(Executors, MakeTheSame) {
  ASSERT_EQ(pipeline("local").run(options()).status, RunStatus::kOk);
  const auto expected = written();
  ASSERT_EQ(expected.size(), 12U);
  for (const std::string name : {"reverse", "together", "children"}) {
    fs::remove_all(dir_.path() / "run");
    fs::remove_all(dir_.path() / "cache");
    const RunResult result = pipeline(fake(name)).run(options());
    EXPECT_EQ(result.status, RunStatus::kOk) << name << ": " << result.error;
    EXPECT_EQ(written(), expected) << name;
    for (const std::string element : {"three", "four", "five"}) {
      const ElementResult of = read_element_result(dir_.path() / "run" / "each" / element);
      EXPECT_EQ(of.status, RunStatus::kOk) << of.error;
    }
    const Value summary = Value::parse_json(read(dir_.path() / "run" / "summary.json"));
    EXPECT_EQ(summary.find("stages")->find("each")->find("done")->as_integer(), 3);
  }
  EXPECT_EQ(read(dir_.path() / "log"),
            "four t/each four four\nfive t/each five five\nthree t/each three three\n"
            "three 0\nfive 0\nfour 0\n");
}

TEST_F(Executors, ShareResultsThatAreKept) {
  ASSERT_EQ(pipeline("local").run(options()).status, RunStatus::kOk);
  ASSERT_EQ(pipeline(fake("children")).run(options()).status, RunStatus::kOk);
  EXPECT_EQ(done("five", "write"), 0);
  RunOptions forced = options();
  forced.force = {"each/five/write"};
  ASSERT_EQ(pipeline(fake("children")).run(forced).status, RunStatus::kOk);
  EXPECT_EQ(done("five", "write"), 5);
  EXPECT_EQ(done("three", "write"), 0);
}

TEST_F(Executors, FailuresNameTheElement) {
  for (const std::string& executor : {std::string("local"), fake("reverse"), fake("children")}) {
    const RunResult result = pipeline(executor, "3").run(options());
    EXPECT_EQ(result.status, RunStatus::kFailed);
    EXPECT_EQ(result.code, ErrorCode::kInvalidData);
    EXPECT_EQ(result.error, "stage each: element five: stage add: item n3: number 3 is unlucky");
  }
}

TEST_F(Executors, ItemsThatAreGivenUpAreReported) {
  (void)write("skipping.yaml", "imports: [inner.yaml]\nnnflow: 1\nrun: {on_error: skip_item}\n");
  for (const std::string& executor : {std::string("local"), fake("children")}) {
    Pipeline skipping = pipeline(executor, "3");
    skipping.set("stages.each.use", "pipeline:" + (dir_.path() / "skipping.yaml").string());
    const RunResult result = skipping.run(options());
    EXPECT_EQ(result.status, RunStatus::kItemsSkipped) << result.error;
    EXPECT_EQ(result.skipped,
              std::vector<std::string>(2, "stage add: item n3: number 3 is unlucky"));
  }
}

TEST_F(Executors, AnElementWithoutAReportFails) {
  const RunResult result = pipeline(fake("forgetful")).run(options());
  EXPECT_EQ(result.status, RunStatus::kFailed);
  EXPECT_EQ(result.error,
            "stage each: element four: the executor forgetful did not say what became of it");
}

TEST_F(Executors, AnUnknownOneIsAFinding) {
  const Findings findings = pipeline("revers").validate();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].path, "run.executor");
  EXPECT_EQ(findings[0].message, "unknown executor \"revers\"; did you mean \"reverse\"?");
  EXPECT_EQ(findings[0].note, "there are local, children, forgetful, reverse, together");
}

TEST_F(Executors, WrongParametersRefuseTheRun) {
  Pipeline wrong = pipeline("reverse");
  EXPECT_EQ(thrown(ErrorCode::kInvalidParam, [&] { (void)wrong.run(options()); }),
            "the executor needs the parameter 'log'");
}

TEST_F(Executors, ASummaryThatNoRunWroteIsAFailure) {
  const fs::path folder = dir_.path() / "element";
  fs::create_directories(folder);
  const auto result = [&] { return read_element_result(folder); };
  const std::string file = (folder / "summary.json").string();
  EXPECT_EQ(result().status, RunStatus::kFailed);
  EXPECT_EQ(result().error, file + ": the run did not write it");
  (void)write("element/summary.json", "{\"status\": \"odd\"}");
  EXPECT_EQ(result().error, file + ": status 'odd'");
  (void)write("element/summary.json", "{\"status\": 3}");
  EXPECT_EQ(result().error, file + ": is no summary of a run");
  (void)write("element/summary.json", "{\"status\"");
  EXPECT_EQ(result().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace nnflow::test
