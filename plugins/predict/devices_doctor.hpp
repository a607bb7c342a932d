// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <nnflow/nnflow.hpp>

namespace nnflow::predict {

/// Tells `nnflow doctor` which devices Torch can compute on.
class DevicesDoctor final : public Diagnostician {
 public:
  explicit DevicesDoctor(const Value& /*arguments*/) {}
  [[nodiscard]] std::vector<Diagnosis> examine() const override;
};

}  // namespace nnflow::predict
