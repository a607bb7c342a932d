// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: a sub-pipeline runs once per element.
#include <gtest/gtest.h>

#include "engine_fixture.hpp"

namespace nnflow::runtime::testing {
namespace {

class Foreach : public EngineTest {};

INSTANTIATE_TEST_SUITE_P(Threads, Foreach, kThreads);

TEST_P(Foreach, RunsASubPipelinePerElement) {
  pipeline_.write("inner.yaml", std::string(kHead) + R"(
vars:
  count: {type: int, required: true, doc: how many}
stages:
  numbers: {use: fake.numbers, params: {count: "${count}"}}
  sum: {use: fake.sum, from: numbers}
exports: {total: sum.total}
)");
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  list: {use: fake.list}
  each: {use: "pipeline:inner.yaml", foreach: list.elements, params: {count: "${each.count}"}}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  for (const std::int64_t count : {3, 5}) {
    const std::string folder = "run/each/e" + std::to_string(count);
    const Value summary = Value::parse_json(pipeline_.read(folder + "/summary.json"));
    EXPECT_EQ(summary.find("stages")->find("sum")->find("done")->as_integer(), count);
  }
}

TEST_P(Foreach, ForcingReachesInside) {
  pipeline_.write("inner.yaml", std::string(kHead) + R"(
vars:
  count: {type: int, required: true, doc: how many}
  folder: {type: path, required: true, doc: where to}
stages:
  numbers: {use: fake.numbers, params: {count: "${count}"}}
  add: {use: fake.add, from: numbers}
  write: {use: fake.write, from: add, params: {folder: "${folder}/${count}"}}
)");
  const std::string text = std::string(kHead) + R"(
stages:
  each:
    use: "pipeline:inner.yaml"
    foreach: [{id: three, count: 3}, {id: five, count: 5}]
    params: {count: "${each.count}", folder: )" +
                           (dir_.path() / "out").string() + "}\n";
  const auto done = [&](const std::string& element) {
    const Value summary =
        Value::parse_json(pipeline_.read("run/each/" + element + "/summary.json"));
    return summary.find("stages")->find("write")->find("done")->as_integer();
  };
  const auto run = [&](const std::vector<std::string>& force) {
    RunOptions options;
    options.force = force;
    return pipeline_.run(text, options);
  };
  ASSERT_EQ(run({}).status, RunStatus::kOk);
  ASSERT_EQ(run({}).status, RunStatus::kOk);
  EXPECT_EQ(done("three") + done("five"), 0);
  ASSERT_EQ(run({"each/add"}).status, RunStatus::kOk);
  EXPECT_EQ(done("three"), 3);
  EXPECT_EQ(done("five"), 5);
  ASSERT_EQ(run({"each/five/write"}).status, RunStatus::kOk);
  EXPECT_EQ(done("three"), 0);
  EXPECT_EQ(done("five"), 5);
  ASSERT_EQ(run({"each"}).status, RunStatus::kOk);
  EXPECT_EQ(done("three"), 3);
  const RunResult wrong = run({"each/wirte"});
  EXPECT_EQ(wrong.status, RunStatus::kFailed);
  EXPECT_EQ(wrong.error,
            "stage each: element three: --force each/wirte: no stage 'wirte' inside; there are "
            "numbers, add, write");
}

TEST_P(Foreach, AnElementThatIsNoFolderNameIsRefused) {
  pipeline_.write("inner.yaml", std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers}
  sum: {use: fake.sum, from: numbers}
)");
  for (const std::string id : {"..", "a/b"}) {
    const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  list: {use: fake.list, params: {id: ")" + id +
                                           R"("}}
  each: {use: "pipeline:inner.yaml", foreach: list.elements}
)");
    EXPECT_EQ(result.status, RunStatus::kFailed);
    EXPECT_EQ(result.error, "stage each: element " + id + ": '" + id +
                                "' cannot be the id of an element: it names a folder");
  }
}

}  // namespace
}  // namespace nnflow::runtime::testing
