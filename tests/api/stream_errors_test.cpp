// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: nobody waits for ever: whatever ends a run wakes those who push and take.
#include <array>
#include <cstdio>
#include <thread>

#include "api_fixture.hpp"

namespace nnflow::test {
namespace {

constexpr const char* kThrough = R"(
stages:
  input: {use: app.input}
  add: {use: fake.add, from: {number: input.value}, params: {amount: 100, fail_on: 7}}
  output: {use: app.output, from: {value: add.number}}
)";

class StreamErrors : public Api, public ::testing::WithParamInterface<int> {
 protected:
  [[nodiscard]] RunOptions options() const { return Api::options(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Threads, StreamErrors, ::testing::Values(1, 3));

TEST_P(StreamErrors, AFailureEndsBothEnds) {
  Pipeline pipeline = parse(kThrough);
  Feed<Number> feed = pipeline.feed<Number>("input");
  Collect<Number> collect = pipeline.collect<Number>("output");
  RunHandle run = pipeline.start(options());
  std::thread taking([&collect] {
    while (collect.next()) continue;
  });
  int i = 0;
  while (feed.push("i" + std::to_string(i), {i})) ++i;
  taking.join();
  const RunResult result = run.wait();
  EXPECT_EQ(result.status, RunStatus::kFailed);
  EXPECT_EQ(result.error, "stage add: item i7: number 7 is unlucky");
  EXPECT_FALSE(feed.push("late", {1}));
}

TEST_P(StreamErrors, ItemsThatAreGivenUpDoNotCome) {
  Pipeline pipeline = parse(std::string("run: {on_error: skip_item}\n") + kThrough);
  Feed<Number> feed = pipeline.feed<Number>("input");
  std::vector<std::string> ids;
  pipeline.collect<Number>("output", [&ids](Item<Number> item) { ids.push_back(item.id); });
  RunHandle run = pipeline.start(options());
  for (int i = 6; i < 9; ++i) feed.push("i" + std::to_string(i), {i});
  feed.close();
  const RunResult result = run.wait();
  EXPECT_EQ(result.status, RunStatus::kItemsSkipped);
  EXPECT_EQ(result.skipped, std::vector<std::string>{"stage add: item i7: number 7 is unlucky"});
  EXPECT_EQ(ids, (std::vector<std::string>{"i6", "i8"}));
}

TEST_P(StreamErrors, AFunctionThatThrowsFailsTheRun) {
  Pipeline pipeline = parse(kThrough);
  Feed<Number> feed = pipeline.feed<Number>("input");
  pipeline.collect<Number>("output", [](const Item<Number>& item) {
    if (item.id == "b") throw std::runtime_error("no place for b");
  });
  RunHandle run = pipeline.start(options());
  feed.push("a", {1});
  feed.push("b", {2});
  feed.close();
  const RunResult result = run.wait();
  EXPECT_EQ(result.status, RunStatus::kFailed);
  EXPECT_EQ(result.error, "stage output: item b: no place for b");
}

TEST_P(StreamErrors, ARunThatWaitsForItemsCanBeEnded) {
  for (const bool orderly : {false, true}) {
    Pipeline pipeline = parse(kThrough);
    Feed<Number> feed = pipeline.feed<Number>("input");
    Collect<Number> collect = pipeline.collect<Number>("output");
    RunHandle run = pipeline.start(options());
    feed.push("a", {1});
    EXPECT_TRUE(collect.next());
    if (orderly) {
      run.stop();
    } else {
      run.cancel();
    }
    EXPECT_FALSE(collect.next());
    const RunResult result = run.wait();
    EXPECT_EQ(result.status, RunStatus::kInterrupted);
    EXPECT_EQ(result.code, ErrorCode::kCancelled);
    EXPECT_FALSE(feed.push("b", {1}));
  }
}

TEST_P(StreamErrors, ARunThatWaitsForSomebodyToTakeCanBeEnded) {
  for (const bool orderly : {false, true}) {
    Pipeline pipeline = parse(kThrough);
    pipeline.set("run.in_flight", 2);
    Feed<Number> feed = pipeline.feed<Number>("input");
    Collect<Number> collect = pipeline.collect<Number>("output");
    RunHandle run = pipeline.start(options());
    std::thread pushing([&feed] {
      for (int i = 10; feed.push("i" + std::to_string(i), {i}); ++i) continue;
    });
    const auto first = collect.next();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->id, "i10");
    if (orderly) {
      run.stop();
    } else {
      run.cancel();
    }
    pushing.join();
    EXPECT_EQ(run.wait().status, RunStatus::kInterrupted);
    while (collect.next()) continue;
  }
}

TEST_P(StreamErrors, ARunThatCannotStartEndsItsEnds) {
  Pipeline pipeline = parse(kThrough);
  Feed<Number> feed = pipeline.feed<Number>("input");
  Collect<Number> collect = pipeline.collect<Number>("output");
  RunOptions options = this->options();
  options.run_dir = write("file", "") / "run";
  RunHandle run = pipeline.start(options);
  EXPECT_FALSE(collect.next());
  EXPECT_FALSE(feed.push("a", {1}));
  EXPECT_NE(thrown(ErrorCode::kIo, [&] { (void)run.wait(); }), "");
}

TEST_F(Api, EndsMustFitTheStages) {
  Pipeline pipeline = parse(kThrough);
  EXPECT_EQ(thrown(ErrorCode::kInvalidParam, [&] { (void)pipeline.feed<Number>("inptu"); }),
            "no stage 'inptu' that the program can feed; there are input");
  EXPECT_EQ(thrown(ErrorCode::kInvalidParam, [&] { (void)pipeline.collect<Number>("add"); }),
            "no stage 'add' that the program can collect from; there are output");
  EXPECT_EQ(thrown(ErrorCode::kInvalidParam, [&] { (void)pipeline.feed<Total>("input"); }),
            "stage input (app.input) carries fake.number/1, not fake.total/1");
  EXPECT_EQ(
      thrown(ErrorCode::kInvalidPipeline, [&] { (void)pipeline.run(options()); }),
      "stage input (app.input) has no end in the program: call feed(\"input\") before the run");
  Feed<Number> feed = pipeline.feed<Number>("input");
  EXPECT_EQ(thrown(ErrorCode::kInvalidParam, [&] { (void)pipeline.feed<Number>("input"); }),
            "stage input has an end in the program already");
  EXPECT_EQ(thrown(ErrorCode::kInvalidPipeline, [&] { (void)pipeline.run(options()); }),
            "stage output (app.output) has no end in the program: call collect(\"output\") before "
            "the run");
  feed.close();
  EXPECT_EQ(thrown(ErrorCode::kInternal, [&] { feed.push("a", {1}); }),
            "an item was pushed after close()");
}

TEST_F(Api, PortsOfEndsAreChecked) {
  engine_.add_sink<Total>("app.totals");
  const Pipeline pipeline = parse(
      "stages:\n  input: {use: app.input}\n  output: {use: app.totals, from: {value: "
      "input.value}}\n");
  const Findings findings = pipeline.validate();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].message,
            "port type mismatch: the input \"value\" of app.totals takes fake.total/1, but "
            "input.value gives fake.number/1");
}

TEST_F(Api, ItemsOfAProgramAreNotReplayed) {
  const Pipeline pipeline = parse(R"(
stages:
  input: {use: app.input}
  sum: {use: fake.sum, from: {number: input.value}}
  add: {use: fake.add, from: {number: input.value, total: sum.total}}
  output: {use: app.output, from: {value: add.number}}
)");
  const Findings findings = pipeline.validate();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].path, "stages.input");
  EXPECT_EQ(findings[0].message,
            "the program gives the items of this stage once, and they are needed in 2 phases");
}

TEST_F(Api, AForeachHasNoEnds) {
  (void)write("inner.yaml", std::string(kHead) +
                                "stages:\n  input: {use: app.input}\n"
                                "  sum: {use: fake.sum, from: {number: input.value}}\n");
  Pipeline pipeline = parse("stages: {each: {use: \"pipeline:inner.yaml\", foreach: [a]}}\n");
  const RunResult result = pipeline.run(options());
  EXPECT_EQ(result.status, RunStatus::kFailed);
  EXPECT_EQ(result.error,
            "stage each: element a: stage input: inside a foreach a program can neither feed a "
            "stage nor collect from one");
}

TEST_F(Api, WhatUntilLeavesOutEndsAtOnce) {
  Pipeline pipeline = parse(R"(
stages:
  numbers: {use: fake.numbers, params: {count: 3}}
  sum: {use: fake.sum, from: numbers}
  input: {use: app.input}
  output: {use: app.output, from: input}
exports: {total: sum.total}
)");
  Feed<Number> feed = pipeline.feed<Number>("input");
  Collect<Number> collect = pipeline.collect<Number>("output");
  RunOptions options = this->options();
  options.until = "sum";
  RunHandle run = pipeline.start(options);
  EXPECT_FALSE(feed.push("a", {1}));
  EXPECT_FALSE(collect.next());
  EXPECT_EQ(run.wait().get<Total>("total").sum, 3);
}

TEST_F(Api, TheCommandLineDoesNotKnowStagesOfAProgram) {
  const fs::path file = write("app.yaml", std::string(kHead) + kThrough);
  const std::string command = std::string(NNFLOW_BUILD_DIR) + "/bin/nnflow run " + file.string() +
                              " --plugin-dir " + NNFLOW_FAKES_DIR + " 2>&1; echo code $?";
  std::FILE* const pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string text;
  std::array<char, 512> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe))
    text.append(buffer.data(), size);
  pclose(pipe);
  EXPECT_NE(text.find("stages.input.use: unknown stage \"app.input\""), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("code 1\n")) << text;
}

}  // namespace
}  // namespace nnflow::test
