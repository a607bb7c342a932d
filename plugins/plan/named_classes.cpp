// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plan/named_classes.hpp"

#include <algorithm>
#include <vector>

#include <nnflow/error.hpp>
#include <nnflow/nnunet/preprocessor.hpp>

#include "plan/kernels/configuration.hpp"

namespace nnflow::plan {
namespace {

[[noreturn]] void unknown(const std::string& parameter,
                          const std::string& name,
                          const std::vector<std::string>& known) {
  std::string text = parameter + ": got '" + name + "', expected one of ";
  for (std::size_t i = 0; i < known.size(); ++i) text += (i == 0 ? "" : ", ") + known[i];
  throw Error(ErrorCode::kInvalidParam, text);
}

}  // namespace

std::shared_ptr<const nnunet::Planner> find_planner(const InterfaceCatalog& catalog,
                                                    const std::string& name) {
  if (find_preset(name) != nullptr) return nullptr;
  const auto others = catalog.implementations(nnunet::Planner::kInterface);
  if (std::find(others.begin(), others.end(), name) == others.end()) {
    std::vector<std::string> known;
    for (const Preset& preset : presets()) known.emplace_back(preset.name);
    known.insert(known.end(), others.begin(), others.end());
    unknown("planner", name, known);
  }
  return catalog.make<nnunet::Planner>(name, Value());
}

void require_preprocessor(const InterfaceCatalog& catalog, const std::string& name) {
  auto known = catalog.implementations(nnunet::Preprocessor::kInterface);
  known.emplace(known.begin(), nnunet::Preprocessor::kDefault);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    unknown("preprocessor_name", name, known);
  }
}

}  // namespace nnflow::plan
