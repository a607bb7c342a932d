// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "schema.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "scalar.hpp"

namespace nnflow::runtime {
namespace {

using Names = std::vector<std::string>;

bool is_name(std::string_view text) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
         std::all_of(text.begin(), text.end(), is_word);
}

/// Names joined by "/", as the stages of a used pipeline have in a resolved document.
bool is_stage_id(std::string_view text) {
  while (true) {
    const std::size_t slash = text.find('/');
    if (!is_name(text.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    text.remove_prefix(slash + 1);
  }
}

std::string joined(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

class ShapeChecker {
 public:
  ShapeChecker(const Document& document, Findings& findings)
      : document_(document), findings_(findings) {}

  void check() {
    if (!check_map(document_.root, "", document_keys(), "key")) return;
    check_version();
    check_text("name");
    check_text("summary");
    check_text("doc");
    if (const Value* name = document_.root.find("name");
        name != nullptr && name->is_string() && !is_name(name->as_string())) {
      error("/name", "expected a name of lower-case letters, digits and _, got " + shown(*name));
    }
    check_block("vars",
                [this](const std::string& name, const Value& value, const std::string& pointer) {
                  if (!is_name(name)) bad_name(pointer, "a variable");
                  if (value.is_object()) check_map(value, pointer, var_keys(), "key of a variable");
                });
    if (const Value* run = document_.root.find("run")) {
      check_map(*run, "/run", run_keys(), "run setting");
      const Value* const executor = run->find("executor");
      if (executor != nullptr && executor->is_object())
        check_map(*executor, "/run/executor", executor_keys(), "key of an executor");
    }
    check_stages();
    check_block("exports",
                [this](const std::string& name, const Value& value, const std::string& pointer) {
                  if (!is_name(name)) bad_name(pointer, "an export");
                  if (!value.is_string())
                    error(pointer, "expected a port like stage.port, got " + shown(value));
                });
    if (const Value* aliases = document_.root.find("aliases")) {
      const bool good =
          aliases->is_array() && std::all_of(aliases->as_array().begin(), aliases->as_array().end(),
                                             [](const Value& v) { return v.is_string(); });
      if (!good) error("/aliases", "expected a list of command names");
    }
  }

 private:
  void error(const std::string& pointer, std::string message) {
    findings_.push_back(document_.error_at(pointer, std::move(message)));
  }
  void bad_name(const std::string& pointer, const std::string& kind) {
    findings_.push_back(document_.error_at_key(
        pointer,
        "the name of " + kind + " has lower-case letters, digits and _ and begins with a letter"));
  }

  bool check_map(const Value& node,
                 const std::string& pointer,
                 const Names& allowed,
                 const std::string& kind) {
    if (!node.is_object()) {
      error(pointer, "expected a map, got " + shown(node));
      return false;
    }
    for (const auto& [key, value] : node.as_object()) {
      if (std::find(allowed.begin(), allowed.end(), key) != allowed.end()) continue;
      Finding finding =
          document_.error_at_key(child_pointer(pointer, key),
                                 "unknown " + kind + " \"" + key + "\"" + suggestion(key, allowed),
                                 "allowed are " + joined(allowed));
      finding.path = dotted_path(pointer);
      findings_.push_back(std::move(finding));
    }
    return true;
  }

  void check_version() {
    const Value* version = document_.root.find("nnflow");
    if (version == nullptr) {
      error("", "the key \"nnflow\" with the format version is required; write nnflow: 1");
    } else if (!version->is_integer() || version->as_integer() != kFormatVersion) {
      error("/nnflow", "expected format version 1, got " + shown(*version));
    }
  }

  void check_text(const std::string& key) {
    const Value* value = document_.root.find(key);
    if (value != nullptr && !value->is_string()) {
      error("/" + key, "expected text, got " + shown(*value));
    }
  }

  template <class Check>
  void check_block(const std::string& key, const Check& check) {
    const Value* block = document_.root.find(key);
    if (block == nullptr) return;
    if (!block->is_object()) {
      error("/" + key, "expected a map, got " + shown(*block));
      return;
    }
    for (const auto& [name, value] : block->as_object()) {
      check(name, value, child_pointer("/" + key, name));
    }
  }

  void check_stages() {
    const Value* stages = document_.root.find("stages");
    if (stages == nullptr || (stages->is_object() && stages->as_object().empty())) {
      error("", "a pipeline needs at least one stage under \"stages\"");
      return;
    }
    check_block("stages",
                [this](const std::string& id, const Value& stage, const std::string& pointer) {
                  if (!is_stage_id(id)) bad_name(pointer, "a stage");
                  if (!check_map(stage, pointer, stage_keys(), "key of a stage")) return;
                  check_stage(stage, pointer);
                });
  }

  void check_stage(const Value& stage, const std::string& pointer) {
    const Value* use = stage.find("use");
    if (use == nullptr) {
      error(pointer, "a stage needs \"use\" with a stage id");
    } else if (!use->is_string()) {
      error(pointer + "/use", "expected a stage id like crop.nonzero_box, got " + shown(*use));
    }
    for (const char* key : {"params", "stages"}) {
      const Value* block = stage.find(key);
      if (block != nullptr && !block->is_object() && !block->is_null()) {
        error(child_pointer(pointer, std::string_view(key)),
              "expected a map, got " + shown(*block));
      }
    }
    const bool is_pipeline =
        use != nullptr && use->is_string() && use->as_string().starts_with("pipeline:");
    for (const char* key : {"stages", "foreach"}) {
      if (stage.find(key) == nullptr || is_pipeline) continue;
      findings_.push_back(
          document_.error_at_key(child_pointer(pointer, std::string_view(key)),
                                 "only a stage with use: pipeline:FILE can have this key"));
    }
    if (const Value* hints = stage.find("hints")) {
      check_map(*hints, pointer + "/hints", hint_keys(), "hint");
    }
  }

  const Document& document_;
  Findings& findings_;
};

}  // namespace

const Names& document_keys() {
  static const Names kKeys{"nnflow", "name", "summary", "doc",     "imports",
                           "vars",   "run",  "stages",  "exports", "aliases"};
  return kKeys;
}
const Names& var_keys() {
  static const Names kKeys{"type",       "default", "required", "doc",   "flags",
                           "positional", "many",    "choices",  "apart", "each"};
  return kKeys;
}
const Names& run_keys() {
  static const Names kKeys{"seed",     "threads", "memory",  "in_flight",
                           "on_error", "record",  "executor"};
  return kKeys;
}
const Names& executor_keys() {
  static const Names kKeys{"use", "params"};
  return kKeys;
}
const Names& stage_keys() {
  static const Names kKeys{"use",      "from", "params",  "after",  "hints", "cache",
                           "on_error", "when", "foreach", "stages", "doc"};
  return kKeys;
}
const Names& hint_keys() {
  static const Names kKeys{"concurrency", "memory", "in_flight"};
  return kKeys;
}

void check_shape(const Document& document, Findings& findings) {
  ShapeChecker(document, findings).check();
}

const Value* find_node(const Value& root, std::string_view pointer) {
  const Value* node = &root;
  while (!pointer.empty() && node != nullptr) {
    pointer.remove_prefix(1);
    const std::size_t end = pointer.find('/');
    const std::string key = dotted_path("/" + std::string(pointer.substr(0, end)));
    if (node->is_array()) {
      const auto index = parse_integer(key);
      const bool inside =
          index && *index >= 0 && static_cast<std::size_t>(*index) < node->as_array().size();
      node = inside ? &node->as_array()[static_cast<std::size_t>(*index)] : nullptr;
    } else {
      node = node->find(key);
    }
    pointer = end == std::string_view::npos ? std::string_view{} : pointer.substr(end);
  }
  return node;
}

}  // namespace nnflow::runtime
