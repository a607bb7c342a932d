// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "sidecar.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "nnflow/error.hpp"
#include "nnflow/imaging/image_io.hpp"

namespace nnflow::imaging {
namespace {
using Json = nlohmann::ordered_json;

bool is_channel_suffix(const std::string& text) {
  return text.size() == 5 && text[0] == '_' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}
}  // namespace

std::optional<Spacing3> read_sidecar_spacing(const std::filesystem::path& image) {
  std::string stem = image.stem().string();
  std::filesystem::path path = image.parent_path() / (stem + ".json");
  if (!std::filesystem::exists(path) && stem.size() > 5 &&
      is_channel_suffix(stem.substr(stem.size() - 5))) {
    path = image.parent_path() / (stem.substr(0, stem.size() - 5) + ".json");
  }
  if (!std::filesystem::exists(path)) return std::nullopt;
  try {
    const auto spacing = Json::parse(std::ifstream(path)).at("spacing").get<Spacing3>();
    const bool positive = std::all_of(spacing.begin(), spacing.end(),
                                      [](double mm) { return std::isfinite(mm) && mm > 0.0; });
    if (positive) return spacing;
  } catch (const Json::exception&) {
    // Reported below with what was expected.
  }
  throw Error(ErrorCode::kInvalidData,
              path.string() + ": expected {\"spacing\": [z, y, x]} with three positive numbers");
}

std::string spacing_sidecar(const Spacing3& spacing) { return Json{{"spacing", spacing}}.dump(); }

}  // namespace nnflow::imaging
