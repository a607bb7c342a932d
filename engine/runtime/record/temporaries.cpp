// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "temporaries.hpp"

#include <string>
#include <vector>

#include "nnflow/error.hpp"

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
  held_.clear();
  std::error_code ignored;
  if (stream_.is_open()) std::filesystem::remove(file_, ignored);
}

void Temporaries::note(const std::filesystem::path& target) {
  const std::filesystem::path file = std::filesystem::absolute(target).lexically_normal();
  const std::scoped_lock lock(mutex_);
  const auto [held, is_new] = held_.try_emplace(file.parent_path());
  if (!is_new) return;
  std::error_code reported_later;  // by the artifact
  std::filesystem::create_directories(file.parent_path(), reported_later);
  if (!stream_.is_open()) stream_.open(file_, std::ios::app);
  stream_ << Artifact::temporary_folder(file).string() << '\n';
  stream_.flush();
  try {
    held->second = std::make_unique<HeldFolder>(file);
  } catch (const Error&) {
    // The artifact says so, with its stage and item.
  }
}

void Temporaries::sync() {
  const std::scoped_lock lock(mutex_);
  for (const auto& [folder, held] : held_) {
    if (held) held->sync();
  }
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
