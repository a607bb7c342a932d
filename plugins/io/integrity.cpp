// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/integrity.hpp"

#include <nnflow/error.hpp>
#include <string>

namespace nnflow::io {

void require_integrity(const nnunet::DatasetDescription& dataset) {
  const auto findings = nnunet::integrity_findings(dataset);
  if (findings.empty()) return;
  std::string message = dataset.folder.string() + ": the data set is inconsistent";
  for (const std::string& finding : findings) message += "\n  " + finding;
  throw Error(ErrorCode::kInvalidData, message);
}

}  // namespace nnflow::io
