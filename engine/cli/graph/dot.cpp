// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "graph/dot.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "pipeline/compose.hpp"

namespace nnflow::cli {
namespace {

using runtime::InputWiring;
using runtime::PortRef;
using runtime::ResolvedPipeline;
using runtime::ResolvedStage;

/// Text inside a quoted string.
std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}
std::string in_quotes(std::string_view text) { return "\"" + escaped(text, "\"\\") + "\""; }
/// Text of one field of a record.
std::string field(std::string_view text) { return escaped(text, "\"\\{}|<> "); }

class Drawing {
 public:
  Drawing(const ResolvedPipeline& pipeline, const RunFigures* figures)
      : pipeline_(pipeline), figures_(figures), first_phase_(pipeline.stages.size(), 0) {
    if (figures_ == nullptr) return;
    for (const auto& [id, stage] : *figures_) total_seconds_ += stage.busy_seconds;
  }

  std::string text() {
    out_ = "digraph " + in_quotes(pipeline_.name) + " {\n";
    out_ += "  graph [label=" + in_quotes(title()) + ", labelloc=t, fontname=Helvetica];\n";
    out_ += "  node [shape=record, style=filled, fillcolor=white, fontname=Helvetica];\n";
    out_ += "  edge [fontname=Helvetica, fontsize=10];\n";
    draw_phases();
    draw_edges();
    return out_ + "}\n";
  }

 private:
  [[nodiscard]] std::string title() const {
    std::string text = pipeline_.name;
    if (!pipeline_.summary.empty()) text += ": " + pipeline_.summary;
    if (figures_ != nullptr) text += "\nbusy: " + duration_text(total_seconds_);
    return text;
  }

  void draw_phases() {
    std::vector<bool> seen(pipeline_.stages.size(), false);
    for (std::size_t p = 0; p < pipeline_.phases.size(); ++p) {
      const runtime::Phase& phase = pipeline_.phases[p];
      const std::string number = std::to_string(p + 1);
      out_ += "  subgraph cluster_phase_" + number + " {\n";
      out_ += "    label=\"phase " + number + "\"; style=rounded; color=grey60;\n";
      for (const auto* stages : {&phase.once, &phase.stream}) {
        for (const std::size_t index : *stages) {
          if (!seen[index]) first_phase_[index] = p;
          draw_stage(index, p, seen[index]);
          seen[index] = true;
        }
      }
      out_ += "  }\n";
    }
  }

  [[nodiscard]] std::string node(std::size_t index, std::size_t phase) const {
    const std::string& id = pipeline_.stages[index].id;
    return phase == first_phase_[index] ? in_quotes(id)
                                        : in_quotes(id + " in phase " + std::to_string(phase + 1));
  }

  void draw_stage(std::size_t index, std::size_t phase, bool replayed) {
    const ResolvedStage& stage = pipeline_.stages[index];
    std::vector<std::string> lines{stage.id};
    std::string style;
    if (stage.foreach) {
      lines.push_back("for each of " + elements_text(*stage.foreach));
      lines.push_back(runtime::shown_path(stage.foreach->pipeline));
      style = ", shape=box, peripheries=2";
    } else {
      lines.push_back(stage.use);
    }
    if (replayed) {
      lines.emplace_back("replayed");
      style += ", fontcolor=grey40, color=grey60";
    } else if (figures_ != nullptr) {
      add_figures(stage.id, lines, style);
    }
    out_ += "    " + node(index, phase) + " [label=\"";
    if (stage.foreach) {
      for (std::size_t i = 0; i < lines.size(); ++i)
        out_ += (i == 0 ? "" : "\\n") + escaped(lines[i], "\"\\");
    } else {
      out_ += "{";
      for (std::size_t i = 0; i < lines.size(); ++i) out_ += (i == 0 ? "" : "|") + field(lines[i]);
      out_ += "}";
    }
    out_ += "\"" + style + "];\n";
  }

  [[nodiscard]] std::string elements_text(const runtime::Foreach& foreach) const {
    if (foreach.from) return pipeline_.stages[foreach.from->stage].id + "." + foreach.from->port;
    if (!foreach.elements) return "its elements";
    std::string text;
    for (const Element& element : *foreach.elements)
      text += (text.empty() ? "" : ", ") + element.id;
    return text;
  }

  void add_figures(const std::string& id,
                   std::vector<std::string>& lines,
                   std::string& style) const {
    const auto found = figures_->find(id);
    if (found == figures_->end()) {
      lines.emplace_back("did not run");
      return;
    }
    const StageFigures& stage = found->second;
    const double share = total_seconds_ > 0 ? stage.busy_seconds / total_seconds_ : 0;
    const int percent = static_cast<int>(share * 100 + 0.5);
    lines.push_back(duration_text(stage.busy_seconds) + " (" + std::to_string(percent) + " %)");
    std::string items = std::to_string(stage.done) + (stage.done == 1 ? " item" : " items");
    if (stage.kept > 0) items += ", " + std::to_string(stage.kept) + " kept";
    if (stage.failed > 0) items += ", " + std::to_string(stage.failed) + " failed";
    lines.push_back(items + ", " + bytes_text(stage.bytes_out));
    constexpr int kShades = 6;  // of the 9, the darker ones leave no text readable
    const int shade = 1 + std::min(kShades - 1, static_cast<int>(share * kShades));
    style += ", fillcolor=\"/ylorrd9/" + std::to_string(shade) + "\"";
    if (stage.failed > 0) style += ", color=red, penwidth=2";
  }

  [[nodiscard]] std::string payload(const PortRef& ref) const {
    const ResolvedStage& producer = pipeline_.stages[ref.stage];
    const PortSpec* port = producer.spec == nullptr ? nullptr : producer.spec->output(ref.port);
    return port == nullptr ? "" : port->payload;
  }

  void edge(const std::string& from,
            const std::string& to,
            const std::string& label,
            const std::string& style) {
    out_ += "  " + from + " -> " + to + " [label=" + in_quotes(label);
    out_ += (style.empty() ? "" : ", style=" + style) + "];\n";
  }

  void draw_edges() {
    for (std::size_t p = 0; p < pipeline_.phases.size(); ++p) {
      for (const auto* stages : {&pipeline_.phases[p].once, &pipeline_.phases[p].stream}) {
        for (const std::size_t index : *stages) draw_inputs(index, p);
      }
    }
  }

  /// What comes once per run is drawn where a stage runs first, items wherever it runs.
  void draw_inputs(std::size_t index, std::size_t phase) {
    const ResolvedStage& stage = pipeline_.stages[index];
    const bool first = first_phase_[index] == phase;
    const std::string to = node(index, phase);
    for (const InputWiring& wiring : stage.inputs) {
      if (wiring.once && !first) continue;
      for (const PortRef& ref : wiring.sources) {
        const std::string from = node(ref.stage, wiring.once ? first_phase_[ref.stage] : phase);
        edge(from, to, ref.port + " -> " + wiring.port + "\n" + payload(ref),
             wiring.once ? "dashed" : "");
      }
    }
    if (!first) return;
    if (stage.foreach && stage.foreach->from) {
      const PortRef& ref = *stage.foreach->from;
      edge(node(ref.stage, first_phase_[ref.stage]), to, ref.port + "\n" + payload(ref), "dashed");
    }
    for (const std::size_t before : stage.after)
      edge(node(before, first_phase_[before]), to, "after", "dotted");
  }

  const ResolvedPipeline& pipeline_;
  const RunFigures* figures_;
  std::vector<std::size_t> first_phase_;
  double total_seconds_ = 0;
  std::string out_;
};

}  // namespace

std::string dot_text(const ResolvedPipeline& pipeline, const RunFigures* figures) {
  return Drawing(pipeline, figures).text();
}

}  // namespace nnflow::cli
