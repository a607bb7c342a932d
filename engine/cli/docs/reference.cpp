// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "docs/reference.hpp"

#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

namespace nnflow::cli {
namespace {

constexpr std::string_view kGenerated =
    "<!-- Made by `nnflow docs` from the descriptions of the stages; do not edit. -->\n\n";

/// Text inside a cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string code(std::string_view text) { return text.empty() ? "" : "`" + cell(text) + "`"; }

std::string row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& text : cells) line += " " + text + " |";
  return line + "\n";
}

std::string table(const std::vector<std::string>& head,
                  const std::vector<std::vector<std::string>>& rows) {
  std::string text = row(head) + "|";
  for (std::size_t i = 0; i < head.size(); ++i) text += "---|";
  text += "\n";
  for (const auto& cells : rows) text += row(cells);
  return text;
}

std::string ports_table(std::string_view title, const std::vector<PortSpec>& ports) {
  if (ports.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const PortSpec& port : ports) {
    std::string comes = port.once ? "once per run" : "per item";
    if (port.optional) comes += ", optional";
    rows.push_back({code(port.name), code(port.payload), comes, cell(port.doc)});
  }
  return std::string(title) + ":\n\n" + table({"port", "payload", "comes", "what"}, rows) + "\n";
}

std::string params_table(const std::vector<FieldSpec>& params) {
  if (params.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const FieldSpec& field : params) {
    std::string standard = field.default_value.is_null() ? "" : field.default_value.to_json();
    std::string allowed = range_text(field);
    if (!field.choices.empty()) allowed += (allowed.empty() ? "" : "; ") + choices_text(field);
    std::string doc = cell(field.doc);
    if (!field.unit.empty()) doc += " [" + cell(field.unit) + "]";
    rows.push_back({code(field.name), code(field.type),
                    field.required ? "required" : code(standard), cell(allowed), std::move(doc)});
  }
  return "Parameters:\n\n" + table({"name", "type", "default", "allowed", "what"}, rows) + "\n";
}

/// Shape, limits and promises in one paragraph.
std::string properties(const StageDescription& stage) {
  std::string text = "Shape: " + std::string(to_string(stage.shape)) + ".";
  if (stage.concurrency > 0)
    text += " Processes at most " + std::to_string(stage.concurrency) + " at once.";
  if (stage.order_free) text += " Takes items in any order.";
  if (stage.writes_artifacts) text += " Writes files, which are kept while they are intact.";
  if (!stage.deterministic) text += " Results differ between runs and are never cached.";
  for (const auto& [resource, count] : stage.resources) {
    text += " Uses " + std::to_string(count) + " of the resource `" + resource + "`.";
  }
  if (!stage.memory_hint.empty()) text += " Memory: `" + stage.memory_hint + "`.";
  return text + " Cache version: " + std::to_string(stage.cache_version) + ".\n\n";
}

std::string stage_section(const StageDescription& stage) {
  std::string text = "## " + stage.id + "\n\n" + stage.summary + ".\n\n";
  if (!stage.doc.empty()) text += stage.doc + (stage.doc.ends_with('\n') ? "\n" : "\n\n");
  text += properties(stage);
  text += ports_table("Inputs", stage.inputs) + ports_table("Outputs", stage.outputs);
  text += params_table(stage.params);
  return text + "```yaml\n" + example_line(stage) + "\n```\n";
}

std::string plugin_page(const runtime::Manifest& manifest) {
  std::string text = "# " + manifest.plugin.name + " " + manifest.plugin.version + "\n\n";
  text += kGenerated;
  bool first = true;
  for (const StageDescription& stage : manifest.stages) {
    text += (first ? "" : "\n") + stage_section(stage);
    first = false;
  }
  if (manifest.interfaces.empty()) return text;
  std::vector<std::vector<std::string>> rows;
  for (const auto& entry : manifest.interfaces)
    rows.push_back({code(entry.id), code(entry.interface_id), cell(entry.summary)});
  text += (first ? "" : "\n");
  return text + "## Implementations of interfaces\n\n" + table({"id", "interface", "what"}, rows);
}

/// A value that shows the type of a required parameter.
std::string sample(const FieldSpec& field) {
  if (!field.choices.empty()) return field.choices.front();
  if (field.type.find('[') != std::string::npos) return "[...]";
  if (field.type == "bool") return "true";
  if (field.type == "integer" || field.type == "number") {
    return field.minimum ? std::to_string(static_cast<long>(*field.minimum)) : "1";
  }
  return "...";
}

}  // namespace

std::string range_text(const FieldSpec& field) {
  const auto number = [](double value) {  // bounds are kept as double for integers too
    constexpr double kExact = 1e15;
    const bool whole = std::abs(value) < kExact && value == std::trunc(value);
    return whole ? std::to_string(static_cast<std::int64_t>(value)) : Value(value).to_json();
  };
  if (field.minimum && field.maximum)
    return number(*field.minimum) + " to " + number(*field.maximum);
  if (field.minimum) return "at least " + number(*field.minimum);
  if (field.maximum) return "at most " + number(*field.maximum);
  return "";
}

std::string choices_text(const FieldSpec& field) {
  std::string text;
  for (const std::string& choice : field.choices) text += (text.empty() ? "" : ", ") + choice;
  return text;
}

std::string example_line(const StageDescription& stage) {
  std::string text = stage.id.substr(stage.id.find('.') + 1) + ": {use: " + stage.id;
  std::string from;
  for (const PortSpec& port : stage.inputs) {
    if (port.optional) continue;
    from += (from.empty() ? "" : ", ") + port.name + ": STAGE." + port.name;
  }
  if (!from.empty()) text += ", from: {" + from + "}";
  std::string params;
  const auto add = [&params](const std::string& name, const std::string& value) {
    params += (params.empty() ? "" : ", ") + name + ": " + value;
  };
  for (const FieldSpec& field : stage.params) {
    if (field.required) add(field.name, sample(field));
  }
  for (const FieldSpec& field : stage.params) {
    const Value& value = field.default_value;
    const bool tells = !value.is_null() && !value.is_array() && value != Value("");
    if (params.empty() && tells) add(field.name, value.to_json());
  }
  if (!params.empty()) text += ", params: {" + params + "}";
  return text + "}";
}

std::map<std::string, std::string> reference_pages(const runtime::PluginSet& plugins) {
  std::map<std::string, std::string> pages;
  std::string index = "# Stages\n\n";
  index += kGenerated;
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, manifest] : plugins.manifests()) {
    pages[name + ".md"] = plugin_page(manifest);
    for (const StageDescription& stage : manifest.stages) {
      std::string anchor;  // as Markdown viewers make it from the heading
      for (const char c : stage.id) anchor += c == '.' ? "" : std::string(1, c);
      std::string link = "[" + stage.id + "](" + name + ".md#" + anchor + ")";
      rows.push_back({std::move(link), std::string(to_string(stage.shape)), cell(stage.summary)});
    }
    for (const auto& entry : manifest.interfaces) {
      std::string link = "[" + entry.id + "](" + name + ".md#implementations-of-interfaces)";
      rows.push_back({std::move(link), code(entry.interface_id), cell(entry.summary)});
    }
  }
  pages["index.md"] = index + table({"stage", "shape", "what it does"}, rows);
  return pages;
}

}  // namespace nnflow::cli
