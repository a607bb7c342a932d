// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "yaml.hpp"

#include <array>
#include <deque>
#include <fstream>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "scalar.hpp"

namespace nnflow::runtime {
namespace {

constexpr std::string_view kPlainTag = "?";
constexpr std::string_view kQuotedTag = "!";
constexpr std::string_view kTextTag = "tag:yaml.org,2002:str";

/// Builds the value from parser events; the node API would hide duplicate keys and aliases.
class Builder final : public YAML::EventHandler {
 public:
  Builder(Document& document, const std::string& name, bool with_lines, Findings& findings)
      : document_(document), name_(name), with_lines_(with_lines), findings_(findings) {}

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    if (expects_key()) {
      report(mark, "a key is missing before the colon");
      take_key(mark, "");
      return;
    }
    place(Value(), mark);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    report(mark, "aliases are not supported; use a variable or an import");
    if (expects_key()) {
      take_key(mark, "");
    } else {
      place(Value(), mark);
    }
  }

  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& text) override {
    refuse_anchor(mark, anchor);
    if (expects_key()) {
      if (tag == kPlainTag && text == "<<") {
        report(mark, "merge keys are not supported; use an import");
      }
      take_key(mark, text);
      return;
    }
    if (tag != kPlainTag && tag != kQuotedTag && tag != kTextTag) {
      report(mark, "the tag " + tag + " is not supported");
    }
    if (tag != kPlainTag) {
      place(Value(text), mark);
      return;
    }
    PlainScalar scalar = parse_plain_scalar(text);
    if (!scalar.problem.empty()) report(mark, scalar.problem);
    place(std::move(scalar.value), mark);
  }

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    begin(mark, tag, anchor, Value(Value::Array{}));
  }
  void OnSequenceEnd() override { open_.pop_back(); }

  void OnMapStart(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    begin(mark, tag, anchor, Value(Value::Object{}));
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Open {
    bool is_map = false;
    bool has_key = false;
    std::string pointer;
    std::string key;
    Mark key_mark;
    Value discarded;  // takes the value of a refused key
    bool discard = false;
    Value* value = nullptr;
  };

  [[nodiscard]] Mark here(const YAML::Mark& mark) const {
    if (!with_lines_) return {name_, 0, 0};
    return {name_, mark.line + 1, mark.column + 1};
  }

  void report(const YAML::Mark& mark, std::string message, std::string note = {}) {
    const Mark at = here(mark);
    const std::string path = open_.empty() ? "" : dotted_path(open_.back().pointer);
    findings_.push_back(
        {at.file, at.line, at.column, Severity::kError, path, std::move(message), std::move(note)});
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor)
      report(mark, "anchors are not supported; use a variable or an import");
  }

  [[nodiscard]] bool expects_key() const {
    return !open_.empty() && open_.back().is_map && !open_.back().has_key;
  }

  void take_key(const YAML::Mark& mark, const std::string& key) {
    Open& map = open_.back();
    map.has_key = true;
    map.key = key;
    map.key_mark = here(mark);
    map.discard = map.value->find(key) != nullptr;
    if (map.discard) {
      const Mark first = document_.key_mark(child_pointer(map.pointer, key));
      report(mark, "the key \"" + key + "\" is given twice",
             with_lines_ ? "first given at line " + std::to_string(first.line) : "");
    }
  }

  /// Adds a finished scalar or an empty collection; returns where it lives and its pointer.
  Value* place(Value value, const YAML::Mark& mark, std::string* pointer_out = nullptr) {
    NodeMark node{here(mark), here(mark)};
    std::string pointer;
    Value* slot = &document_.root;
    if (!open_.empty()) {
      Open& parent = open_.back();
      if (parent.is_map) {
        pointer = child_pointer(parent.pointer, parent.key);
        node.key = parent.key_mark;
        parent.has_key = false;
        slot = parent.discard ? &parent.discarded : &parent.value->set(parent.key, Value());
        if (parent.discard) pointer = child_pointer(pointer, std::string_view("(second)"));
      } else {
        Value::Array& items = parent.value->as_array();
        pointer = child_pointer(parent.pointer, items.size());
        slot = &items.emplace_back();
      }
    }
    document_.set_mark(pointer, node);
    *slot = std::move(value);
    if (pointer_out != nullptr) *pointer_out = std::move(pointer);
    return slot;
  }

  void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Value empty) {
    refuse_anchor(mark, anchor);
    if (tag != kPlainTag && !tag.empty()) report(mark, "the tag " + tag + " is not supported");
    if (expects_key()) {
      report(mark, "a key must be text");
      take_key(mark, "");
    }
    Open open;
    open.is_map = empty.is_object();
    open.value = place(std::move(empty), mark, &open.pointer);
    open_.push_back(std::move(open));
  }

  Document& document_;
  const std::string& name_;
  bool with_lines_;
  Findings& findings_;
  std::deque<Open> open_;  // references into it survive a push
};

Document parse(std::string_view text,
               const std::string& name,
               bool with_lines,
               Findings& findings) {
  Document document;
  document.set_mark("", {{name, with_lines ? 1 : 0, with_lines ? 1 : 0}, {}});
  std::istringstream stream{std::string(text)};
  const std::size_t before = findings.size();
  try {
    YAML::Parser parser(stream);
    Builder builder(document, name, with_lines, findings);
    if (!parser.HandleNextDocument(builder)) return document;
    Document rest;
    Findings ignored;
    Builder second(rest, name, with_lines, ignored);
    if (parser.HandleNextDocument(second)) {
      findings.push_back(
          {name, 0, 0, Severity::kError, "", "only one YAML document is allowed in a file", ""});
    }
  } catch (const YAML::Exception& error) {
    findings.resize(before);  // what was read of a broken text may mislead
    const bool known = with_lines && error.mark.line >= 0;
    findings.push_back({name, known ? error.mark.line + 1 : 0, known ? error.mark.column + 1 : 0,
                        Severity::kError, "", "not valid YAML: " + error.msg, ""});
  }
  return document;
}

}  // namespace

Document parse_yaml(std::string_view text, const std::string& name, Findings& findings) {
  return parse(text, name, true, findings);
}

Document parse_yaml_value(std::string_view text, const std::string& origin, Findings& findings) {
  return parse(text, origin, false, findings);
}

Document load_yaml(const std::filesystem::path& file, const std::string& name, Findings& findings) {
  constexpr std::uintmax_t kLargest = 16U * 1024U * 1024U;
  std::error_code error;
  std::string problem;
  if (!std::filesystem::exists(file, error)) {
    problem = "no such file";
  } else if (!std::filesystem::is_regular_file(file, error)) {
    problem = "not a regular file";
  } else if (std::filesystem::file_size(file, error) > kLargest || error) {
    problem = "larger than 16 MiB";
  }
  if (problem.empty()) {
    std::ifstream stream(file, std::ios::binary);
    std::array<char, 16384> buffer{};
    std::string text;
    while (stream) {
      stream.read(buffer.data(), buffer.size());
      text.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
    }
    if (stream.eof()) return parse(text, name, true, findings);
    problem = "cannot be read";
  }
  findings.push_back({name, 0, 0, Severity::kError, "", problem, ""});
  return {};
}

}  // namespace nnflow::runtime
