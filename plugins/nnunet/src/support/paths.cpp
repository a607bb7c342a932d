// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/paths.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>

#include "nnflow/error.hpp"

namespace nnflow::nnunet {
namespace {

std::string padded(std::int64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  text.insert(0, digits - std::min(digits, text.size()), '0');
  return text;
}

std::optional<std::filesystem::path> from_variable(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr || *value == '\0') return {};
  return std::filesystem::path(value);
}

const std::filesystem::path& require(const std::optional<std::filesystem::path>& root,
                                     const char* variable) {
  if (!root) {
    std::string text = "the environment variable ";
    text.append(variable).append(" is not set, which names a root folder of nnU-Net; ");
    text += std::string_view(variable) == "nnUNet_raw"
                ? "set it, or name the folder itself (-d FOLDER of a data set, -o FOLDER of a "
                  "conversion)"
                : "set it, or name its parent folder (--workspace DIR, with most commands also "
                  "-o DIR)";
    throw Error(ErrorCode::kInvalidParam, text);
  }
  return *root;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

Roots Roots::from_environment() {
  return {from_variable("nnUNet_raw"), from_variable("nnUNet_preprocessed"),
          from_variable("nnUNet_results")};
}

Roots Roots::with_workspace(const std::filesystem::path& workspace) {
  Roots roots = from_environment();
  if (workspace.empty()) return roots;
  roots.preprocessed = workspace / "nnUNet_preprocessed";
  roots.results = workspace / "nnUNet_results";
  return roots;
}

const std::filesystem::path& Roots::require_raw() const { return require(raw, "nnUNet_raw"); }
const std::filesystem::path& Roots::require_preprocessed() const {
  return require(preprocessed, "nnUNet_preprocessed");
}
const std::filesystem::path& Roots::require_results() const {
  return require(results, "nnUNet_results");
}

std::string dataset_prefix(std::int64_t id) { return "Dataset" + padded(id, 3); }

std::string channel_file_name(std::string_view case_id,
                              std::int64_t channel,
                              std::string_view ending) {
  return std::string(case_id).append("_").append(padded(channel, 4)).append(ending);
}

std::string dataset_name(std::string_view name_or_id, const Roots& roots) {
  if (name_or_id.starts_with("Dataset")) return std::string(name_or_id);
  int id = 0;
  const char* const last = name_or_id.data() + name_or_id.size();
  const auto [end, error] = std::from_chars(name_or_id.data(), last, id);
  if (name_or_id.empty() || error != std::errc{} || end != last || id < 0) {
    throw Error(ErrorCode::kInvalidParam,
                "data set '" + std::string(name_or_id) +
                    "': expected a folder, a name such as Dataset004_Hippocampus or its number");
  }
  const std::string prefix = dataset_prefix(id);
  std::set<std::string> hits;
  std::string searched;
  for (const auto& root : {roots.raw, roots.preprocessed, roots.results}) {
    std::error_code problem;
    if (!root || !std::filesystem::is_directory(*root, problem)) continue;
    searched += (searched.empty() ? "" : ", ") + root->string();
    for (const auto& entry : std::filesystem::directory_iterator(*root, problem)) {
      const std::string name = entry.path().filename().string();
      if (entry.is_directory(problem) && name.starts_with(prefix)) hits.insert(name);
    }
  }
  if (hits.size() == 1) return *hits.begin();
  std::string message = "data set " + std::string(name_or_id) + ": ";
  if (hits.empty()) {
    message +=
        "no folder begins with " + prefix + " in " +
        (searched.empty() ? "the nnU-Net root folders (the environment variables nnUNet_raw, "
                            "nnUNet_preprocessed and nnUNet_results), none of which is set "
                            "and exists; set them, or name their parent folder (--workspace DIR, "
                            "with most commands also -o DIR)"
                          : searched);
    throw Error(ErrorCode::kIo, message);
  }
  message += "several names begin with " + prefix + ":";
  for (const auto& name : hits) message += " " + name;
  throw Error(ErrorCode::kInvalidParam, message);
}

std::optional<int> dataset_id(std::string_view name) {
  if (!name.starts_with("Dataset") || name.size() < 10) return {};
  int id = 0;
  const auto [end, error] = std::from_chars(name.data() + 7, name.data() + 10, id);
  if (error != std::errc{} || end != name.data() + 10 || id < 0) return {};
  return id;
}

std::filesystem::path find_raw_dataset(std::string_view folder_name_or_id, const Roots& roots) {
  const std::filesystem::path folder(folder_name_or_id);
  std::error_code problem;
  if (std::filesystem::is_directory(folder, problem)) {
    const auto normal = std::filesystem::absolute(folder).lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
  }
  if (folder_name_or_id.find('/') != std::string_view::npos) {
    const std::string reason = problem == std::errc::permission_denied
                                   ? "cannot be reached: " + problem.message()
                                   : "does not exist";
    throw Error(ErrorCode::kIo, folder.string() + ": the data set's folder " + reason);
  }
  const std::string name = dataset_name(folder_name_or_id, roots);
  const std::filesystem::path found = roots.require_raw() / name;
  if (!std::filesystem::is_directory(found, problem)) {
    throw Error(ErrorCode::kIo, found.string() + ": the data set's folder does not exist");
  }
  return found;
}

std::filesystem::path preprocessed_dataset(std::string_view folder_name_or_id, const Roots& roots) {
  if (folder_name_or_id.find('/') != std::string_view::npos) {
    return std::filesystem::path(folder_name_or_id);
  }
  return roots.require_preprocessed() / dataset_name(folder_name_or_id, roots);
}

std::string ModelName::folder_name() const { return trainer + "__" + plans + "__" + configuration; }

std::optional<ModelName> ModelName::parse(std::string_view folder_name) {
  const auto first = folder_name.find("__");
  if (first == std::string_view::npos) return {};
  const auto second = folder_name.find("__", first + 2);
  if (second == std::string_view::npos) return {};
  if (folder_name.find("__", second + 2) != std::string_view::npos) return {};
  return ModelName{std::string(folder_name.substr(0, first)),
                   std::string(folder_name.substr(first + 2, second - first - 2)),
                   std::string(folder_name.substr(second + 2))};
}

std::filesystem::path model_folder(const Roots& roots,
                                   std::string_view dataset,
                                   const ModelName& model) {
  return roots.require_results() / dataset / model.folder_name();
}

std::string fold_folder(std::string_view fold) { return "fold_" + std::string(fold); }

std::string expand_environment(std::string_view text) {
  std::string result;
  std::size_t i = 0;
  while (i < text.size()) {
    if (text[i] == '$') {
      const bool braced = text.substr(i + 1, 1) == "{";
      const std::size_t begin = i + (braced ? 2 : 1);
      std::size_t end = begin;
      while (end < text.size() && (braced ? text[end] != '}' : is_name_character(text[end]))) ++end;
      const bool closed = end > begin && (!braced || end < text.size());
      const char* const value =
          closed ? std::getenv(std::string(text.substr(begin, end - begin)).c_str()) : nullptr;
      if (value != nullptr) {
        result += value;
        i = end + (braced ? 1 : 0);
        continue;
      }
    }
    result += text[i++];
  }
  return result;
}

}  // namespace nnflow::nnunet
