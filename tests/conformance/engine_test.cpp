// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promises of the engine: style.md B2.5 and the contracts in stage.hpp.
#include <gtest/gtest.h>

#include "support/temp_dir.hpp"
#include "test_pipeline.hpp"

namespace nnflow::runtime::testing {
namespace {

constexpr const char* kHead = "nnflow: 1\nname: t\nsummary: A test\n";

std::string expected_order(std::int64_t count) {
  std::string order;
  for (std::int64_t i = 0; i < count; ++i)
    order += "n" + std::to_string(i) + "@" + std::to_string(i) + ";";
  return order;
}

class Engine : public ::testing::TestWithParam<int> {
 protected:
  nnflow::test::TempDir dir_;
  TestPipeline pipeline_{dir_.path(), GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Threads, Engine, ::testing::Values(1, 2, 5));

TEST_P(Engine, KeepsItemOrderIntoAReduceWhateverTheDelays) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 200}}
  slow: {use: fake.add, from: numbers, params: {delay_us: 500}}
  sum: {use: fake.sum, from: slow}
exports: {total: sum.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"),
            std::to_string(199 * 200 / 2 + 200) + " " + expected_order(200));
}

TEST_P(Engine, JoinsBranchesByItem) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 100}}
  a: {use: fake.add, from: numbers, params: {delay_us: 300, amount: 1}}
  b: {use: fake.add, from: numbers, params: {delay_us: 100, amount: 10}}
  both: {use: fake.plus, from: {left: a.number, right: b.number}}
  sum: {use: fake.sum, from: both}
exports: {total: sum.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"),
            std::to_string(2 * 99 * 100 / 2 + 1100) + " " + expected_order(100));
}

TEST_P(Engine, GroupsConsecutiveItemsAndLeavesASmallerLastGroup) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 7}}
  slow: {use: fake.add, from: numbers, params: {delay_us: 300, amount: 0}}
  group: {use: fake.group, from: slow, params: {size: 3}}
  sum: {use: fake.sum, from: group}
exports: {total: sum.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "21 n0@0;n3@3;n6@6;");
}

TEST_P(Engine, MergesTwoStreamsByOrdinal) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  train: {use: fake.numbers, params: {count: 6, prefix: t, ordinal_step: 2}}
  slow: {use: fake.add, from: train, params: {delay_us: 500}}
  check: {use: fake.numbers, params: {count: 3, prefix: v, first_ordinal: 3, ordinal_step: 4}}
  also: {use: fake.add, from: check}
  sum: {use: fake.sum, from: {number: {merge: [slow.number, also.number]}}}
exports: {total: sum.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"),
            "27 t0@0;t1@2;v0@3;t2@4;t3@6;v1@7;t4@8;t5@10;v2@11;");
}

TEST_P(Engine, StartsSourcesAtTheResumePointOfTheReduce) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 10}}
  group: {use: fake.group, from: numbers, params: {size: 2}}
  sum: {use: fake.sum, from: group, params: {resume: 6}}
exports: {total: sum.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "30 n6@6;n8@8;");
}

TEST_P(Engine, AReduceTakesNothingTwiceWhenAnotherSinkNeedsTheItemsBefore) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 10}}
  group: {use: fake.group, from: numbers, params: {size: 2}}
  sum: {use: fake.sum, from: group, params: {resume: 6}}
  all: {use: fake.count, from: numbers}
exports: {total: sum.total, all: all.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "30 n6@6;n8@8;");
  EXPECT_EQ(TestPipeline::exported(result, "all"), "45 ");
  EXPECT_EQ(pipeline_.count("sum", "kept"), 3);
}

TEST_P(Engine, FillsGroupsThatCostMoreThanTheMemoryBudget) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 9}}
  group: {use: fake.group, from: numbers, params: {size: 4}}
  sum: {use: fake.sum, from: group}
exports: {total: sum.total}
run: {memory: 1B, in_flight: 1}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "36 n0@0;n4@4;n8@8;");
}

TEST_P(Engine, DeliversOnceValuesBeforeItemsAndReplaysTheSource) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 4}}
  sum: {use: fake.sum, from: numbers}
  shifted: {use: fake.add, from: {number: numbers.number, total: sum.total}, params: {amount: 0}}
  second: {use: fake.sum, from: shifted}
exports: {total: second.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "30 " + expected_order(4));
}

TEST_P(Engine, RandomNumbersDependOnSeedStageAndItemOnly) {
  const std::string text = std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 50}}
  noise: {use: fake.add, from: numbers, params: {random: true, delay_us: 100}}
  sum: {use: fake.sum, from: noise}
exports: {total: sum.total}
)";
  const std::string first = TestPipeline::exported(pipeline_.run(text), "total");
  TestPipeline other(dir_.path() / "other", 3);
  EXPECT_EQ(first, TestPipeline::exported(other.run(text), "total"));
  TestPipeline seeded(dir_.path() / "seeded", 3);
  EXPECT_NE(first, TestPipeline::exported(seeded.run(text + "run: {seed: 5}\n"), "total"));
}

TEST_P(Engine, AFailingItemStopsTheRunWithStageAndItem) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 20}}
  add: {use: fake.add, from: numbers, params: {fail_on: 7}}
  sum: {use: fake.sum, from: add}
)");
  EXPECT_EQ(result.status, RunStatus::kFailed);
  EXPECT_EQ(result.exit_code(), 3);
  EXPECT_EQ(result.error, "stage add: item n7: number 7 is unlucky");
  EXPECT_EQ(pipeline_.summary().find("status")->as_string(), "failed");
}

TEST_P(Engine, SkipItemPassesATombstoneThroughJoinsAndReduces) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 5}}
  a: {use: fake.add, from: numbers, params: {fail_on: 2}, on_error: skip_item}
  b: {use: fake.add, from: numbers}
  both: {use: fake.plus, from: {left: b.number, right: a.number}}
  group: {use: fake.group, from: both, params: {size: 2}}
  sum: {use: fake.sum, from: group}
exports: {total: sum.total}
)");
  EXPECT_EQ(result.status, RunStatus::kItemsSkipped) << result.error;
  EXPECT_EQ(result.exit_code(), 4);
  ASSERT_EQ(result.skipped.size(), 1U);
  EXPECT_EQ(result.skipped[0], "stage a: item n2: number 2 is unlucky");
  EXPECT_EQ(TestPipeline::exported(result, "total"), "24 n0@0;n3@3;");
}

TEST_P(Engine, SkipItemDoesNotHideBugs) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers}
  a: {use: fake.add, from: numbers, params: {fail_on: 2, error: std}, on_error: skip_item}
  sum: {use: fake.sum, from: a}
)");
  EXPECT_EQ(result.status, RunStatus::kFailed);
  EXPECT_EQ(result.error, "stage a: item n2: a plain exception");
}

TEST_P(Engine, AnItemWithoutAnOutputIsPassedOverButCounted) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 4}}
  a: {use: fake.add, from: numbers, params: {drop_on: 1}}
  b: {use: fake.add, from: a}
  sum: {use: fake.sum, from: b}
  left: {use: fake.plus, from: {left: numbers.number, right: a.number}}
  count: {use: fake.count, from: left}
exports: {total: sum.total, count: count.total}
)");
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(TestPipeline::exported(result, "total"), "11 n0@0;n2@2;n3@3;");
  EXPECT_EQ(TestPipeline::exported(result, "count"), "14 ");
}

TEST_P(Engine, KeepsFilesThatAreIntactAndRemakesTheOthers) {
  const std::string text = std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 6}}
  add: {use: fake.add, from: numbers, params: {amount: 1}}
  write: {use: fake.write, from: add, params: {folder: )" +
                           (dir_.path() / "out").string() + "}}\n";
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  EXPECT_EQ(pipeline_.count("write", "done"), 6);
  std::filesystem::remove(dir_.path() / "out" / "n1.txt");
  std::ofstream(dir_.path() / "out" / "n4.txt") << "edited by hand\n";
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  EXPECT_EQ(pipeline_.count("write", "kept"), 4);
  EXPECT_EQ(pipeline_.count("write", "done"), 2);
  EXPECT_EQ(pipeline_.count("add", "done"), 2);
  EXPECT_EQ(pipeline_.read("out/n4.txt"), "5\n");
  std::string changed = text;
  changed.replace(changed.find("amount: 1"), 9, "amount: 2");
  ASSERT_EQ(pipeline_.run(changed).status, RunStatus::kOk);
  EXPECT_EQ(pipeline_.count("write", "done"), 6);
  EXPECT_EQ(pipeline_.read("out/n4.txt"), "6\n");
}

TEST_P(Engine, ForcingAStageMakesTheFilesAnewThatDependOnIt) {
  const std::string text = std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 3}}
  add: {use: fake.add, from: numbers}
  write: {use: fake.write, from: add, params: {folder: )" +
                           (dir_.path() / "out").string() + R"(}}
  other: {use: fake.write, from: numbers, params: {folder: )" +
                           (dir_.path() / "other").string() + "}}\n";
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  RunOptions forced;
  forced.force = {"add"};
  ASSERT_EQ(pipeline_.run(text, forced).status, RunStatus::kOk);
  EXPECT_EQ(pipeline_.count("add", "done"), 3);
  EXPECT_EQ(pipeline_.count("write", "done"), 3);
  EXPECT_EQ(pipeline_.count("other", "kept"), 3);
}

TEST_P(Engine, CachedStagesAreNotRunAgainAndNeitherIsWhatOnlyTheyNeed) {
  const std::string text = std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 8}}
  a: {use: fake.add, from: numbers}
  b: {use: fake.add, from: a, cache: true}
  sum: {use: fake.sum, from: b}
exports: {total: sum.total}
)";
  const std::string first = TestPipeline::exported(pipeline_.run(text), "total");
  const RunResult again = pipeline_.run(text);
  EXPECT_EQ(TestPipeline::exported(again, "total"), first);
  EXPECT_EQ(pipeline_.count("a", "done"), 0);
  EXPECT_EQ(pipeline_.count("b", "kept"), 8);
  RunOptions forced;
  forced.force = {"b"};
  EXPECT_EQ(TestPipeline::exported(pipeline_.run(text, forced), "total"), first);
  EXPECT_EQ(pipeline_.count("b", "done"), 8);
}

TEST_P(Engine, CancellationEndsTheRunAndKeepsFinishedItems) {
  StopFlags flags;
  RunOptions options;
  options.flags = &flags;
  flags.cancel = true;
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers}
  sum: {use: fake.sum, from: numbers}
)",
                                         options);
  EXPECT_EQ(result.status, RunStatus::kInterrupted);
  EXPECT_EQ(result.exit_code(), 130);
}

TEST_P(Engine, RunsASubPipelinePerElement) {
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

TEST_P(Engine, AFailingSourceEndsTheRun) {
  const RunResult result = pipeline_.run(std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {fail_at: 4}}
  sum: {use: fake.sum, from: numbers}
)");
  EXPECT_EQ(result.status, RunStatus::kFailed);
  EXPECT_EQ(result.error, "stage numbers: the source broke");
}

TEST(EngineRecord, TwoRunsCannotShareAFolder) {
  const nnflow::test::TempDir dir;
  const RunRecord first(dir.path() / "run");
  try {
    const RunRecord second(dir.path() / "run");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kResource);
    EXPECT_NE(std::string(error.what()).find("another run is using this run folder"),
              std::string::npos);
  }
}

struct Broken {
  const char* name;
  const char* text;
};

class BrokenPlugin : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenPlugin, IsRefusedWithItsPathAndTheReason) {
  const std::filesystem::path library =
      std::filesystem::path(NNFLOW_BROKEN_DIR) / plugin_file_name(GetParam().name);
  try {
    (void)load_plugin(library);
    FAIL() << "was loaded";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kPlugin);
    EXPECT_EQ(std::string(error.what()), library.string() + ": " + GetParam().text);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds,
    BrokenPlugin,
    ::testing::Values(
        Broken{"broken_no_symbol", "is not an nnflow plugin: it has no symbol nnflow_plugin"},
        Broken{"broken_magic", "is not an nnflow plugin: bad magic in its descriptor"},
        Broken{"broken_abi", "was built for plugin ABI 2.0, this nnflow takes 1.0 to 1.0"},
        Broken{"broken_build_tag",
               "was built as elsewhere/libfoo/none, this nnflow as " NNFLOW_BUILD_TAG},
        Broken{"broken_file_name",
               "holds the plugin 'another_name', expected in a file named "
               "libnnflow_plugin_another_name.so"},
        Broken{"broken_docs",
               "registration failed: stage broken_docs.nothing: summary ends with a full stop"},
        Broken{"broken_throws", "registration failed: no licence found"},
        Broken{"broken_duplicate",
               "registration failed: stage broken_duplicate.nothing is registered twice"},
        Broken{"broken_probe", "cannot run here: it needs a coprocessor"}),
    [](const auto& broken) { return std::string(broken.param.name); });

}  // namespace
}  // namespace nnflow::runtime::testing
