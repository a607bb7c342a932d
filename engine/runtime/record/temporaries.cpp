// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "temporaries.hpp"

#include <string>
#include <vector>

#include "nnflow/artifact.hpp"

namespace nnflow::runtime {
namespace {

constexpr std::string_view kEnding = ".nnflow-tmp";

}  // namespace

Temporaries::Temporaries(std::filesystem::path file) : file_(std::move(file)) {
  std::ifstream before(file_);
  for (std::string line; std::getline(before, line);) {
    // A line that was cut short by the kill names nothing that a run has made.
    if (line.ends_with(kEnding)) Artifact::sweep(line);
  }
  before.close();
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
}

Temporaries::~Temporaries() {
  std::error_code ignored;
  if (stream_.is_open()) std::filesystem::remove(file_, ignored);
}

void Temporaries::note(const std::filesystem::path& target) {
  const std::filesystem::path file = std::filesystem::absolute(target).lexically_normal();
  std::error_code reported_later;  // by the artifact
  std::filesystem::create_directories(file.parent_path(), reported_later);
  const std::filesystem::path folder = Artifact::temporary_folder(file);
  const std::scoped_lock lock(mutex_);
  if (!noted_.insert(folder).second) return;
  if (!stream_.is_open()) stream_.open(file_, std::ios::app);
  stream_ << folder.string() << '\n';
  stream_.flush();
}

void sweep_temporaries_in(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(".") && name.ends_with(kEnding)) found.push_back(entry.path());
  }
  for (const std::filesystem::path& temporary : found) Artifact::sweep(temporary);
}

}  // namespace nnflow::runtime
