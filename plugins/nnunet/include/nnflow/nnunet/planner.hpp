// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/fingerprint.hpp"
#include "nnflow/nnunet/py_json.hpp"

namespace nnflow::nnunet {

/// A planner that users select by its name (`-pl NAME`) and that plans record as
/// `experiment_planner_used`. It edits what one of nnU-Net's planners plans. Plugins register
/// implementations: `registry.add<Planner, Mine>("nnunet.planner/1", "MyPlanner", "...")`; they are
/// constructed from an empty `Value`.
class Planner {
 public:
  static constexpr std::string_view kInterface = "nnunet.planner/1";

  Planner() = default;
  Planner(const Planner&) = delete;
  Planner& operator=(const Planner&) = delete;
  virtual ~Planner() = default;

  /// The planner of nnU-Net whose plans are edited.
  [[nodiscard]] virtual std::string base() const { return "ExperimentPlanner"; }
  /// Name of the plans where the user gives none.
  [[nodiscard]] virtual std::string plans_name() const = 0;
  /// The plans document (nnunet-data 4.14) made of that of `base()`, whose names are already those
  /// of this planner.
  [[nodiscard]] virtual Json plan(Json plans,
                                  const DatasetDescription& dataset,
                                  const Fingerprint& fingerprint) const = 0;
};

}  // namespace nnflow::nnunet
