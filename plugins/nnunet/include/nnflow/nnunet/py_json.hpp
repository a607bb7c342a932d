// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "nnflow/nnunet/export.hpp"

namespace nnflow::nnunet {

/// JSON with keys in the order of the file.
using Json = nlohmann::ordered_json;

/// How `json.dump` lays out text. The defaults are nnU-Net's: indent 4, keys in insertion order.
struct JsonStyle {
  int indent = 4;          ///< spaces per level; negative: everything on one line (", " and ": ")
  bool sort_keys = false;  ///< by code point, like Python strings
  bool compact = false;    ///< with a negative indent: separators "," and ":"
};

/// Parses what Python's json module accepts: strict JSON plus NaN, Infinity and -Infinity; of
/// repeated keys the last one wins. Integers beyond 64 bit become doubles. Depth is limited to 200
/// levels. Throws Error(kInvalidData) "<source>:<line>:<column>: ...".
[[nodiscard]] NNFLOW_NNUNET_EXPORT Json parse_json(std::string_view text, std::string_view source);

/// `parse_json` of a file. Throws Error(kIo) or Error(kInvalidData), both naming the file.
[[nodiscard]] NNFLOW_NNUNET_EXPORT Json read_json(const std::filesystem::path& path);

/// Text as Python's `json.dumps(value, indent=.., sort_keys=..)` gives it, without a final newline:
/// ASCII only, shortest round-trip floats with `.0`, bare NaN and Infinity.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string dump_json(const Json& value,
                                                         const JsonStyle& style = {});

/// Writes `dump_json` to `path` itself, as write_file does.
NNFLOW_NNUNET_EXPORT void write_json(const std::filesystem::path& path,
                                     const Json& value,
                                     const JsonStyle& style = {});

/// Python's `repr(float)`: shortest round-trip digits, `1.0`, `1e-05`, `nan`, `inf`.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string python_float(double value);

}  // namespace nnflow::nnunet
