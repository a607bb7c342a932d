// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "document.hpp"

namespace nnflow::runtime {

/// Reads the strict subset of YAML that pipelines are written in: one document; maps with unique
/// text keys; `true`/`false` only; decimal numbers without leading zeros; quoted scalars are always
/// text; no anchors, aliases, merge keys or tags other than `!!str`. Every violation becomes a
/// finding. `name` is the file name in findings. An empty text is null.
[[nodiscard]] Document parse_yaml(std::string_view text,
                                  const std::string& name,
                                  Findings& findings);

/// Reads a file. An unreadable file, or one above 16 MiB, is a finding.
[[nodiscard]] Document load_yaml(const std::filesystem::path& file,
                                 const std::string& name,
                                 Findings& findings);

/// Parses a value given on the command line; marks carry `origin` and no line.
[[nodiscard]] Document parse_yaml_value(std::string_view text,
                                        const std::string& origin,
                                        Findings& findings);

/// YAML text of a value that parse_yaml() reads back as an equal value: block maps and lists, short
/// lists of scalars in flow style, two spaces of indentation.
[[nodiscard]] std::string to_yaml_text(const Value& value);

}  // namespace nnflow::runtime
