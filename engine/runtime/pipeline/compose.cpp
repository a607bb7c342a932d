// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "compose.hpp"

#include <algorithm>
#include <utility>

#include "imports.hpp"
#include "schema.hpp"
#include "yaml.hpp"

namespace nnflow::runtime {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kPipelinePrefix = "pipeline:";

std::vector<std::string> keys_of(const Value* object) {
  std::vector<std::string> keys;
  if (object == nullptr || !object->is_object()) return keys;
  for (const auto& [key, value] : object->as_object()) keys.push_back(key);
  return keys;
}

/// `relative` beside the file that names it, else on the search path; the first choice when
/// nowhere.
fs::path locate(const fs::path& folder, const fs::path& relative, const SearchPath& search) {
  if (relative.is_absolute()) return relative;
  std::error_code ignored;
  for (const fs::path& root : places(folder, search)) {
    const fs::path candidate = (root / relative).lexically_normal();
    if (fs::exists(candidate, ignored)) return candidate;
  }
  return (folder / relative).lexically_normal();
}

/// In `vars`, `name: value` is short for `name: {default: value}`.
void widen_short_vars(Document& document) {
  Value* vars = document.root.find("vars");
  if (vars == nullptr || !vars->is_object()) return;
  for (auto& [name, value] : vars->as_object()) {
    if (value.is_object() || value.is_null()) continue;
    const std::string pointer = child_pointer("/vars", name);
    Document moved;
    moved.copy_marks("", document, pointer);
    document.copy_marks(child_pointer(pointer, std::string_view("default")), moved, "");
    Value declaration;
    declaration.set("default", std::move(value));
    value = std::move(declaration);
  }
}

void make_references_absolute(Value& root, const fs::path& folder, const SearchPath& search) {
  Value* stages = root.find("stages");
  if (stages == nullptr || !stages->is_object()) return;
  for (auto& [id, stage] : stages->as_object()) {
    Value* use = stage.is_object() ? stage.find("use") : nullptr;
    if (use == nullptr || !use->is_string()) continue;
    const std::string& text = use->as_string();
    if (text.rfind(kPipelinePrefix, 0) != 0) continue;
    const fs::path file = locate(folder, text.substr(kPipelinePrefix.size()), search);
    *use = Value(std::string(kPipelinePrefix) + file.string());
  }
}

class Composer {
 public:
  Composer(const SearchPath& search, GivenValues given, Findings& findings)
      : search_(search), given_(std::move(given)), findings_(findings) {}

  Document load(const fs::path& file,
                const std::string& shown_as,
                const std::optional<std::string>& text = {}) {
    const fs::path absolute = fs::absolute(file).lexically_normal();
    Document own =
        text ? parse_yaml(*text, shown_as, findings_) : load_yaml(absolute, shown_as, findings_);
    if (!own.root.is_object()) {
      if (!has_errors(findings_)) {
        findings_.push_back(own.error_at("", "expected a map of pipeline keys"));
      }
      return own;
    }
    widen_short_vars(own);
    make_references_absolute(own.root, absolute.parent_path(), search_);
    const Value* imports = own.root.find("imports");
    if (imports == nullptr) return own;
    Document merged;
    if (!imports->is_array()) {
      findings_.push_back(own.error_at("/imports", "expected a list of files"));
      return own;
    }
    open_.push_back(absolute);
    const GivenValues around = given_;
    add_defaults(own.root, given_);  // what this file says comes before what its imports say
    for (std::size_t i = 0; i < imports->as_array().size(); ++i) {
      import(imports->as_array()[i], child_pointer("/imports", i), own, absolute, shown_as, merged);
    }
    open_.pop_back();
    given_ = around;
    own.root.erase("imports");
    // An import's own name, summary and aliases describe the fragment, not the importing pipeline.
    for (const char* key : {"name", "summary", "doc", "aliases", "imports"}) merged.root.erase(key);
    merged.merge(own);
    return merged;
  }

 private:
  void import(const Value& entry,
              const std::string& pointer,
              const Document& own,
              const fs::path& absolute,
              const std::string& shown_as,
              Document& merged) {
    if (!entry.is_string()) {
      findings_.push_back(own.error_at(pointer, "expected the path of a file"));
      return;
    }
    ChosenImport chosen;
    chosen.path = entry.as_string();
    if (chosen.path.find("${") != std::string::npos) {
      Document known = merged;
      known.merge(own);
      chosen = choose_import(entry.as_string(), pointer, known, given_, findings_);
      if (chosen.path.empty()) return;
    }
    const fs::path relative(chosen.path);
    const fs::path file = locate(absolute.parent_path(), relative, search_);
    if (std::find(open_.begin(), open_.end(), file) != open_.end()) {
      findings_.push_back(
          own.error_at(pointer, "import cycle: " + chosen.path + " is already being imported"));
      return;
    }
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
      if (chosen.variable.empty()) chosen.path = file.string();
      findings_.push_back(
          missing_import(chosen, pointer, own, places(absolute.parent_path(), search_)));
      return;
    }
    const fs::path beside = (absolute.parent_path() / relative).lexically_normal();
    const std::string name =
        file == beside && !relative.is_absolute()
            ? (fs::path(shown_as).parent_path() / relative).lexically_normal().string()
            : shown_path(file);
    merged.merge(load(file, name));
  }

  const SearchPath& search_;
  GivenValues given_;
  Findings& findings_;
  std::vector<fs::path> open_;
};

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> words;
  while (true) {
    const std::size_t dot = path.find('.');
    words.emplace_back(path.substr(0, dot));
    if (dot == std::string_view::npos) return words;
    path.remove_prefix(dot + 1);
  }
}

/// Why `words` can match nothing in the document, or "".
std::string unmatched(const Document& document, const std::vector<std::string>& words) {
  static const std::vector<std::string> kBlocks{"vars", "run", "stages", "exports"};
  if (std::find(kBlocks.begin(), kBlocks.end(), words[0]) == kBlocks.end()) {
    return "matches nothing: no block \"" + words[0] + "\", expected vars, run, stages or exports" +
           suggestion(words[0], kBlocks);
  }
  if (words.size() < 2) return "names a whole block; write " + words[0] + ".NAME=VALUE";
  if (words[0] != "vars" && words[0] != "stages") return "";
  const Value* block = document.root.find(words[0]);
  if (block != nullptr && block->find(words[1]) != nullptr) return "";
  const std::string kind = words[0] == "vars" ? "variable" : "stage";
  return "matches nothing: no " + kind + " \"" + words[1] + "\"" +
         suggestion(words[1], keys_of(block));
}

void apply_set(Document& document, const std::string& text, Findings& findings) {
  const std::string origin = "--set " + text;
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    findings.push_back({origin, 0, 0, Severity::kError, "", "expected PATH=VALUE", ""});
    return;
  }
  std::vector<std::string> words = split_path(std::string_view(text).substr(0, equals));
  const std::string problem = unmatched(document, words);
  if (!problem.empty()) {
    findings.push_back({origin, 0, 0, Severity::kError, "", problem, ""});
    return;
  }
  Document overlay = parse_yaml_value(std::string_view(text).substr(equals + 1), origin, findings);
  if (words[0] == "vars" && words.size() == 2) words.emplace_back("default");
  for (auto word = words.rbegin(); word != words.rend(); ++word) {
    Document outer;
    outer.root.set(*word, std::move(overlay.root));
    outer.copy_marks(child_pointer("", *word), overlay, "");
    outer.set_mark("", {{origin, 0, 0}, {origin, 0, 0}});
    overlay = std::move(outer);
  }
  document.merge(overlay);
}

}  // namespace

Document compose(const fs::path& file,
                 const std::string& shown_as,
                 const Overrides& overrides,
                 const SearchPath& search,
                 Findings& findings,
                 const Value& params) {
  Composer composer(search, given_values(overrides, params), findings);
  Document document = composer.load(file, shown_as, overrides.text);
  if (has_errors(findings)) return document;
  for (const fs::path& with : overrides.with) {
    const Document overlay = composer.load(with, with.string());
    if (has_errors(findings)) return document;
    document.merge(overlay);
  }
  for (const std::string& text : overrides.set) apply_set(document, text, findings);
  return document;
}

std::string shown_path(const fs::path& file) {
  std::error_code error;
  const std::string text = file.lexically_normal().string();
  const std::string relative = fs::proximate(file, error).string();
  return error || relative.starts_with("..") || relative.size() >= text.size() ? text : relative;
}

void apply_stage_overrides(Document& document,
                           const Document& outer,
                           const std::string& outer_pointer,
                           Findings& findings) {
  const Value* node = find_node(outer.root, outer_pointer);
  if (node == nullptr || !node->is_object()) return;
  const std::vector<std::string> known = keys_of(document.root.find("stages"));
  for (const auto& [id, value] : node->as_object()) {
    if (std::find(known.begin(), known.end(), id) != known.end()) continue;
    findings.push_back(outer.error_at_key(
        child_pointer(outer_pointer, id),
        "the used pipeline has no stage \"" + id + "\"" + suggestion(id, known)));
  }
  Document overlay;
  overlay.root.set("stages", *node);
  overlay.copy_marks("/stages", outer, outer_pointer);
  document.merge(overlay);
}

}  // namespace nnflow::runtime
