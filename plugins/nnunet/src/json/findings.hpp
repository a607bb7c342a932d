// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nnflow/error.hpp"

namespace nnflow::nnunet {

/// Throws all findings as one Error(kInvalidData), a line each, `source` in front. Does nothing
/// without findings.
inline void throw_findings(const std::vector<std::string>& findings, std::string_view source) {
  if (findings.empty()) return;
  std::string message;
  for (const auto& finding : findings) {
    if (!message.empty()) message += '\n';
    message.append(source).append(": ").append(finding);
  }
  throw Error(ErrorCode::kInvalidData, message);
}

}  // namespace nnflow::nnunet
