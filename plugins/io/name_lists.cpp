// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/name_lists.hpp"

#include <algorithm>
#include <iterator>
#include <nnflow/error.hpp>
#include <nnflow/imaging/image_io.hpp>
#include <nnflow/nnunet/folder_contents.hpp>

namespace nnflow::io {

std::vector<std::string> names_in(const std::filesystem::path& folder, const std::string& ending) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(ending) && entry.is_regular_file())
      names.push_back(name.substr(0, name.size() - ending.size()));
  }
  if (error)
    throw Error(ErrorCode::kIo, folder.string() + ": cannot list the folder: " + error.message());
  std::sort(names.begin(), names.end());
  return names;
}

void no_segmentations(const std::filesystem::path& folder, const std::string& ending) {
  throw Error(ErrorCode::kIo,
              folder.string() + ": no file ends with " + ending +
                  ", expected segmentations; endings there: " + nnunet::endings_in(folder));
}

std::vector<std::string> without(const std::vector<std::string>& names,
                                 const std::vector<std::string>& others) {
  std::vector<std::string> rest;
  std::set_difference(names.begin(), names.end(), others.begin(), others.end(),
                      std::back_inserter(rest));
  return rest;
}

void require_all(const std::vector<std::string>& wanted,
                 const std::vector<std::string>& present,
                 const std::string& complaint) {
  const auto missing = without(wanted, present);
  if (!missing.empty()) throw Error(ErrorCode::kIo, complaint + joined(missing));
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += " " + name;
  return text;
}

void require_names(const std::vector<std::string>& wanted,
                   const std::vector<std::string>& present,
                   const std::string& complaint,
                   const std::string& advice) {
  const auto missing = without(wanted, present);
  if (!missing.empty()) throw Error(ErrorCode::kIo, complaint + joined(missing) + advice);
}

std::string first_image_ending(const std::filesystem::path& folder) {
  for (const std::string& name : names_in(folder, "")) {
    for (std::size_t dot = name.find('.'); dot != std::string::npos;
         dot = name.find('.', dot + 1)) {
      if (imaging::is_image_ending(name.substr(dot))) return name.substr(dot);
    }
  }
  throw Error(ErrorCode::kIo, folder.string() + ": no file in it is named like an image");
}

}  // namespace nnflow::io
