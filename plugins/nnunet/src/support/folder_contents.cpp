// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/folder_contents.hpp"

#include <algorithm>
#include <fstream>
#include <nnflow/imaging/image_io.hpp>
#include <set>
#include <vector>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/few.hpp"
#include "nnflow/nnunet/paths.hpp"

namespace nnflow::nnunet {
namespace {

namespace fs = std::filesystem;

std::vector<fs::directory_entry> sorted_entries(const fs::path& folder) {
  std::vector<fs::directory_entry> entries;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    entries.push_back(*entry);
  std::sort(entries.begin(), entries.end());
  return entries;
}

/// From the first dot with which an image's ending begins, else from the last one.
std::string ending_of(const std::string& name) {
  for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
    if (imaging::is_image_ending(name.substr(dot))) return name.substr(dot);
  }
  return fs::path(name).extension().string();
}

template <class Names>
std::string listed(const Names& names) {
  constexpr std::size_t kShown = 10;
  Few few(", ", kShown);
  for (const std::string& name : names) few.add(name);
  return few.empty() ? "none" : few.text();
}

template <class Wanted>
std::string folders(const fs::path& folder, const Wanted& wanted) {
  std::vector<std::string> names;
  for (const auto& entry : sorted_entries(folder)) {
    std::error_code ignored;
    std::string name = entry.path().filename().string();
    if (!name.starts_with('.') && entry.is_directory(ignored) && wanted(entry.path(), name))
      names.push_back(std::move(name));
  }
  return listed(names);
}

bool has_plans(const fs::path& file) {
  constexpr std::size_t kLooked = 1 << 20;
  std::ifstream stream(file, std::ios::binary);
  std::string text(kLooked, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text.find("\"configurations\"") != std::string::npos;
}

}  // namespace

std::string endings_in(const fs::path& folder) {
  std::set<std::string> endings;
  for (const auto& entry : sorted_entries(folder)) {
    std::error_code ignored;
    const std::string ending = ending_of(entry.path().filename().string());
    if (!ending.empty() && entry.is_regular_file(ignored)) endings.insert(ending);
  }
  return listed(endings);
}

std::string models_in(const fs::path& dataset) {
  return folders(dataset, [](const fs::path&, const std::string& name) {
    return ModelName::parse(name).has_value();
  });
}

std::string preprocessed_in(const fs::path& dataset) {
  return folders(dataset, [](const fs::path& folder, const std::string& name) {
    if (name == "gt_segmentations") return false;
    const auto inside = sorted_entries(folder);
    return std::any_of(inside.begin(), inside.end(),
                       [](const auto& entry) { return entry.path().extension() == ".pkl"; });
  });
}

std::string plans_in(const fs::path& dataset) {
  std::vector<std::string> names;
  for (const auto& entry : sorted_entries(dataset)) {
    std::error_code ignored;
    const fs::path& file = entry.path();
    if (file.extension() == ".json" && entry.is_regular_file(ignored) && has_plans(file))
      names.push_back(file.stem().string());
  }
  return listed(names);
}

void require_results_folder(const fs::path& place) {
  std::error_code ignored;
  if (place.empty() || fs::is_directory(place, ignored)) return;
  const bool is_file = fs::exists(place, ignored);
  if (!is_file && !imaging::is_image_ending(ending_of(place.filename().string()))) return;
  throw Error(ErrorCode::kInvalidParam,
              place.string() + (is_file ? ": is a file" : ": is named like an image") +
                  ", expected a folder, where every segmentation gets the name of its case");
}

}  // namespace nnflow::nnunet
