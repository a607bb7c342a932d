// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/integrity.hpp"

#include <nnflow/error.hpp>
#include <nnflow/nnunet/few.hpp>
#include <nnflow/nnunet/json_differences.hpp>
#include <string>

namespace nnflow::io {

void require_integrity(const nnunet::DatasetDescription& dataset) {
  const auto findings = nnunet::integrity_findings(dataset);
  if (findings.empty()) return;
  std::string message = dataset.folder.string() + ": the data set is inconsistent";
  for (const std::string& finding : findings) message += "\n  " + finding;
  throw Error(ErrorCode::kInvalidData, message);
}

void require_unchanged(const std::filesystem::path& file, const nnunet::Json& json) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return;
  nnunet::Few changes("\n  ");
  for (const std::string& text : nnunet::json_differences(nnunet::read_json(file), json))
    changes.add(text);
  if (changes.empty()) return;
  throw Error(ErrorCode::kInvalidParam,
              file.string() + ": is there, and this run would change it:\n  " + changes.text());
}

}  // namespace nnflow::io
