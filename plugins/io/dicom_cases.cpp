// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/dicom_cases.hpp"

#include <algorithm>
#include <map>
#include <nnflow/error.hpp>
#include <nnflow/imaging/dicom.hpp>
#include <nnflow/nnunet/paths.hpp>
#include <string>
#include <utility>

namespace nnflow::io {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t kSuffix = 5;  // "_0000"

[[noreturn]] void fail(const fs::path& folder, const std::string& text) {
  throw Error(ErrorCode::kInvalidData, folder.string() + ": " + text);
}

std::vector<fs::path> series_folders(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::error_code ignored;
    if (!entry.is_directory(ignored)) continue;
    if (!imaging::dicom_files(entry.path()).empty()) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<nnunet::CaseFiles> channel_cases(const fs::path& folder,
                                             const std::vector<fs::path>& series,
                                             std::size_t channels) {
  std::map<std::string, nnunet::CaseFiles> cases;
  for (const fs::path& one : series) {
    const std::string name = one.filename().string();
    const std::string id = name.substr(0, name.size() - std::min(name.size(), kSuffix));
    nnunet::CaseFiles& files = cases[id];
    files.id = id;
    const auto number = static_cast<std::int64_t>(files.images.size());
    if (id.empty() || name != nnunet::channel_file_name(id, number, "")) {
      fail(
          folder,
          "the sub-folder " + name +
              " with a DICOM series has no channel number or one "
              "that does not follow, expected names such as case_0000 to case_" +
              nnunet::channel_file_name("", static_cast<std::int64_t>(channels) - 1, "").substr(1));
    }
    files.images.push_back(one);
  }
  std::vector<nnunet::CaseFiles> result;
  for (auto& [id, files] : cases) {
    if (files.images.size() != channels) {
      fail(folder, "case " + id + " has " + std::to_string(files.images.size()) +
                       " sub-folders with DICOM series, expected " + std::to_string(channels) +
                       ", one a channel");
    }
    result.push_back(std::move(files));
  }
  return result;
}

}  // namespace

std::vector<nnunet::CaseFiles> dicom_cases(const fs::path& folder, std::size_t channels) {
  const auto inside = imaging::dicom_files(folder);
  const auto series = series_folders(folder);
  if (!inside.empty() && !series.empty()) {
    fail(folder, "DICOM files lie both in this folder (" + inside.front().filename().string() +
                     ") and in its sub-folder " + series.front().filename().string() +
                     ", expected one series here or one in each sub-folder");
  }
  if (!inside.empty()) {
    if (channels != 1) {
      fail(folder,
           "one DICOM series, but the model takes " + std::to_string(channels) +
               " channels: expected a sub-folder for each, named case_0000, case_0001, ...");
    }
    const fs::path whole = fs::absolute(folder).lexically_normal();
    const std::string id = (whole.has_filename() ? whole : whole.parent_path()).filename().string();
    return {{id, {folder}, {}}};
  }
  if (channels != 1) return channel_cases(folder, series, channels);
  std::vector<nnunet::CaseFiles> cases;
  for (const fs::path& one : series) cases.push_back({one.filename().string(), {one}, {}});
  return cases;
}

}  // namespace nnflow::io
