// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <utility>

#include "scalar.hpp"
#include "schema.hpp"

namespace nnflow::runtime {
namespace {

/// Reads single settings; a missing or null one keeps its default, a wrong one is a finding.
class SettingReader {
 public:
  SettingReader(const Document& document, std::string pointer, const Value* map, Findings& findings)
      : document_(document), pointer_(std::move(pointer)), map_(map), findings_(findings) {}

  void integer(std::string_view key, std::int64_t minimum, std::int64_t& out) {
    const Value* value = find(key);
    if (value == nullptr) return;
    const auto number = integral(*value);
    if (number && *number >= minimum) {
      out = *number;
    } else {
      wrong(key, "an integer of at least " + std::to_string(minimum), *value);
    }
  }

  /// "auto" (0) or an integer of at least 1.
  void count(std::string_view key, int& out) {
    const Value* value = find(key);
    if (value == nullptr) return;
    const auto number = integral(*value);
    if (number && *number >= 1 && *number <= 1'000'000) {
      out = static_cast<int>(*number);
    } else if (value->is_string() && value->as_string() == "auto") {
      out = 0;
    } else {
      wrong(key, "auto or an integer of at least 1", *value);
    }
  }

  void size(std::string_view key, std::int64_t& out) {
    const Value* value = find(key);
    if (value == nullptr) return;
    if (value->is_string()) {
      const auto bytes = parse_size(value->as_string());
      if (bytes && *bytes > 0) {
        out = *bytes;
        return;
      }
      if (value->as_string() == "auto") {
        out = 0;
        return;
      }
    }
    wrong(key, "auto or a size with a unit (4GiB)", *value);
  }

  /// A size, or a multiple of the input's: "4*input".
  void memory_hint(std::string_view key, std::string& out) {
    const Value* value = find(key);
    if (value == nullptr) return;
    constexpr std::string_view kSuffix = "*input";
    if (value->is_string()) {
      const std::string& text = value->as_string();
      const bool multiple =
          text.size() > kSuffix.size() && text.ends_with(kSuffix) &&
          parse_number(text.substr(0, text.size() - kSuffix.size())).value_or(-1.0) > 0.0;
      if (multiple || parse_size(text)) {
        out = text;
        return;
      }
    }
    wrong(key, "a size with a unit (4GiB) or a multiple of the input (4*input)", *value);
  }

  void boolean(std::string_view key, bool& out) {
    const Value* value = find(key);
    if (value == nullptr) return;
    if (value->is_bool()) {
      out = value->as_bool();
    } else {
      wrong(key, "true or false", *value);
    }
  }

  void text(std::string_view key, std::string& out) {
    const Value* value = find(key);
    if (value == nullptr) return;
    if (value->is_string()) {
      out = value->as_string();
    } else {
      wrong(key, "text", *value);
    }
  }

  /// A name, or a map with `use` and `params`.
  void executor(std::string_view key, std::string& name, Value& params) {
    const Value* value = find(key);
    if (value == nullptr) return;
    const Value* use = value->is_object() ? value->find("use") : value;
    const Value* given = value->is_object() ? value->find("params") : nullptr;
    const bool fits = given == nullptr || given->is_null() || given->is_object();
    if (use == nullptr || !use->is_string() || !fits) {
      wrong(key, "the name of an executor or {use: NAME, params: {...}}", *value);
      return;
    }
    name = use->as_string();
    if (given != nullptr) params = *given;
  }

  template <class Enum>
  void choice(std::string_view key,
              std::string_view first,
              Enum first_value,
              std::string_view second,
              Enum second_value,
              Enum& out) {
    const Value* value = find(key);
    if (value == nullptr) return;
    if (value->is_string() && value->as_string() == first) {
      out = first_value;
    } else if (value->is_string() && value->as_string() == second) {
      out = second_value;
    } else {
      wrong(key, std::string(first) + " or " + std::string(second), *value);
    }
  }

 private:
  [[nodiscard]] const Value* find(std::string_view key) const {
    const Value* value = map_ == nullptr ? nullptr : map_->find(key);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  void wrong(std::string_view key, const std::string& expected, const Value& value) {
    findings_.push_back(document_.error_at(child_pointer(pointer_, key),
                                           "expected " + expected + ", got " + shown(value)));
  }

  const Document& document_;
  std::string pointer_;
  const Value* map_;
  Findings& findings_;
};

}  // namespace

RunSettings read_run(const Document& document, Findings& findings) {
  RunSettings run;
  SettingReader reader(document, "/run", document.root.find("run"), findings);
  auto seed = static_cast<std::int64_t>(run.seed);
  reader.integer("seed", 0, seed);
  run.seed = static_cast<std::uint64_t>(seed);
  reader.count("threads", run.threads);
  reader.size("memory", run.memory_bytes);
  reader.count("in_flight", run.in_flight);
  reader.choice("on_error", "stop", OnError::kStop, "skip_item", OnError::kSkipItem, run.on_error);
  reader.choice("record", "items", RecordDetail::kItems, "summary", RecordDetail::kSummary,
                run.record);
  reader.executor("executor", run.executor, run.executor_params);
  return run;
}

void read_stage_settings(const Document& document,
                         const std::string& pointer,
                         const Value& stage,
                         ResolvedStage& out,
                         Findings& findings) {
  SettingReader reader(document, pointer, &stage, findings);
  reader.boolean("cache", out.cache);
  reader.choice("on_error", "stop", OnError::kStop, "skip_item", OnError::kSkipItem, out.on_error);
  reader.text("doc", out.doc);
  SettingReader hints(document, pointer + "/hints", stage.find("hints"), findings);
  hints.count("concurrency", out.hints.concurrency);
  hints.memory_hint("memory", out.hints.memory);
  hints.count("in_flight", out.hints.in_flight);
}

}  // namespace nnflow::runtime
