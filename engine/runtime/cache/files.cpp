// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "files.hpp"

#include <fstream>
#include <sstream>

#include "key.hpp"

namespace nnflow::runtime {

std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return std::nullopt;
  std::stringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

std::string safe_name(std::string_view id) {
  std::string name;
  for (const char c : id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || c == '.';
    name += plain ? c : '_';
  }
  const bool usable = name == id && name.size() <= 100 && name != "." && name != "..";
  return usable ? name : name.substr(0, 100) + "-" + digest(id).substr(0, 12);
}

}  // namespace nnflow::runtime
