// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "var_options.hpp"

#include <algorithm>
#include <utility>

namespace nnflow::cli {
namespace {

using runtime::VarSpec;

std::string kebab(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

bool is_single_dash(const std::string& flag) {
  return flag.size() > 2 && flag[0] == '-' && flag[1] != '-';
}

/// CLI11 knows one letter after one dash; longer words become long options.
std::string registered(const std::string& flag) { return is_single_dash(flag) ? "-" + flag : flag; }

}  // namespace

VarFlags var_flags(const VarSpec& spec) {
  VarFlags flags;
  for (const std::string& flag : spec.flags) {
    const std::size_t equals = flag.find('=');
    if (equals == std::string::npos) {
      flags.takes_words.push_back(flag);
    } else {
      flags.sets_value.emplace_back(flag.substr(0, equals), flag.substr(equals + 1));
    }
  }
  const std::string own = "--" + kebab(spec.name);
  const auto& words = flags.takes_words;
  if (std::find(words.begin(), words.end(), own) == words.end()) flags.takes_words.push_back(own);
  if (spec.type.base == runtime::VarType::Base::kBool && !spec.type.is_list) {
    flags.sets_value.emplace_back("--no-" + kebab(spec.name), "false");
  }
  return flags;
}

VarOptions::VarOptions(CLI::App& app,
                       const std::vector<VarSpec>& specs,
                       const std::set<std::string>& reserved)
    : names_(reserved) {
  for (const VarSpec& spec : specs) add(app, spec);
}

void VarOptions::add(CLI::App& app, const VarSpec& spec) {
  auto slot = std::make_unique<Slot>();
  slot->name = spec.name;
  slot->origin = "--" + kebab(spec.name);
  const VarFlags flags = var_flags(spec);
  std::string names;
  for (const std::string& flag : flags.takes_words) {
    if (!names_.insert(registered(flag)).second) continue;  // an earlier variable has this spelling
    if (is_single_dash(flag)) single_dash_.insert(flag);
    names += (names.empty() ? "" : ",") + registered(flag);
  }
  const bool is_flag = spec.type.base == runtime::VarType::Base::kBool && !spec.type.is_list;
  if (names.empty()) {
    slot->option = nullptr;
  } else if (is_flag) {
    slot->option = app.add_flag(names, slot->words);
  } else {
    slot->option = app.add_option(names, slot->words);
    if (spec.type.is_list || spec.each) {
      slot->option->expected(1, CLI::detail::expected_max_vector_size);
      slot->option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    } else {
      slot->option->expected(1)->allow_extra_args(false)->multi_option_policy(
          CLI::MultiOptionPolicy::TakeLast);
    }
  }
  for (const auto& [flag, value] : flags.sets_value) {
    if (!names_.insert(registered(flag)).second) continue;
    if (is_single_dash(flag)) single_dash_.insert(flag);
    slot->setters.emplace_back(app.add_flag(registered(flag)), value);
  }
  if (spec.positional) {
    slot->positional = app.add_option(spec.name, slot->positional_words);
    if (spec.type.is_list || spec.each) {
      slot->positional->expected(1, CLI::detail::expected_max_vector_size);
    } else {
      slot->positional->expected(1)->allow_extra_args(false);
    }
  }
  slots_.push_back(std::move(slot));
}

Words VarOptions::map_words(const Words& words) const {
  Words mapped;
  bool only_values = false;
  for (const std::string& word : words) {
    only_values = only_values || word == "--";
    const std::string flag = word.substr(0, word.find('='));
    mapped.push_back(!only_values && single_dash_.contains(flag) ? "-" + word : word);
  }
  return mapped;
}

std::vector<runtime::VarText> VarOptions::given() const {
  std::vector<runtime::VarText> given;
  for (const auto& slot : slots_) {
    if (slot->option != nullptr && slot->option->count() > 0) {
      given.push_back({slot->name, slot->words, slot->origin});
      continue;
    }
    if (slot->positional != nullptr && slot->positional->count() > 0) {
      given.push_back({slot->name, slot->positional_words, slot->name});
      continue;
    }
    for (const auto& [option, value] : slot->setters) {
      if (option->count() > 0) given.push_back({slot->name, {value}, option->get_name()});
    }
  }
  return given;
}

}  // namespace nnflow::cli
