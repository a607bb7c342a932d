// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <nnflow/interface.hpp>
#include <nnflow/nnunet/planner.hpp>

namespace nnflow::plan {

/// The planner that a plugin registered under this name; null for one of nnU-Net's.
/// @throws nnflow::Error kInvalidParam listing all planners
[[nodiscard]] std::shared_ptr<const nnunet::Planner> find_planner(const InterfaceCatalog& catalog,
                                                                  const std::string& name);

/// @throws nnflow::Error kInvalidParam unless it is nnU-Net's preprocessor or that of a plugin
void require_preprocessor(const InterfaceCatalog& catalog, const std::string& name);

}  // namespace nnflow::plan
