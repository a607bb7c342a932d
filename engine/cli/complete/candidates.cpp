// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "complete/candidates.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "common_options.hpp"
#include "complete/pipeline_words.hpp"
#include "library_options.hpp"
#include "pipeline_call.hpp"
#include "pipeline_help.hpp"
#include "pipeline_index.hpp"
#include "plugin/plugin_set.hpp"
#include "var_options.hpp"

namespace nnflow::cli {
namespace {

/// An option as a line of help tells it.
struct OptionWords {
  Words names;
  std::string value;  ///< "FILE"; empty for a flag
  std::string doc;
};

OptionWords parse_line(const HelpLine& line) {
  OptionWords option;
  option.doc = line.right;
  std::string_view rest = line.left;
  while (!rest.empty() && rest[0] == '-') {
    const std::size_t end = std::min(rest.find_first_of(", "), rest.size());
    option.names.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(rest.find_first_not_of(", ", end), rest.size()));
  }
  option.value = rest;
  return option;
}

std::vector<std::filesystem::path> plugin_dirs(const Words& words) {
  std::vector<std::filesystem::path> dirs;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "--plugin-dir") dirs.emplace_back(words[i + 1]);
  }
  return dirs;
}

class Completer {
 public:
  explicit Completer(const Words& words) : words_(words), current_(words.back()) {}

  std::vector<Candidate> complete() {
    if (words_.size() == 1) {
      add_commands();
      add_pipelines();
      return found_;
    }
    const Words given(words_.begin() + 1, words_.end() - 1);
    add_lines(library_options());
    const auto command =
        std::find_if(commands().begin(), commands().end(),
                     [this](const Command& c) { return c.name == words_[0] && !c.hidden; });
    if (command != commands().end()) {
      complete_command(*command, given);
    } else if (const auto entry = index_.find(words_[0])) {
      pipeline_.emplace(*entry, index_, plugin_dirs(words_));
      add_lines(common_help());
      add_lines(var_help(pipeline_->vars()));
      complete_words(given);
    }
    return found_;
  }

 private:
  void add(std::string word, std::string doc = {}) {
    if (word.starts_with(current_)) found_.push_back({std::move(word), std::move(doc)});
  }
  void add_commands() {
    for (const Command& command : commands()) {
      if (!command.hidden) add(std::string(command.name), std::string(command.summary));
    }
    add("--help", "show the commands");
    add("--version", "versions of the program and of its libraries");
  }
  void add_pipelines() {
    for (const PipelineEntry& entry : index_.entries())
      add(entry.name, read_head(entry.file).summary);
  }
  void add_stages() {
    const runtime::PluginSet plugins(runtime::PluginSet::default_search(plugin_dirs(words_)));
    for (const std::string& id : plugins.stage_ids()) add(id, plugins.describe(id)->summary);
  }
  void add_lines(const std::vector<HelpLine>& lines) {
    for (const HelpLine& line : lines) options_.push_back(parse_line(line));
  }

  void complete_command(const Command& command, const Words& given) {
    if (command.options != nullptr) add_lines(command.options());
    bool named = false;
    if (command.target == Target::kPipeline) {
      const std::size_t at = target_position(given, {"--out", "--run"});
      named = at < given.size();
      const auto entry = named ? index_.find_or_file(given[at]) : std::nullopt;
      if (entry) {
        pipeline_.emplace(*entry, index_, plugin_dirs(words_));
        if (command.run != validate_command) add_lines(var_help(pipeline_->vars()));
      }
    }
    if (complete_words(given) || named) return;
    switch (command.target) {
      case Target::kNone:
        return;
      case Target::kShell:
        add("bash");
        add("zsh");
        return;
      case Target::kStageOrPipeline:
        add_stages();
        add_pipelines();
        return;
      case Target::kPipeline:
        add_pipelines();
        return;
    }
  }

  [[nodiscard]] const OptionWords* option(const std::string& name) const {
    for (const OptionWords& known : options_) {
      if (std::find(known.names.begin(), known.names.end(), name) != known.names.end())
        return &known;
    }
    return nullptr;
  }

  /// Names and values of options; false when the word is neither.
  bool complete_words(const Words& given) {
    const std::size_t equals = current_.find('=');
    if (current_.starts_with("-") && equals != std::string::npos) {
      const OptionWords* known = option(current_.substr(0, equals));
      if (known != nullptr) add_values(*known, current_.substr(0, equals + 1));
      return true;
    }
    const OptionWords* before = given.empty() ? nullptr : option(given.back());
    if (before != nullptr && !before->value.empty()) {
      add_values(*before, "");
      return true;
    }
    if (!current_.starts_with("-")) return false;
    for (const OptionWords& known : options_) {
      for (const std::string& name : known.names) add(name, known.doc);
    }
    return true;
  }

  void add_values(const OptionWords& known, const std::string& prefix) {
    const auto add_all = [&](const Words& values) {
      for (const std::string& value : values) add(prefix + value);
    };
    if (known.value == "LEVEL") return add_all({"debug", "info", "warning", "error"});
    if (!pipeline_) return;
    if (known.value == "STAGE") return add_all(pipeline_->stage_ids());
    if (known.value == "PATH=VALUE") return add_all(pipeline_->set_paths());
    add_all(pipeline_->choices(known.names));
  }

  const Words& words_;
  const std::string& current_;
  const PipelineIndex index_;
  std::optional<PipelineWords> pipeline_;
  std::vector<OptionWords> options_;
  std::vector<Candidate> found_;
};

}  // namespace

std::vector<Candidate> candidates(const Words& words) {
  if (words.empty()) return {};
  return Completer(words).complete();
}

}  // namespace nnflow::cli
