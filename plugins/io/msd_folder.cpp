// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/msd_folder.hpp"

#include <algorithm>
#include <charconv>
#include <nnflow/error.hpp>
#include <nnflow/nnunet/paths.hpp>
#include <optional>
#include <string_view>

#include "io/name_lists.hpp"

namespace nnflow::io {
namespace {
namespace fs = std::filesystem;
using nnunet::Json;

constexpr const char* kEnding = ".nii.gz";

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return {};
  return value;
}

}  // namespace

std::string msd_target_name(const fs::path& folder, std::int64_t id) {
  const fs::path normal = fs::absolute(folder).lexically_normal();
  const std::string name =
      (normal.has_filename() ? normal : normal.parent_path()).filename().string();
  const std::size_t cut = name.find('_');
  const bool good = name.starts_with("Task") && cut != std::string::npos && cut + 1 < name.size() &&
                    name.find('_', cut + 1) == std::string::npos;
  const auto task = good ? number_in(std::string_view(name).substr(4, cut - 4)) : std::nullopt;
  if (!task) {
    throw Error(ErrorCode::kInvalidParam, folder.string() +
                                              ": expected a folder of the Decathlon, named like "
                                              "Task04_Hippocampus");
  }
  return nnunet::dataset_prefix(id < 0 ? *task : id) + name.substr(cut);
}

std::vector<nnunet::CaseFiles> msd_cases(const fs::path& folder,
                                         const std::string& images,
                                         const std::string& labels) {
  std::vector<nnunet::CaseFiles> cases;
  for (const std::string& id : names_in(folder / images, kEnding)) {
    if (id.empty() || id.front() == '.' || id.front() == '_') continue;
    nnunet::CaseFiles files{id, {folder / images / (id + kEnding)}, {}};
    if (!labels.empty()) files.label = folder / labels / (id + kEnding);
    cases.push_back(std::move(files));
  }
  return cases;
}

void require_free_number(const fs::path& target, const Json& json) {
  const std::string name = target.filename().string();
  const std::string prefix = name.substr(0, name.find('_'));
  nnunet::Roots roots = nnunet::Roots::from_environment();
  std::error_code ignored;
  // A conversion that is given again goes on with its own folder.
  const bool present = fs::exists(target / "dataset.json", ignored);
  const bool own = present && nnunet::read_json(target / "dataset.json") == json;
  const auto refuse = [&](const fs::path& folder) {
    throw Error(ErrorCode::kInvalidParam, "the number of " + name + " is taken by " +
                                              folder.string() + "; expected a free one");
  };
  if (present && !own) refuse(target);
  for (const auto& root :
       {std::optional(target.parent_path()), roots.raw, roots.preprocessed, roots.results}) {
    if (!root || !fs::is_directory(*root, ignored)) continue;
    for (const auto& entry : fs::directory_iterator(*root, ignored)) {
      const std::string other = entry.path().filename().string();
      if (!entry.is_directory(ignored) || !other.starts_with(prefix)) continue;
      const bool in_target = fs::equivalent(entry.path(), target, ignored);
      if (!in_target && !(own && other == name)) refuse(entry.path());
    }
  }
}

}  // namespace nnflow::io
