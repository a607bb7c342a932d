// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// What the engine costs: a chain of ten empty stages between a source and an ordered sink, against
// the same chain written by hand on oneTBB (function nodes, a limiter, a sequencer; a shared_ptr is
// passed). The limit is the time per stage and item of the hand-written chain, in the same run.
#include <benchmark/benchmark.h>
#include <tbb/flow_graph.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

#include "pipeline/validate.hpp"
#include "plugin/plugin_set.hpp"
#include "run.hpp"

namespace nnflow::runtime {
namespace {

constexpr std::int64_t kItems = 100'000;
constexpr int kStages = 10;

void count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * kItems * kStages);
  state.counters["us_per_stage_and_item"] =
      benchmark::Counter(static_cast<double>(state.iterations() * kItems * kStages) / 1e6,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

struct Token {
  std::int64_t value = 0;
};
using TokenPtr = std::shared_ptr<Token>;

void hand_written(benchmark::State& state) {
  namespace flow = tbb::flow;
  const auto threads = static_cast<int>(state.range(0));
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(threads));
  tbb::task_arena arena(threads);
  for (auto _ : state) {
    arena.execute([&] {
      flow::graph graph;
      std::int64_t next = 0;
      std::int64_t seen = 0;
      flow::input_node<TokenPtr> source(graph, [&](tbb::flow_control& control_flow) -> TokenPtr {
        if (next >= kItems) {
          control_flow.stop();
          return nullptr;
        }
        return std::make_shared<Token>(Token{next++});
      });
      flow::limiter_node<TokenPtr> limiter(graph, 2 * static_cast<std::size_t>(threads));
      using Map = flow::function_node<TokenPtr, TokenPtr>;
      std::vector<std::unique_ptr<Map>> maps;
      for (int i = 0; i < kStages; ++i) {
        maps.push_back(std::make_unique<Map>(graph, flow::unlimited,
                                             [](const TokenPtr& token) { return token; }));
      }
      flow::sequencer_node<TokenPtr> sequencer(
          graph, [](const TokenPtr& token) { return static_cast<std::size_t>(token->value); });
      flow::function_node<TokenPtr, flow::continue_msg> sink(graph, flow::serial,
                                                             [&](const TokenPtr& token) {
                                                               if (token->value != seen++)
                                                                 std::abort();
                                                               return flow::continue_msg{};
                                                             });
      flow::make_edge(source, limiter);
      flow::make_edge(limiter, *maps.front());
      for (std::size_t i = 1; i < maps.size(); ++i) flow::make_edge(*maps[i - 1], *maps[i]);
      flow::make_edge(*maps.back(), sequencer);
      flow::make_edge(sequencer, sink);
      flow::make_edge(sink, limiter.decrementer());
      source.activate();
      graph.wait_for_all();
      if (seen != kItems) state.SkipWithError("items were lost");
    });
  }
  count(state);
}

std::string chain() {
  std::string text = "nnflow: 1\nname: chain\nsummary: Empty stages\nstages:\n";
  text += "  s: {use: empty.source, params: {count: " + std::to_string(kItems) + "}}\n";
  std::string before = "s";
  for (int i = 0; i < kStages; ++i) {
    const std::string id = "m" + std::to_string(i);
    text += "  " + id + ": {use: empty.pass, from: " + before + "}\n";
    before = id;
  }
  text += "  sink: {use: empty.sink, from: " + before + "}\nrun: {record: summary}\n";
  return text;
}

void engine(benchmark::State& state) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("nnflow-bench-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "chain.yaml") << chain();
  PluginSet plugins({NNFLOW_EMPTY_DIR});
  ResolveOptions resolve;
  resolve.threads = static_cast<int>(state.range(0));
  Findings findings;
  const auto pipeline = resolve_pipeline(folder / "chain.yaml", resolve, plugins, findings);
  if (pipeline == nullptr) {
    state.SkipWithError(format_findings(findings).c_str());
    return;
  }
  RunOptions options;
  options.run_dir = folder / "run";
  for (auto _ : state) {
    const RunResult result = run_pipeline(*pipeline, plugins, options);
    if (result.status != RunStatus::kOk) state.SkipWithError(result.error.c_str());
  }
  count(state);
  std::filesystem::remove_all(folder);
}

BENCHMARK(hand_written)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(engine)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nnflow::runtime
