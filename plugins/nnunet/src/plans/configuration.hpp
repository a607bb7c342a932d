// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nnflow/nnunet/plans.hpp"

namespace nnflow::nnunet {

/// The entry `name` of `configurations` with `inherits_from` resolved: parent first, then the
/// child's keys replace the parent's. Null with a finding when a parent is missing or the chain is
/// a cycle.
Json resolve_configuration(const Json& configurations,
                           const std::string& name,
                           std::vector<std::string>& findings);

/// Replaces the flat network keys of plans without `architecture` (nnunet-data 4.14, "Old plans").
void convert_old_architecture(Json& configuration,
                              const std::string& where,
                              std::vector<std::string>& findings);

/// Interprets a resolved configuration.
ConfigurationPlan parse_configuration(Json resolved,
                                      const std::string& name,
                                      std::vector<std::string>& findings);

}  // namespace nnflow::nnunet
