// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "random_graph.hpp"

#include <algorithm>
#include <set>

namespace nnflow::runtime::testing {
namespace {

std::string text(std::uint64_t number) { return std::to_string(number); }

/// Builds a graph stage by stage from earlier ones.
class Builder {
 public:
  explicit Builder(std::uint64_t seed) : rng_(seed) {}

  RandomGraph build() {
    const std::uint64_t sources = 1 + rng_.integer(3);
    for (std::uint64_t i = 0; i < sources; ++i) add_source();
    const std::uint64_t steps = 2 + rng_.integer(9);
    for (std::uint64_t i = 0; i < steps; ++i) add_step();
    // Every output has a reader, so that everything is compared.
    for (std::size_t i = 0; i < graph_.stages.size(); ++i) {
      if (!is_reduce(i) && !read_.contains(i)) add_reduce({i});
    }
    graph_.run = "run: {in_flight: " + text(1 + rng_.integer(6)) + "}\n";
    return std::move(graph_);
  }

 private:
  std::size_t push(RandomStage stage, bool new_stream) {
    stage.id = stage.use + text(graph_.stages.size());
    stage.stream = new_stream ? streams_++ : graph_.stages[stage.inputs.front()].stream;
    for (const std::size_t input : stage.inputs) read_.insert(input);
    graph_.stages.push_back(std::move(stage));
    return graph_.stages.size() - 1;
  }

  [[nodiscard]] bool is_reduce(std::size_t i) const {
    return graph_.stages[i].use == "sum" || graph_.stages[i].use == "count";
  }

  /// A random stage that emits items.
  std::size_t any_item_stage() {
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < graph_.stages.size(); ++i) {
      if (!is_reduce(i)) candidates.push_back(i);
    }
    return candidates[rng_.integer(candidates.size())];
  }

  void add_source() {
    RandomStage stage;
    stage.use = "numbers";
    stage.params["count"] = text(rng_.integer(25));
    stage.params["first_ordinal"] = text(rng_.integer(4));
    stage.params["ordinal_step"] = text(1 + rng_.integer(3));
    stage.params["prefix"] = std::string(1, static_cast<char>('p' + streams_));
    if (rng_.chance(0.3)) stage.params["digest"] = "false";
    push(std::move(stage), true);
  }

  void add_map(std::size_t from) {
    RandomStage stage;
    stage.use = "add";
    stage.inputs = {from};
    stage.params["amount"] = text(rng_.integer(10));
    if (rng_.chance(0.5)) stage.params["delay_us"] = text(rng_.integer(120));
    if (rng_.chance(0.3)) stage.params["random"] = "true";
    if (rng_.chance(0.3)) stage.params["drop_on"] = text(rng_.integer(20));
    if (rng_.chance(0.3)) {
      stage.params["fail_on"] = text(rng_.integer(20));
      stage.skip_item = true;
    }
    stage.cache = rng_.chance(0.2);
    if (rng_.chance(0.3)) stage.concurrency = static_cast<int>(1 + rng_.integer(3));
    if (rng_.chance(0.25)) {
      // A value of an earlier phase. A reduce that hangs on a value itself would be a cycle of
      // phases only if it hung on this stage, which does not exist yet.
      std::vector<std::size_t> reduces;
      for (std::size_t i = 0; i < graph_.stages.size(); ++i) {
        if (is_reduce(i)) reduces.push_back(i);
      }
      if (!reduces.empty()) stage.total = reduces[rng_.integer(reduces.size())];
    }
    push(std::move(stage), false);
  }

  void add_join(std::size_t left) {
    std::vector<std::size_t> partners;
    for (std::size_t i = 0; i < graph_.stages.size(); ++i) {
      if (!is_reduce(i) && graph_.stages[i].stream == graph_.stages[left].stream)
        partners.push_back(i);
    }
    RandomStage stage;
    stage.use = rng_.chance(0.5) ? "plus" : "take_plus";
    stage.inputs = {left, partners[rng_.integer(partners.size())]};
    push(std::move(stage), false);
  }

  void add_group(std::size_t from) {
    RandomStage stage;
    stage.use = "group";
    stage.inputs = {from};
    stage.params["size"] = text(1 + rng_.integer(5));
    push(std::move(stage), true);
  }

  void add_reduce(std::vector<std::size_t> from) {
    RandomStage stage;
    stage.use = rng_.chance(0.7) ? "sum" : "count";
    stage.inputs = std::move(from);
    const bool merge = stage.inputs.size() > 1;
    push(std::move(stage), merge);
  }

  /// An ordered union of two streams, whose ordinals rise.
  void add_merge(std::size_t first) {
    std::vector<std::size_t> partners;
    for (std::size_t i = 0; i < graph_.stages.size(); ++i) {
      if (!is_reduce(i) && graph_.stages[i].stream != graph_.stages[first].stream)
        partners.push_back(i);
    }
    if (partners.empty()) return;
    add_reduce({first, partners[rng_.integer(partners.size())]});
  }

  void add_step() {
    const std::size_t from = any_item_stage();
    const double what = rng_.uniform();
    if (what < 0.45) {
      add_map(from);
    } else if (what < 0.65) {
      add_join(from);
    } else if (what < 0.75) {
      add_group(from);
    } else if (what < 0.85) {
      add_merge(from);
    } else {
      add_reduce({from});
    }
  }

  Rng rng_;
  RandomGraph graph_;
  std::size_t streams_ = 0;
  std::set<std::size_t> read_;
};

/// What a stage has of one item.
struct Cell {
  std::string item;
  std::uint64_t ordinal = 0;
  bool given_up = false;
  std::optional<std::int64_t> value;
};

std::int64_t number(const RandomStage& stage, const std::string& name, std::int64_t otherwise) {
  const auto found = stage.params.find(name);
  return found == stage.params.end() ? otherwise : std::stoll(found->second);
}

class Interpreter {
 public:
  Interpreter(const RandomGraph& graph, std::uint64_t seed)
      : graph_(graph), seed_(seed), cells_(graph.stages.size()), sums_(graph.stages.size(), 0) {}

  Expected run() {
    for (std::size_t i = 0; i < graph_.stages.size(); ++i) {
      const RandomStage& stage = graph_.stages[i];
      if (stage.use == "numbers") source(i);
      if (stage.use == "add") map(i);
      if (stage.use == "plus" || stage.use == "take_plus") join(i);
      if (stage.use == "group") group(i);
      if (stage.use == "sum" || stage.use == "count") reduce(i);
    }
    expected_.skipped.assign(skipped_.begin(), skipped_.end());
    return std::move(expected_);
  }

 private:
  void source(std::size_t i) {
    const RandomStage& stage = graph_.stages[i];
    for (std::int64_t n = 0; n < number(stage, "count", 10); ++n) {
      const std::int64_t ordinal =
          number(stage, "first_ordinal", 0) + n * number(stage, "ordinal_step", 1);
      cells_[i].push_back({stage.params.at("prefix") + std::to_string(n),
                           static_cast<std::uint64_t>(ordinal), false, n});
    }
  }

  void map(std::size_t i) {
    const RandomStage& stage = graph_.stages[i];
    for (Cell cell : cells_[stage.inputs[0]]) {
      if (!cell.given_up && cell.value) {
        if (*cell.value == number(stage, "fail_on", -1)) {
          skipped_.insert("stage " + stage.id + ": item " + cell.item + ": number " +
                          std::to_string(*cell.value) + " is unlucky");
          cell.given_up = true;
        } else if (*cell.value == number(stage, "drop_on", -1)) {
          cell.value.reset();
        } else {
          *cell.value += number(stage, "amount", 1);
          if (stage.params.contains("random"))
            *cell.value += static_cast<std::int64_t>(Rng(seed_, stage.id, cell.item).integer(1000));
          if (stage.total) *cell.value += sums_[*stage.total];
        }
      }
      cells_[i].push_back(std::move(cell));
    }
  }

  void join(std::size_t i) {
    const RandomStage& stage = graph_.stages[i];
    const std::vector<Cell>& left = cells_[stage.inputs[0]];
    const std::vector<Cell>& right = cells_[stage.inputs[1]];
    const bool both = stage.use == "take_plus";  // plus reads its right port only if it is there
    for (std::size_t k = 0; k < left.size(); ++k) {
      Cell cell = left[k];
      cell.given_up = left[k].given_up || right[k].given_up;
      if (!left[k].value || (both && !right[k].value)) {
        cell.value.reset();
      } else {
        *cell.value += right[k].value.value_or(0);
      }
      cells_[i].push_back(std::move(cell));
    }
  }

  void group(std::size_t i) {
    const RandomStage& stage = graph_.stages[i];
    const std::vector<Cell>& in = cells_[stage.inputs[0]];
    const auto size = static_cast<std::size_t>(number(stage, "size", 2));
    for (std::size_t begin = 0; begin < in.size(); begin += size) {
      std::optional<Cell> out;
      for (std::size_t k = begin; k < std::min(begin + size, in.size()); ++k) {
        if (in[k].given_up || !in[k].value) continue;
        if (out) {
          *out->value += *in[k].value;
        } else {
          out = in[k];
        }
      }
      if (out) cells_[i].push_back(*out);
    }
  }

  void reduce(std::size_t i) {
    const RandomStage& stage = graph_.stages[i];
    // A stable sort is the ordered union: equal ordinals keep the order of the streams.
    std::vector<Cell> in;
    for (const std::size_t input : stage.inputs)
      in.insert(in.end(), cells_[input].begin(), cells_[input].end());
    if (stage.inputs.size() > 1) {
      std::stable_sort(in.begin(), in.end(),
                       [](const Cell& a, const Cell& b) { return a.ordinal < b.ordinal; });
    }
    std::string order;
    for (const Cell& cell : in) {
      if (cell.given_up || !cell.value) continue;
      sums_[i] += *cell.value;
      order += cell.item + "@" + std::to_string(cell.ordinal) + ";";
    }
    expected_.totals[stage.id] = std::to_string(sums_[i]) + " " + (stage.use == "sum" ? order : "");
  }

  const RandomGraph& graph_;
  std::uint64_t seed_;
  std::vector<std::vector<Cell>> cells_;
  std::vector<std::int64_t> sums_;
  std::set<std::string> skipped_;
  Expected expected_;
};

}  // namespace

RandomGraph RandomGraph::make(std::uint64_t seed) { return Builder(seed).build(); }

std::string RandomGraph::to_yaml() const {
  std::string yaml = "nnflow: 1\nname: t\nsummary: A random graph\nstages:\n";
  std::string exports;
  for (const RandomStage& stage : stages) {
    yaml += "  " + stage.id + ": {use: fake." + stage.use;
    const auto port = [&](std::size_t i) { return stages[stage.inputs[i]].id + ".number"; };
    if (stage.use == "plus" || stage.use == "take_plus") {
      yaml += ", from: {left: " + port(0) + ", right: " + port(1) + "}";
    } else if (stage.inputs.size() > 1) {
      yaml += ", from: {number: {merge: [" + port(0) + ", " + port(1) + "]}}";
    } else if (!stage.inputs.empty()) {
      yaml += ", from: {number: " + port(0);
      if (stage.total) yaml += ", total: " + stages[*stage.total].id + ".total";
      yaml += "}";
    }
    if (!stage.params.empty()) {
      yaml += ", params: {";
      std::string separator;
      for (const auto& [name, value] : stage.params) {
        yaml += separator + name + ": " + value;
        separator = ", ";
      }
      yaml += "}";
    }
    if (stage.skip_item) yaml += ", on_error: skip_item";
    if (stage.cache) yaml += ", cache: true";
    if (stage.concurrency > 0)
      yaml += ", hints: {concurrency: " + std::to_string(stage.concurrency) + "}";
    yaml += "}\n";
    if (stage.use == "sum" || stage.use == "count")
      exports += (exports.empty() ? "" : ", ") + stage.id + ": " + stage.id + ".total";
  }
  return yaml + "exports: {" + exports + "}\n" + run;
}

Expected interpret(const RandomGraph& graph, std::uint64_t run_seed) {
  return Interpreter(graph, run_seed).run();
}

}  // namespace nnflow::runtime::testing
