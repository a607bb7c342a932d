// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <nnflow/nnflow.hpp>

namespace nnflow::io {

/// Tells `nnflow doctor` about the environment variables that name nnU-Net's folders.
class FoldersDoctor final : public Diagnostician {
 public:
  explicit FoldersDoctor(const Value& /*arguments*/) {}
  [[nodiscard]] std::vector<Diagnosis> examine() const override;
};

}  // namespace nnflow::io
