// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: any graph gives what a sequential interpreter of the contracts gives, at any number of
// threads, anew and with what an earlier run left. NNFLOW_GRAPHS sets how many graphs are tried
// (default 60), NNFLOW_FIRST_GRAPH where they start.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "random_graph.hpp"
#include "support/temp_dir.hpp"
#include "test_pipeline.hpp"

namespace nnflow::runtime::testing {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

Expected result_of(const RandomGraph& graph, const RunResult& result) {
  Expected got;
  for (const RandomStage& stage : graph.stages) {
    if (stage.use == "sum" || stage.use == "count")
      got.totals[stage.id] = TestPipeline::exported(result, stage.id);
  }
  // A replayed stage gives an item up in every phase.
  const std::set<std::string> unique(result.skipped.begin(), result.skipped.end());
  got.skipped.assign(unique.begin(), unique.end());
  return got;
}

TEST(RandomGraphs, EqualASequentialInterpreter) {
  const std::uint64_t first = setting("NNFLOW_FIRST_GRAPH", 1);
  const std::uint64_t count = setting("NNFLOW_GRAPHS", 60);
  std::size_t stages = 0;
  std::size_t items = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const RandomGraph graph = RandomGraph::make(seed);
    const std::string yaml = graph.to_yaml();
    SCOPED_TRACE("graph " + std::to_string(seed) + "\n" + yaml);
    const Expected expected = interpret(graph, 1234);
    const nnflow::test::TempDir dir;
    TestPipeline pipeline(dir.path(), 1 + static_cast<int>(seed % 5));
    for (int round = 0; round < 2; ++round) {
      const RunResult result = pipeline.run(yaml);
      ASSERT_EQ(result.status, expected.skipped.empty() ? RunStatus::kOk : RunStatus::kItemsSkipped)
          << result.error;
      const Expected got = result_of(graph, result);
      ASSERT_EQ(got.totals, expected.totals);
      ASSERT_EQ(got.skipped, expected.skipped);
    }
    stages += graph.stages.size();
    for (const auto& [id, total] : expected.totals)
      items += static_cast<std::size_t>(std::count(total.begin(), total.end(), ';'));
  }
  std::printf("%llu graphs, %zu stages, %zu items into ordered reduces, two rounds each\n",
              static_cast<unsigned long long>(count), stages, items);
  EXPECT_GT(items, count);  // the graphs are not empty
}

}  // namespace
}  // namespace nnflow::runtime::testing
