// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nnflow::runtime {

/// A library that plugins need and that is not part of the installation. The file
/// `<name>.library.json` in a folder of plugins describes it; manifests name it under "needs".
struct ExternalLibrary {
  std::string name;
  /// How messages call it.
  std::string title;
  /// The one that fits; "1.2.3+build" is the version 1.2.3.
  std::string version;
  /// `--<option> FOLDER` of the program sets the variable `environment`.
  std::string option;
  std::string environment;
  /// What to open, in this order; relative to the folder of the library.
  std::vector<std::string> files;
  /// The first of them that has a version in its text says which one it is.
  std::vector<std::string> version_files;
  /// Where the library may lie, relative to the folder that the variable names.
  std::vector<std::string> below;
  /// Folders to look into where the variable is not set: "${VAR}" stands for each entry of a
  /// variable, `*` is that of a shell.
  std::vector<std::string> search;
  /// How to get it.
  std::string advice;
};

/// What a search came to: the folder, or each place with the reason against it.
struct LibrarySearch {
  std::optional<std::filesystem::path> folder;
  /// With its suffix, as found.
  std::string version;
  std::vector<std::string> tried;
};

/// Reads a description. Throws Error(kPlugin) naming the file and the key.
[[nodiscard]] ExternalLibrary read_external_library(const std::filesystem::path& file);

/// The descriptions in these folders by name; earlier folders win. A file that cannot be read is
/// passed over, with a text in `problems`.
[[nodiscard]] std::map<std::string, ExternalLibrary> find_external_libraries(
    const std::vector<std::filesystem::path>& folders, std::vector<std::string>& problems);

/// Looks where the variable says and nowhere else, or, where it is not set, in the places of
/// `search`; the first with the right version is taken.
[[nodiscard]] LibrarySearch locate(const ExternalLibrary& library);

/// Says that the library is missing, where it was looked for and how to get it.
[[nodiscard]] std::string missing_text(const ExternalLibrary& library, const LibrarySearch& search);

/// Opens the library for the rest of the process, so that a plugin which is opened later finds it
/// by its name. Of two with the same name only the first is ever opened. Throws Error(kPlugin).
void open_external_library(const ExternalLibrary& library);

}  // namespace nnflow::runtime
