// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plan/job_order.hpp"

#include <algorithm>
#include <filesystem>
#include <nnflow/nnunet/default_configurations.hpp>
#include <nnflow/nnunet/splits.hpp>
#include <set>

namespace nnflow::plan {
namespace {

std::string names_of(const nnunet::Plans& plans) {
  std::string names;
  for (const std::string& name : plans.configuration_names())
    names += (names.empty() ? "" : ", ") + name;
  return names;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Appends a configuration, but the stages before it first: all of them, or those in `listed`.
void append(const std::string& name,
            const nnunet::Plans& plans,
            const std::vector<std::string>& listed,
            bool all,
            std::set<std::string>& seen,
            std::vector<std::string>& order) {
  if (!seen.insert(name).second) return;
  const auto& previous = plans.configuration(name).previous_stage;
  if (previous && (all || contains(listed, *previous))) {
    append(*previous, plans, listed, all, seen, order);
  }
  order.push_back(name);
}

}  // namespace

std::vector<std::string> ordered_configurations(
    const nnunet::Plans& plans,
    const std::vector<std::string>& wanted,
    bool previous_stages,
    const std::function<void(const std::string&)>& left_out) {
  std::vector<std::string> listed;
  for (const std::string& name : wanted.empty() ? plans.configuration_names() : wanted) {
    if (plans.has_configuration(name)) {
      listed.push_back(name);
    } else if (nnunet::is_default_configuration(name)) {
      left_out(name);
    } else {
      throw Error(ErrorCode::kInvalidParam, "parameter configurations: " + name + " is not in " +
                                                plans.source() +
                                                "; expected some of: " + names_of(plans));
    }
  }
  std::set<std::string> seen;
  std::vector<std::string> order;
  for (const std::string& name : listed) {
    append(name, plans, listed, previous_stages, seen, order);
  }
  return order;
}

bool validate_every_case(const std::vector<std::string>& folds,
                         const nnunet::DatasetDescription* dataset) {
  if (contains(folds, "all")) return true;
  std::size_t count = nnunet::kDefaultFolds;
  const auto root = dataset != nullptr ? dataset->roots().preprocessed : std::nullopt;
  if (root) {
    const std::filesystem::path file = *root / dataset->name / "splits_final.json";
    if (std::filesystem::exists(file)) count = nnunet::Splits::read(file).folds.size();
  }
  for (std::size_t fold = 0; fold < count; ++fold) {
    if (!contains(folds, std::to_string(fold))) return false;
  }
  return true;
}

Error none_planned(const nnunet::Plans& plans) {
  return {ErrorCode::kInvalidParam, "parameter configurations: none of them is in " +
                                        plans.source() + "; expected some of: " + names_of(plans)};
}

}  // namespace nnflow::plan
