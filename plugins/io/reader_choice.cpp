// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/reader_choice.hpp"

#include <filesystem>
#include <nnflow/nnunet/reader_writer.hpp>

namespace nnflow::io {

std::string reader_of(Context& ctx,
                      const nnunet::Plans* plans,
                      const nnunet::DatasetDescription* dataset,
                      const std::vector<nnunet::CaseFiles>& cases) {
  if (plans != nullptr) {
    const std::string& name = plans->header().image_reader_writer;
    (void)nnunet::reader_writer(name, ctx.interfaces(),
                                "image_reader_writer of the plans " + plans->header().plans_name);
    return name;
  }
  if (dataset == nullptr || cases.empty() || cases.front().images.empty()) return {};
  // A missing or damaged first image is reported by the stage that reads it.
  std::error_code ignored;
  const std::filesystem::path& example = cases.front().images.front();
  const bool present = std::filesystem::exists(example, ignored);
  return nnunet::determine_reader_writer(
      *dataset, present ? example : std::filesystem::path(), ctx.interfaces(),
      [&](const std::string& text) { ctx.log(LogLevel::kWarning, text); });
}

}  // namespace nnflow::io
