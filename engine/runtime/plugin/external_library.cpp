// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "external_library.hpp"

#include <dlfcn.h>
#include <glob.h>

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <sstream>
#include <string_view>

#include "cache/files.hpp"
#include "nnflow/error.hpp"
#include "nnflow/value.hpp"

namespace nnflow::runtime {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".library.json";

std::string text_of(const fs::path& file) {
  auto text = read_file(file);
  if (!text) throw Error(ErrorCode::kPlugin, file.string() + ": cannot be read");
  return *std::move(text);
}

std::string variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::string() : std::string(value);
}

std::vector<std::string> entries(const std::string& list) {
  std::vector<std::string> parts;
  std::istringstream stream(list);
  for (std::string part; std::getline(stream, part, ':');) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

/// Protects a text against being read as a pattern.
std::string literal(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("*?[\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// A pattern with its variable replaced, once per entry of the variable.
struct Expanded {
  std::vector<std::string> patterns;
  std::string unset;
};

Expanded expand(const std::string& pattern) {
  const std::size_t open = pattern.find("${");
  const std::size_t close = pattern.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return {{pattern}, ""};
  const std::string name = pattern.substr(open + 2, close - open - 2);
  Expanded expanded;
  for (const std::string& entry : entries(variable(name))) {
    std::string text = pattern.substr(0, open);
    expanded.patterns.push_back(text.append(literal(entry)).append(pattern, close + 1));
  }
  if (expanded.patterns.empty()) expanded.unset = name;
  return expanded;
}

std::vector<fs::path> matches(const std::string& pattern) {
  ::glob_t found{};
  std::vector<fs::path> paths;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  return paths;
}

bool is_there(const ExternalLibrary& library, const fs::path& folder) {
  return std::all_of(library.files.begin(), library.files.end(), [&](const std::string& file) {
    std::error_code none;
    return fs::exists(folder / file, none);
  });
}

/// The version that lies in a folder, or an empty text.
std::string version_in(const ExternalLibrary& library, const fs::path& folder) {
  static const std::regex kVersion(R"(\d+\.\d+\.\d+[\w.+]*)");
  for (const std::string& name : library.version_files) {
    std::error_code none;
    if (!fs::exists(folder / name, none)) continue;
    const std::string text = text_of(folder / name);
    std::smatch match;
    if (std::regex_search(text, match, kVersion)) return match.str();
  }
  return "";
}

/// Takes the folder where the right version lies in it; otherwise notes what is wrong with it.
bool take(const ExternalLibrary& library, const fs::path& folder, LibrarySearch& search) {
  const std::string version = version_in(library, folder);
  if (version.substr(0, version.find('+')) == library.version) {
    std::error_code none;
    const fs::path real = fs::canonical(folder, none);
    search.folder = none ? folder : real;
    search.version = version;
    return true;
  }
  std::string names;
  for (const std::string& name : library.version_files) names += (names.empty() ? "" : ", ") + name;
  search.tried.push_back(folder.string() + ": " +
                         (version.empty() ? "its version is unknown, for there is none of " + names
                                          : "holds version " + version));
  return false;
}

void look_where_told(const ExternalLibrary& library,
                     const std::string& told,
                     LibrarySearch& search) {
  for (const std::string& below : library.below) {
    const fs::path folder = below.empty() ? fs::path(told) : fs::path(told) / below;
    if (is_there(library, folder)) {
      (void)take(library, folder, search);
      return;
    }
  }
  std::string names;
  for (const std::string& name : library.files) names += (names.empty() ? "" : ", ") + name;
  search.tried.push_back(told + ": there is no " + names);
}

void look_around(const ExternalLibrary& library, LibrarySearch& search) {
  for (const std::string& pattern : library.search) {
    const Expanded expanded = expand(pattern);
    if (!expanded.unset.empty()) {
      search.tried.push_back(pattern + ": " + expanded.unset + " is not set");
      continue;
    }
    const std::size_t before = search.tried.size();
    for (const std::string& one : expanded.patterns) {
      for (const fs::path& folder : matches(one)) {
        if (is_there(library, folder) && take(library, folder, search)) return;
      }
    }
    if (search.tried.size() == before)
      search.tried.push_back((expanded.patterns.size() == 1 ? expanded.patterns.front() : pattern) +
                             ": not there");
  }
}

std::string text_at(const Value& value, std::string_view key) {
  const Value* const found = value.find(key);
  if (found == nullptr || !found->is_string())
    throw Error(ErrorCode::kPlugin, "key '" + std::string(key) + "': expected a text");
  return found->as_string();
}

std::vector<std::string> texts_at(const Value& value, std::string_view key) {
  const Value* const found = value.find(key);
  std::vector<std::string> texts;
  const bool is_list = found != nullptr && found->is_array();
  if (is_list) {
    for (const Value& text : found->as_array()) {
      if (text.is_string()) texts.push_back(text.as_string());
    }
  }
  if (!is_list || texts.size() != found->as_array().size())
    throw Error(ErrorCode::kPlugin, "key '" + std::string(key) + "': expected a list of texts");
  return texts;
}

}  // namespace

ExternalLibrary read_external_library(const fs::path& file) {
  const std::string text = text_of(file);
  try {
    const Value value = Value::parse_json(text);
    return {text_at(value, "name"),           text_at(value, "title"),
            text_at(value, "version"),        text_at(value, "option"),
            text_at(value, "environment"),    texts_at(value, "files"),
            texts_at(value, "version_files"), texts_at(value, "below"),
            texts_at(value, "search"),        text_at(value, "advice")};
  } catch (const Error& error) {
    throw Error(ErrorCode::kPlugin, file.string() + ": " + error.what());
  }
}

std::map<std::string, ExternalLibrary> find_external_libraries(const std::vector<fs::path>& folders,
                                                               std::vector<std::string>& problems) {
  std::map<std::string, ExternalLibrary> libraries;
  for (const fs::path& folder : folders) {
    for (const fs::path& file : matches((literal(folder.string()) + "/*").append(kSuffix))) {
      try {
        ExternalLibrary library = read_external_library(file);
        libraries.emplace(library.name, std::move(library));
      } catch (const Error& error) {
        problems.emplace_back(error.what());
      }
    }
  }
  return libraries;
}

LibrarySearch locate(const ExternalLibrary& library) {
  LibrarySearch search;
  const std::string told = variable(library.environment);
  if (told.empty()) {
    search.tried.push_back("--" + library.option + ", " + library.environment + ": not set");
    look_around(library, search);
  } else {
    look_where_told(library, told, search);
  }
  return search;
}

std::string missing_text(const ExternalLibrary& library, const LibrarySearch& search) {
  std::string text = library.title + " " + library.version + " was not found";
  if (!variable(library.environment).empty())
    text += " where --" + library.option + " or " + library.environment + " says";
  for (const std::string& place : search.tried) text += "\n  " + place;
  return text + "\n" + library.advice;
}

void open_external_library(const ExternalLibrary& library) {
  const auto is_open = [](const fs::path& file) {
    return ::dlopen(file.filename().c_str(), RTLD_LAZY | RTLD_NOLOAD) != nullptr;
  };
  if (std::all_of(library.files.begin(), library.files.end(), is_open)) return;
  const LibrarySearch search = locate(library);
  if (!search.folder) throw Error(ErrorCode::kPlugin, missing_text(library, search));
  for (const std::string& file : library.files) {
    const fs::path path = *search.folder / file;
    if (is_open(path)) continue;
    // Local, as if the plugin had brought it: its symbols must not get in the way of other plugins.
    if (::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr) {
      const char* const why = ::dlerror();  // NOLINT(concurrency-mt-unsafe)
      throw Error(ErrorCode::kPlugin,
                  library.title + " cannot be opened: " + (why == nullptr ? path.string() : why));
    }
  }
}

}  // namespace nnflow::runtime
