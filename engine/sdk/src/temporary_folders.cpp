// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "temporary_folders.hpp"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <random>
#include <string>
#include <system_error>
#include <utility>

#include "nnflow/artifact.hpp"
#include "nnflow/error.hpp"

namespace nnflow {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_create(const fs::path& folder, const std::error_code& error) {
  throw Error(ErrorCode::kIo, folder.string() + ": cannot create the folder: " + error.message());
}

/// PID-RANDOM: several machines, or containers with the same process ids, may share the folder.
std::string inner_name() {
  std::random_device device;
  std::string name = std::to_string(::getpid());
  name += '-';
  constexpr int kDigits = 8;
  for (int i = 0; i < kDigits; ++i) name += "0123456789abcdef"[device() % 16];
  return name;
}

fs::path make_inner(const fs::path& folder) {
  const fs::path outer = Artifact::temporary_folder(folder / "target");
  // Other processes remove the folder when they leave it empty, at any moment: between the two
  // calls here (ENOENT), or inside the first one, which then sees it and sees it not (EEXIST).
  constexpr int kAttempts = 1000;
  for (int attempt = 0;; ++attempt) {
    std::error_code error;
    const bool created = fs::create_directory(outer, error);
    if (error.value() == EEXIST && attempt < kAttempts) {
      std::error_code ignored;
      const fs::file_type there = fs::status(outer, ignored).type();
      if (there == fs::file_type::not_found || there == fs::file_type::directory) continue;
    }
    if (error) throw_create(outer, error);
    if (!created) remove_stale(outer);
    const fs::path inner = outer / inner_name();
    const bool is_new = fs::create_directory(inner, error);
    if (!error && is_new) return inner;
    if ((error && error.value() != ENOENT) || attempt == kAttempts) throw_create(inner, error);
  }
}

}  // namespace

void remove_stale(const fs::path& outer) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(outer, ignored)) {
    const std::string name = entry.path().filename().string();
    pid_t pid = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (parsed.ec == std::errc{} && pid > 0 && pid != ::getpid() && ::kill(pid, 0) != 0 &&
        errno == ESRCH) {
      fs::remove_all(entry.path(), ignored);
    }
  }
}

TemporaryFolders& TemporaryFolders::instance() {
  // Never destroyed: artifacts may live in static objects.
  static TemporaryFolders* const kFolders = new TemporaryFolders;
  return *kFolders;
}

TemporaryFolders::Folder& TemporaryFolders::use(const fs::path& folder) {
  Folder& found = folders_[folder];
  std::error_code ignored;
  if (found.inner.empty() || !fs::is_directory(found.inner, ignored)) {
    try {
      found.inner = make_inner(folder);
    } catch (...) {
      if (found.users == 0) folders_.erase(folder);
      throw;
    }
  }
  ++found.users;
  return found;
}

void TemporaryFolders::leave(const fs::path& folder) noexcept {
  const auto found = folders_.find(folder);
  if (found == folders_.end() || --found->second.users > 0) return;
  std::error_code ignored;
  fs::remove_all(found->second.inner, ignored);
  fs::remove(found->second.inner.parent_path(), ignored);
  folders_.erase(found);
}

fs::path TemporaryFolders::acquire(const fs::path& target) {
  const std::scoped_lock lock(mutex_);
  Folder& folder = use(target.parent_path());
  const fs::path name = target.filename();
  if (folder.names.insert(name).second) return folder.inner / name;
  // A subfolder cannot have the name of a target, which would then be no file.
  const fs::path apart = folder.inner / ("." + std::to_string(folder.repeated++));
  std::error_code error;
  fs::create_directory(apart, error);
  if (!error) return apart / name;
  leave(target.parent_path());
  throw_create(apart, error);
}

void TemporaryFolders::release(const fs::path& target, const fs::path& path) noexcept {
  const std::scoped_lock lock(mutex_);
  const auto found = folders_.find(target.parent_path());
  if (found == folders_.end()) return;
  std::error_code ignored;
  if (path.parent_path() == found->second.inner) {
    // Mostly it was renamed; a stage may have made a folder of it.
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) fs::remove_all(path, ignored);
    found->second.names.erase(target.filename());
  } else {
    fs::remove_all(path.parent_path(), ignored);
  }
  leave(target.parent_path());
}

void TemporaryFolders::begin_hold(const fs::path& folder) {
  const std::scoped_lock lock(mutex_);
  ++use(folder).holders;
}

void TemporaryFolders::end_hold(const fs::path& folder) noexcept {
  const std::scoped_lock lock(mutex_);
  const auto found = folders_.find(folder);
  if (found != folders_.end()) --found->second.holders;
  leave(folder);
}

bool TemporaryFolders::defer_sync(const fs::path& folder) {
  const std::scoped_lock lock(mutex_);
  const auto found = folders_.find(folder);
  if (found == folders_.end() || found->second.holders == 0) return false;
  found->second.deferred = true;
  return true;
}

bool TemporaryFolders::take_deferred(const fs::path& folder) {
  const std::scoped_lock lock(mutex_);
  const auto found = folders_.find(folder);
  return found != folders_.end() && std::exchange(found->second.deferred, false);
}

}  // namespace nnflow
