// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "unit.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "schema.hpp"

namespace nnflow::runtime {
namespace {

/// Gives a variable its final value, with the place that findings about it name.
void give(Document& document, const std::string& name, Value value, const NodeMark& mark) {
  const std::string pointer = child_pointer("/vars", name);
  Document overlay;
  overlay.root.set("vars", Value(Value::Object{}))
      .set(name, Value(Value::Object{}))
      .set("default", std::move(value));
  overlay.set_mark(pointer + "/default", mark);
  document.merge(overlay, true);
}

class UnitLoader {
 public:
  UnitLoader(Unit& unit, const UnitInput& input, Findings& findings)
      : unit_(unit), input_(input), findings_(findings) {}

  /// Words of the command line need the declared types, so they come after composing.
  void give_words(const std::vector<VarText>& texts) {
    if (texts.empty()) return;
    for (const VarText& text : texts) {
      const VarSpec* spec = find(text.name);
      if (spec == nullptr) continue;  // a flag exists only for a declared variable
      VarWords words = parse_var_words(*spec, text.words);
      if (words.problem.empty()) {
        give(unit_.document, text.name, std::move(words.value),
             {{text.origin, 0, 0}, {text.origin, 0, 0}});
        literal_.insert(text.name);
      } else {
        findings_.push_back({text.origin, 0, 0, Severity::kError, "", words.problem,
                             spec->doc.empty() ? "" : text.name + ": " + spec->doc});
      }
    }
  }

  void give_params() {
    if (input_.outer == nullptr || !input_.params.is_object()) return;
    std::vector<std::string> names;
    for (const VarSpec& spec : unit_.vars) names.push_back(spec.name);
    for (const auto& [name, value] : input_.params.as_object()) {
      const std::string pointer = child_pointer(input_.pointer + "/params", name);
      if (find(name) == nullptr) {
        findings_.push_back(input_.outer->error_at_key(
            pointer, "the pipeline has no variable \"" + name + "\"" + suggestion(name, names),
            "the variables of " + unit_.shown_as + " are its parameters"));
        continue;
      }
      if (value.is_null()) continue;
      give(unit_.document, name, value, input_.outer->mark(pointer));
      literal_.insert(name);
    }
  }

  /// A variable without a value names the stage that uses the pipeline.
  void point_at_stage(std::size_t first) {
    if (input_.outer == nullptr) return;
    const Mark place = input_.outer->key_mark(input_.pointer);
    for (std::size_t i = first; i < findings_.size(); ++i) {
      if (findings_[i].message != "a value is required") continue;
      findings_[i].note = "used by " + dotted_path(input_.pointer) + " at " + place.file + ":" +
                          std::to_string(place.line) + ":" + std::to_string(place.column);
    }
  }

  bool fill() {
    unit_.vars = read_vars(unit_.document, findings_);
    if (has_errors(findings_)) return false;
    const std::size_t first = findings_.size();
    SubstituteOptions options{literal_, unit_.is_template, input_.open_required};
    for (const VarSpec& spec : unit_.vars) {
      const bool is_open = input_.open_required && spec.required && !spec.default_value;
      unit_.is_template = unit_.is_template || is_open;
    }
    options.is_template = unit_.is_template;
    unit_.values = resolve_vars(unit_.document, unit_.vars, options, findings_);
    point_at_stage(first);
    if (has_errors(findings_)) return false;
    substitute_vars(unit_.document, unit_.values, findings_);
    return !has_errors(findings_);
  }

 private:
  [[nodiscard]] const VarSpec* find(const std::string& name) const {
    const auto match = std::find_if(unit_.vars.begin(), unit_.vars.end(),
                                    [&name](const VarSpec& spec) { return spec.name == name; });
    return match == unit_.vars.end() ? nullptr : &*match;
  }

  Unit& unit_;
  const UnitInput& input_;
  Findings& findings_;
  std::set<std::string> literal_;
};

}  // namespace

std::shared_ptr<const Unit> load_unit(const std::filesystem::path& file,
                                      const std::string& shown_as,
                                      const Overrides& overrides,
                                      const SearchPath& search,
                                      const UnitInput& input,
                                      Findings& findings) {
  auto unit = std::make_shared<Unit>();
  unit->file = std::filesystem::absolute(file).lexically_normal();
  unit->shown_as = shown_as;
  unit->is_template = input.is_template;
  unit->ancestors = input.ancestors;
  unit->document = compose(unit->file, shown_as, overrides, search, findings, input.params);
  if (has_errors(findings)) return nullptr;
  if (input.outer != nullptr) {
    apply_stage_overrides(unit->document, *input.outer, input.pointer + "/stages", findings);
    if (has_errors(findings)) return nullptr;
  }
  check_shape(unit->document, findings);
  if (has_errors(findings)) return nullptr;
  UnitLoader loader(*unit, input, findings);
  unit->vars = read_vars(unit->document, findings);
  loader.give_params();
  loader.give_words(overrides.vars);
  if (has_errors(findings) || !loader.fill()) return nullptr;
  return unit;
}

}  // namespace nnflow::runtime
