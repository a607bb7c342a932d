// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: a program streams items into a pipeline and results out of it, in order and bounded.
#include <atomic>
#include <chrono>
#include <thread>

#include "api_fixture.hpp"

namespace nnflow::test {
namespace {

constexpr const char* kThrough = R"(
stages:
  input: {use: app.input}
  add: {use: fake.add, from: {number: input.value}, params: {amount: 100}}
  output: {use: app.output, from: {value: add.number}}
)";

/// A promise holds at any number of threads.
class Stream : public Api, public ::testing::WithParamInterface<int> {
 protected:
  [[nodiscard]] RunOptions options() const { return Api::options(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Threads, Stream, ::testing::Values(1, 2, 4));

TEST_P(Stream, ItemsComeOutInOrder) {
  constexpr int kItems = 500;
  Pipeline pipeline = parse(kThrough);
  pipeline.set("stages.add.params.delay_us", 50);
  Feed<Number> feed = pipeline.feed<Number>("input");
  Collect<Number> collect = pipeline.collect<Number>("output");
  RunHandle run = pipeline.start(options());
  std::thread pushing([&feed] {
    for (int i = 0; i < kItems; ++i) feed.push("i" + std::to_string(i), {i}, {.bytes = 1});
    feed.close();
  });
  int count = 0;
  while (const auto item = collect.next()) {
    EXPECT_EQ(item->id, "i" + std::to_string(count));
    EXPECT_EQ(item->ordinal, static_cast<std::uint64_t>(count));
    EXPECT_EQ(item->value.value, 100 + count);
    ++count;
  }
  pushing.join();
  const RunResult result = run.wait();
  EXPECT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(count, kItems);
  EXPECT_FALSE(collect.next());
}

TEST_P(Stream, OneThreadPushesAndTakesInTurn) {
  Pipeline pipeline = parse(kThrough);
  Feed<Number> feed = pipeline.feed<Number>("input");
  Collect<Number> collect = pipeline.collect<Number>("output");
  RunHandle run = pipeline.start(options());
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(feed.push("i" + std::to_string(i), {i}));
    const auto item = collect.next();
    ASSERT_TRUE(item);
    ASSERT_EQ(item->value.value, 100 + i);
  }
  feed.close();
  EXPECT_FALSE(collect.next());
  EXPECT_EQ(run.wait().status, RunStatus::kOk);
}

TEST_P(Stream, PushWaitsForPlaces) {
  constexpr int kInFlight = 3;
  constexpr int kAhead = kInFlight + 2;  // one waits for a place, one for the source
  constexpr int kItems = 60;
  Pipeline pipeline = parse(kThrough);
  pipeline.set("run.in_flight", kInFlight);
  Feed<Number> feed = pipeline.feed<Number>("input");
  Collect<Number> collect = pipeline.collect<Number>("output");
  RunHandle run = pipeline.start(options());
  std::atomic<int> pushed{0};
  std::thread pushing([&] {
    for (int i = 0; i < kItems; ++i) {
      feed.push("i" + std::to_string(i), {i});
      ++pushed;
    }
    feed.close();
  });
  while (pushed < kInFlight) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // nobody takes: it must not go on
  EXPECT_LE(pushed, kAhead);
  int taken = 0;
  while (const auto item = collect.next()) {
    ++taken;
    EXPECT_LE(pushed, taken + kAhead);
  }
  pushing.join();
  EXPECT_EQ(taken, kItems);
  EXPECT_EQ(run.wait().status, RunStatus::kOk);
}

TEST_P(Stream, ManyThreadsPushAndTake) {
  constexpr int kThreads = 4;
  constexpr int kEach = 200;
  Pipeline pipeline = parse(kThrough);
  pipeline.set("run.in_flight", 5);
  Feed<Number> feed = pipeline.feed<Number>("input");
  Collect<Number> collect = pipeline.collect<Number>("output");
  RunHandle run = pipeline.start(options());
  std::vector<std::thread> threads;
  std::atomic<std::int64_t> sum{0};
  std::atomic<int> open{kThreads};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i)
        feed.push("t" + std::to_string(t) + "_" + std::to_string(i), {1});
      if (--open == 0) feed.close();
    });
    threads.emplace_back([&] {
      while (const auto item = collect.next()) sum += item->value.value;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(run.wait().status, RunStatus::kOk);
  EXPECT_EQ(sum, 101 * kThreads * kEach);
}

TEST_P(Stream, AFunctionGetsItemsInOrder) {
  Pipeline pipeline = parse(kThrough);
  pipeline.set("stages.add.params.delay_us", 50);
  Feed<Number> feed = pipeline.feed<Number>("input");
  std::vector<std::string> ids;
  pipeline.collect<Number>("output", [&ids](Item<Number> item) { ids.push_back(item.id); });
  RunHandle run = pipeline.start(options());
  std::vector<std::string> expected;
  for (int i = 0; i < 200; ++i) {
    expected.push_back("i" + std::to_string(i));
    feed.push(expected.back(), {i});
  }
  feed.close();
  EXPECT_EQ(run.wait().status, RunStatus::kOk);
  EXPECT_EQ(ids, expected);
}

TEST_P(Stream, TheLastFeedThatGoesEndsTheStream) {
  Pipeline pipeline = parse(kThrough);
  Collect<Number> collect = pipeline.collect<Number>("output");
  {
    Feed<Number> feed = pipeline.feed<Number>("input");
    const Feed<Number> copy = feed;
  }
  EXPECT_EQ(pipeline.run(options()).status, RunStatus::kOk);
  EXPECT_FALSE(collect.next());
}

TEST_P(Stream, ResultsOutliveTheRun) {
  Pipeline pipeline = parse(kThrough);
  Feed<Number> feed = pipeline.feed<Number>("input");
  Collect<Number> collect = pipeline.collect<Number>("output");
  {
    RunHandle run = pipeline.start(options());
    feed.push("a", {1});
    feed.push("b", {2});
    feed.close();
    EXPECT_EQ(run.wait().status, RunStatus::kOk);
  }
  EXPECT_EQ(collect.next()->value.value, 101);
  EXPECT_EQ(collect.next()->value.value, 102);
  EXPECT_FALSE(collect.next());
}

TEST_P(Stream, WhatNobodyTakesIsDropped) {
  Pipeline pipeline = parse(kThrough);
  pipeline.set("run.in_flight", 2);
  Feed<Number> feed = pipeline.feed<Number>("input");
  std::optional<Collect<Number>> collect = pipeline.collect<Number>("output");
  RunHandle run = pipeline.start(options());
  std::thread pushing([&feed] {
    for (int i = 0; i < 100; ++i) feed.push("i" + std::to_string(i), {i});
    feed.close();
  });
  EXPECT_TRUE(collect->next());
  collect.reset();
  pushing.join();
  EXPECT_EQ(run.wait().status, RunStatus::kOk);
}

TEST_P(Stream, GroupsKeepTheirPlaces) {
  Pipeline pipeline = parse(R"(
run: {in_flight: 4}
stages:
  input: {use: app.input}
  group: {use: fake.group, from: {number: input.value}, params: {size: 4}}
  output: {use: app.output, from: {value: group.number}}
)");
  Feed<Number> feed = pipeline.feed<Number>("input");
  Collect<Number> collect = pipeline.collect<Number>("output");
  RunHandle run = pipeline.start(options());
  std::thread pushing([&feed] {
    for (int i = 0; i < 102; ++i) feed.push("i" + std::to_string(i), {1});
    feed.close();
  });
  std::vector<std::int64_t> sums;
  while (const auto item = collect.next()) sums.push_back(item->value.value);
  pushing.join();
  EXPECT_EQ(run.wait().status, RunStatus::kOk);
  std::vector<std::int64_t> expected(25, 4);
  expected.push_back(2);
  EXPECT_EQ(sums, expected);
}

TEST_P(Stream, MergesWithOtherSources) {
  Pipeline pipeline = parse(R"(
run: {in_flight: 2}
stages:
  input: {use: app.input}
  own: {use: fake.add, from: {number: input.value}, params: {amount: 0}}
  numbers: {use: fake.numbers, params: {count: 50, ordinal_step: 2}}
  others: {use: fake.add, from: numbers, params: {amount: 0}}
  sum: {use: fake.sum, from: {number: {merge: [own.number, others.number]}}}
exports: {total: sum.total}
)");
  Feed<Number> feed = pipeline.feed<Number>("input");
  RunHandle run = pipeline.start(options());
  std::string expected;
  for (int i = 0; i < 50; ++i) {
    const auto ordinal = static_cast<std::uint64_t>(2 * i + 1);
    feed.push("p" + std::to_string(i), {i}, {.ordinal = ordinal});
    expected += "n" + std::to_string(i) + "@" + std::to_string(2 * i) + ";";
    expected += "p" + std::to_string(i) + "@" + std::to_string(ordinal) + ";";
  }
  feed.close();
  const RunResult result = run.wait();
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_EQ(result.get<Total>("total").order, expected);
}

TEST_P(Stream, ItemsWithADigestAreKept) {
  Pipeline pipeline = parse(R"(
stages:
  input: {use: app.input}
  write: {use: fake.write, from: {number: input.value}, params: {folder: out}}
)");
  pipeline.set("stages.write.params.folder", (dir_.path() / "out").string());
  const auto kept = [&](const std::string& digest) {
    Feed<Number> feed = pipeline.feed<Number>("input");
    RunHandle run = pipeline.start(options());
    for (int i = 0; i < 5; ++i) {
      const std::string id = "i" + std::to_string(i);
      feed.push(id, {i}, {.digest = digest + id});
    }
    feed.close();
    EXPECT_EQ(run.wait().status, RunStatus::kOk);
    std::ifstream stream(dir_.path() / "run" / "summary.json");
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    return Value::parse_json(text).find("stages")->find("write")->find("kept")->as_integer();
  };
  EXPECT_EQ(kept("a"), 0);
  EXPECT_EQ(kept("a"), 5);
  EXPECT_EQ(kept("b"), 0);
}

}  // namespace
}  // namespace nnflow::test
