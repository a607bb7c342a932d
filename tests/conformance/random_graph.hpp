// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nnflow/rng.hpp"

namespace nnflow::runtime::testing {

/// One stage of a random pipeline of `fake` stages.
struct RandomStage {
  std::string id;
  std::string use;                   ///< numbers, add, plus, group, sum or count
  std::vector<std::size_t> inputs;   ///< of items; several: plus (left, right) or a merge
  std::optional<std::size_t> total;  ///< of an add: a reduce whose value is added
  std::size_t stream = 0;            ///< which numbering of items it has
  std::map<std::string, std::string> params;
  bool skip_item = false;
  bool cache = false;
  int concurrency = 0;
};

/// A random pipeline: sources, maps that fail, skip, drop and draw random numbers, joins, groups,
/// merges, reduces, and values of reduces that feed stages of later phases.
struct RandomGraph {
  std::vector<RandomStage> stages;
  std::string run;  ///< the `run` block

  [[nodiscard]] static RandomGraph make(std::uint64_t seed);
  [[nodiscard]] std::string to_yaml() const;
};

/// What a run has to give: the values of all reduces as text, and the skipped items.
struct Expected {
  std::map<std::string, std::string> totals;
  std::vector<std::string> skipped;  ///< sorted
  friend bool operator==(const Expected&, const Expected&) = default;
};

/// Evaluates a graph stage by stage, item by item, in one thread, straight from the contracts in
/// stage.hpp.
[[nodiscard]] Expected interpret(const RandomGraph& graph, std::uint64_t run_seed);

}  // namespace nnflow::runtime::testing
