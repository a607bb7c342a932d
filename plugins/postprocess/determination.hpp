// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/labels.hpp>
#include <nnflow/nnunet/metrics.hpp>
#include <nnflow/nnunet/postprocessing.hpp>
#include <string>
#include <vector>

#include "postprocess/kernels/packed_pair.hpp"

namespace nnflow::postprocess {

/// What `Determination::decide` found.
struct DeterminationResult {
  std::vector<nnunet::PostprocessingStep> steps;  ///< accepted, in order of application
  nnunet::Summary before;                         ///< metrics of the cases as given
  nnunet::Summary after;                          ///< metrics with the steps applied

  /// postprocessing.json (nnunet-inference 6.4).
  [[nodiscard]] nnunet::Json to_json() const;
};

/// Finds out which labels profit from keeping only their largest component (nnunet-inference 6.4).
class Determination {
 public:
  explicit Determination(nnunet::LabelManager labels) : labels_(std::move(labels)) {}

  /// Extents must agree. Keeps a compressed copy.
  void add(const std::string& id,
           const imaging::LabelMap& prediction,
           const imaging::LabelMap& reference);
  [[nodiscard]] bool empty() const { return cases_.empty(); }

  /// Tries all foreground labels together, then every label or region by itself. `proceed` is asked
  /// before each trial and ends the work with Error(kCancelled) by returning false.
  [[nodiscard]] DeterminationResult decide(const std::function<bool(int done, int total)>& proceed);

 private:
  struct Case {
    std::string id;
    PackedPair pair;
  };
  [[nodiscard]] std::vector<Case> treated(const nnunet::PostprocessingStep& step) const;
  [[nodiscard]] nnunet::Summary measure(const std::vector<Case>& cases) const;

  nnunet::LabelManager labels_;
  std::vector<Case> cases_;
};

}  // namespace nnflow::postprocess
