// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: a run leaves a record of its own.
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include "engine_fixture.hpp"

namespace nnflow::runtime::testing {
namespace {

class Record : public EngineTest {};

INSTANTIATE_TEST_SUITE_P(Threads, Record, kThreads);

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

TEST(EngineRecord, TheLockNamesItsHolderWhileTheRunLasts) {
  const nnflow::test::TempDir dir;
  {
    const RunRecord record(dir.path() / "run", 10);
    const auto holder = run_holder(dir.path() / "run");
    ASSERT_TRUE(holder);
    EXPECT_EQ(holder->pid, ::getpid());
    EXPECT_EQ(holder->stop_signal, 10);
  }
  EXPECT_FALSE(run_holder(dir.path() / "run"));
  EXPECT_THROW((void)run_holder(dir.path() / "elsewhere"), Error);
}

TEST_P(Record, TheTraceHasEveryCall) {
  pipeline_.write("inner.yaml", std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 5}}
  add: {use: fake.add, from: numbers}
  sum: {use: fake.sum, from: add}
)");
  const std::string text = std::string(kHead) + R"(
stages:
  numbers: {use: fake.numbers, params: {count: 20}}
  add: {use: fake.add, from: numbers, params: {delay_us: 50}}
  sum: {use: fake.sum, from: add}
  each: {use: "pipeline:inner.yaml", foreach: [{id: x}]}
)";
  ASSERT_EQ(pipeline_.run(text).status, RunStatus::kOk);
  std::map<std::string, int> calls;
  const Value trace = Value::parse_json(pipeline_.read("run/trace.json"));
  for (const Value& event : trace.find("traceEvents")->as_array()) {
    if (event.find("ph")->as_string() != "X") continue;
    ++calls[event.find("name")->as_string()];
    EXPECT_GE(event.find("ts")->as_number(), 0);
    EXPECT_GE(event.find("dur")->as_number(), 0);
  }
  const std::map<std::string, int> expected{
      {"add", 20}, {"sum", 21}, {"t/each x: add", 5}, {"t/each x: sum", 6}};
  EXPECT_EQ(calls, expected);
  std::filesystem::remove(dir_.path() / "run" / "trace.json");
  ASSERT_EQ(pipeline_.run(text + "run: {record: summary}\n").status, RunStatus::kOk);
  EXPECT_FALSE(std::filesystem::exists(dir_.path() / "run" / "trace.json"));
}

}  // namespace
}  // namespace nnflow::runtime::testing
