// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: a program loads, changes, validates and runs pipelines; engines do not see each other.
#include <atomic>
#include <latch>
#include <mutex>
#include <optional>
#include <thread>

#include "api_fixture.hpp"

namespace nnflow::test {
namespace {

constexpr const char* kSum = R"(
vars:
  count: {type: int, required: true, doc: how many}
stages:
  numbers: {use: fake.numbers, params: {count: "${count}"}}
  add: {use: fake.add, from: numbers}
  sum: {use: fake.sum, from: add}
exports: {total: sum.total}
)";

TEST_F(Api, LoadsChangesAndRuns) {
  Pipeline pipeline = engine_.load(write("sum.yaml", std::string(kHead) + kSum));
  EXPECT_EQ(pipeline.name(), "t");
  const Findings missing = pipeline.validate();
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing[0].path, "vars.count");
  EXPECT_EQ(missing[0].message, "a value is required");
  EXPECT_EQ(missing[0].line, 6);
  EXPECT_TRUE(has_errors(missing));

  pipeline.set("vars.count", 4).set("stages.add.params.amount", 10);
  EXPECT_EQ(format_findings(pipeline.validate()), "");
  const RunResult result = pipeline.run(options());
  ASSERT_EQ(result.status, RunStatus::kOk) << result.error;
  EXPECT_NO_THROW(result.check());
  EXPECT_EQ(result.get<Total>("total").sum, 0 + 1 + 2 + 3 + 4 * 10);

  pipeline.set("stages.add.params.amount=20");
  EXPECT_EQ(pipeline.run(options()).get<Total>("total").sum, 86);
  EXPECT_NE(pipeline.resolved().find("amount: 20"), std::string::npos);
  EXPECT_TRUE(fs::exists(dir_.path() / "run" / "summary.json"));
}

TEST_F(Api, ValuesKeepTheirType) {
  Pipeline pipeline = parse(
      "stages:\n  numbers: {use: fake.numbers, params: {count: 2}}\n  sum: {use: fake.sum, from: "
      "numbers}\nexports: {total: sum.total}\n");
  pipeline.set("stages.numbers.params.prefix", "12");  // a text, although it looks like a number
  EXPECT_EQ(format_findings(pipeline.validate()), "");
  EXPECT_EQ(pipeline.run(options()).get<Total>("total").order, "120@0;121@1;");
  pipeline.set("stages.numbers.params.count", "many");
  const Findings findings = pipeline.validate();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].message, "expected integer of at least 0, got \"many\"");
}

TEST_F(Api, MergesAFile) {
  Pipeline pipeline = engine_.load(write("sum.yaml", std::string(kHead) + kSum));
  pipeline.set("vars.count", 3).merge(write("more.yaml", "stages: {add: {params: {amount: 5}}}\n"));
  EXPECT_EQ(pipeline.run(options()).get<Total>("total").sum, 18);
}

TEST_F(Api, FindsPipelinesByName) {
  (void)write("inner.yaml", std::string(kHead) +
                                "stages:\n  numbers: {use: fake.numbers, params: {count: 3}}\n"
                                "  sum: {use: fake.sum, from: numbers}\n"
                                "exports: {total: sum.total}\n");
  const Engine engine({.plugin_dirs = {NNFLOW_FAKES_DIR},
                       .pipeline_dirs = {dir_.path()},
                       .cache_dir = dir_.path() / "cache"});
  EXPECT_EQ(engine.load("inner").run(options()).get<Total>("total").sum, 3);
  Pipeline outer = engine.parse(std::string(kHead) +
                                "stages: {inner: {use: \"pipeline:inner.yaml\"}}\n"
                                "exports: {total: inner.total}\n");
  EXPECT_EQ(outer.run(options()).get<Total>("total").sum, 3);
}

TEST_F(Api, WhatIsNoPipelineIsRefusedWithItsFindings) {
  EXPECT_EQ(
      thrown(ErrorCode::kInvalidPipeline,
             [&] { (void)engine_.parse("nnflow: 1\nstages: {a: {usw: x}}\n", "bad.yaml"); }),
      "bad.yaml:2:14: error: stages.a: unknown key of a stage \"usw\"; did you mean \"use\"?\n"
      "  note: allowed are use, from, params, after, hints, cache, on_error, when, foreach, "
      "stages, doc\n"
      "bad.yaml:2:13: error: stages.a: a stage needs \"use\" with a stage id");
  EXPECT_NE(thrown(ErrorCode::kInvalidPipeline, [&] { (void)engine_.load("nowhere.yaml"); })
                .find("nowhere.yaml: error: "),
            std::string::npos);
  Pipeline unknown = parse("stages: {a: {use: fake.nothing}}\n");
  EXPECT_NE(thrown(ErrorCode::kInvalidPipeline, [&] { (void)unknown.run(options()); })
                .find("unknown stage \"fake.nothing\""),
            std::string::npos);
}

TEST_F(Api, ResultsSayWhatIsWrong) {
  Pipeline pipeline = engine_.load(write("sum.yaml", std::string(kHead) + kSum));
  pipeline.set("vars.count", 4);
  const RunResult good = pipeline.run(options());
  EXPECT_EQ(thrown(ErrorCode::kInternal, [&] { (void)good.get<Total>("sum"); }),
            "the run has no export 'sum'; there are total");
  EXPECT_EQ(thrown(ErrorCode::kInternal, [&] { (void)good.get<Number>("total"); }),
            "payload is 'fake.total/1', expected 'fake.number/1'");
  pipeline.set("stages.add.params.fail_on", 2);
  const RunResult bad = pipeline.run(options());
  EXPECT_EQ(bad.status, RunStatus::kFailed);
  EXPECT_EQ(bad.exit_code(), 3);
  EXPECT_EQ(thrown(ErrorCode::kInvalidData, [&] { bad.check(); }),
            "stage add: item n2: number 2 is unlucky");
}

TEST_F(Api, TellsMessagesAndProgress) {
  Pipeline pipeline = engine_.load(write("sum.yaml", std::string(kHead) + kSum));
  pipeline.set("vars.count", 50).set("stages.add.params.log_on", 7);
  std::mutex mutex;
  std::vector<std::string> messages;
  std::vector<StageProgress> last;
  RunOptions options = this->options();
  options.on_log = [&](LogLevel, const std::string& text) {
    const std::scoped_lock lock(mutex);
    messages.push_back(text);
  };
  options.on_progress = [&](const std::vector<StageProgress>& stages) { last = stages; };
  ASSERT_EQ(pipeline.run(options).status, RunStatus::kOk);
  EXPECT_EQ(messages, std::vector<std::string>{"add [n7]: number 7"});
  ASSERT_EQ(last.size(), 3U);
  EXPECT_EQ(last[2].run, "t");
  EXPECT_EQ(last[2].stage, "sum");
  EXPECT_EQ(last[2].done, 50U);
  EXPECT_EQ(last[2].total, 50U);
}

TEST_F(Api, RunsInTheBackground) {
  Pipeline pipeline = engine_.load(write("sum.yaml", std::string(kHead) + kSum));
  pipeline.set("vars.count", 40).set("stages.add.params.delay_us", 1000);
  RunHandle first = pipeline.start(options());
  RunOptions other = options();
  other.run_dir = dir_.path() / "other";
  other.seed = 5;
  RunHandle second = pipeline.start(other);
  EXPECT_EQ(first.wait().get<Total>("total").sum, 820);
  EXPECT_EQ(second.wait().get<Total>("total").sum, 820);
  EXPECT_TRUE(first.done());
}

TEST_F(Api, ARunThatIsDroppedIsCancelled) {
  Pipeline pipeline = engine_.load(write("sum.yaml", std::string(kHead) + kSum));
  pipeline.set("vars.count", 1'000'000).set("stages.add.params.delay_us", 1000);
  StopFlags flags;
  RunOptions options = this->options();
  options.flags = &flags;
  { const RunHandle run = pipeline.start(options); }
  EXPECT_TRUE(flags.cancel);
  RunHandle again = pipeline.start(options);  // the folder is free, and the flag still says to end
  EXPECT_EQ(again.wait().status, RunStatus::kInterrupted);
}

TEST_F(Api, ARunThatCannotStartThrows) {
  Pipeline pipeline =
      parse("stages:\n  input: {use: app.input}\n  output: {use: app.output, from: input}\n");
  Feed<Number> feed = pipeline.feed<Number>("input");
  pipeline.collect<Number>("output", [](const Item<Number>&) {});
  RunHandle run = pipeline.start(options());
  ASSERT_TRUE(feed.push("a", {1}));
  ASSERT_TRUE(feed.push("b", {1}));  // was taken: the run has begun
  ASSERT_TRUE(feed.push("c", {1}));
  Pipeline other = engine_.load(write("sum.yaml", std::string(kHead) + kSum));
  other.set("vars.count", 1);
  EXPECT_NE(thrown(ErrorCode::kResource, [&] { (void)other.run(options()); }).find("run"),
            std::string::npos);
  feed.close();
  EXPECT_EQ(run.wait().status, RunStatus::kOk);
}

TEST_F(Api, APipelineKeepsItsEngine) {
  std::optional<Engine> engine(
      std::in_place, EngineOptions{.plugin_dirs = {NNFLOW_FAKES_DIR}, .cache_dir = dir_.path()});
  Pipeline pipeline = engine->parse(std::string(kHead) + kSum);
  engine.reset();
  pipeline.set("vars.count", 3);
  EXPECT_EQ(pipeline.run(options()).get<Total>("total").sum, 6);
}

class Doubled final : public MapStage {
 public:
  static constexpr In<Number> kIn{"number"};
  static constexpr Out<Number> kOut{"number"};
  static void describe(StageSpec& spec) {
    spec.summary("Twice a number").input(kIn, "a number").output(kOut, "twice that");
  }
  explicit Doubled(const StageConfig&) {}
  void process(Context& ctx) const override { ctx.emit(kOut, Number{2 * ctx.get(kIn).value}); }
};

TEST_F(Api, AProgramBringsItsOwnStages) {
  engine_.add_plugin("app", [](Registry& registry) { registry.add<Doubled>("app.double"); });
  const std::vector<std::string> stages = engine_.stages();
  for (const char* id : {"app.double", "app.input", "app.output", "fake.add"})
    EXPECT_NE(std::find(stages.begin(), stages.end(), id), stages.end()) << id;
  Pipeline pipeline = parse(
      "stages:\n  numbers: {use: fake.numbers, params: {count: 4}}\n  double: {use: app.double, "
      "from: numbers}\n  sum: {use: fake.sum, from: double}\nexports: {total: sum.total}\n");
  EXPECT_EQ(pipeline.run(options()).get<Total>("total").sum, 12);
  EXPECT_EQ(
      thrown(ErrorCode::kPlugin,
             [&] { engine_.add_plugin("app", [](Registry& r) { r.add<Doubled>("app.double"); }); }),
      "stage app.double is registered twice");
  EXPECT_EQ(thrown(ErrorCode::kPlugin, [&] { engine_.add_source<Number>("app.Input"); }),
            "stage app.Input: expected an id of the form app.snake_case");
  EXPECT_NE(thrown(ErrorCode::kPlugin, [&] { engine_.add_sink<Number>("fake.output"); })
                .find("the program has a plugin 'fake' of its own"),
            std::string::npos);
}

/// A folder with one plugin of the fakes.
fs::path only(const fs::path& folder, const std::string& plugin) {
  const std::string name = "libnnflow_plugin_" + plugin + ".so";
  fs::create_directories(folder);
  fs::copy_file(fs::path(NNFLOW_FAKES_DIR) / name, folder / name);
  return folder;
}

TEST_F(Api, TwoEnginesRunAtOnceAndDoNotSeeEachOther) {
  constexpr int kRounds = 20;
  std::latch both(2);
  std::vector<std::string> problems[2];
  const auto work = [&](int index) {
    const std::string plugin = index == 0 ? "fake" : "probe";
    const fs::path own = dir_.path() / plugin;
    Engine engine({.plugin_dirs = {only(own / "plugins", plugin)}, .cache_dir = own / "cache"});
    engine.add_source<Number>(index == 0 ? "app.first" : "app.second");
    engine.add_sink<Number>("app.output");
    if (index == 0) engine.add_plugin("app", [](Registry& r) { r.add<Doubled>("app.double"); });
    both.arrive_and_wait();
    const std::string source = index == 0 ? "app.first" : "app.second";
    Pipeline pipeline =
        engine.parse(std::string(kHead) + "stages:\n  input: {use: " + source + "}\n" +
                     (index == 0 ? "  double: {use: app.double, from: {number: input.value}}\n"
                                   "  output: {use: app.output, from: {value: double.number}}\n"
                                 : "  output: {use: app.output, from: input}\n"));
    for (int round = 0; round < kRounds; ++round) {
      Feed<Number> feed = pipeline.feed<Number>("input");
      Collect<Number> collect = pipeline.collect<Number>("output");
      RunHandle run = pipeline.start({.run_dir = own / "run", .threads = 2});
      std::thread pushing([&feed] {
        for (int i = 0; i < 50; ++i) feed.push("i" + std::to_string(i), {i});
        feed.close();
      });
      std::int64_t sum = 0;
      while (const auto item = collect.next()) sum += item->value.value;
      pushing.join();
      const RunResult result = run.wait();
      if (result.status != RunStatus::kOk) problems[index].push_back(result.error);
      if (sum != (index == 0 ? 2 : 1) * 1225) problems[index].push_back(std::to_string(sum));
    }
    const std::vector<std::string> stages = engine.stages();
    for (const std::string& id : stages) {
      if (id.starts_with(index == 0 ? "probe." : "fake.") ||
          id == (index == 0 ? "app.second" : "app.first"))
        problems[index].push_back("sees " + id);
    }
  };
  std::thread first(work, 0);
  std::thread second(work, 1);
  first.join();
  second.join();
  EXPECT_EQ(problems[0], std::vector<std::string>());
  EXPECT_EQ(problems[1], std::vector<std::string>());
}

TEST(EngineOptions, OfTheInstallationLookBesideTheLibrary) {
  const EngineOptions options = EngineOptions::installed();
  ASSERT_FALSE(options.plugin_dirs.empty());
  EXPECT_EQ(options.plugin_dirs.back(), fs::path(NNFLOW_BUILD_DIR) / "lib" / "nnflow" / "plugins");
}

}  // namespace
}  // namespace nnflow::test
