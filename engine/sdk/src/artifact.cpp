// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "nnflow/artifact.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>
#include <system_error>

#include "nnflow/error.hpp"

namespace nnflow {
inline namespace abi_v2 {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_io(const std::string& action, const fs::path& path, int error) {
  throw Error(ErrorCode::kIo, path.string() + ": cannot " + action + ": " + std::strerror(error));
}

/// Removes what processes that no longer live left behind.
void remove_stale(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    pid_t pid = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (parsed.ec == std::errc{} && pid > 0 && pid != ::getpid() && ::kill(pid, 0) != 0 &&
        errno == ESRCH) {
      fs::remove_all(entry.path(), ignored);
    }
  }
}

void sync_path(const fs::path& path, int flags, const char* what) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) throw_io(std::string("open for syncing ") + what, path, errno);
  const int result = ::fsync(fd);
  const int error = errno;
  ::close(fd);
  // Some file systems cannot sync a folder; the rename is then as durable as they make it.
  if (result != 0 && error != EINVAL) throw_io(std::string("sync ") + what, path, error);
}

}  // namespace

// Beside the target's folder; in it where files cannot be made beside it or not be moved from there
// (a mount point, a link to another file system).
fs::path Artifact::temporary_folder(const fs::path& target) {
  const fs::path folder = target.parent_path();
  const fs::path parent = folder.parent_path();
  struct ::stat inside {};
  struct ::stat beside {};
  const bool usable = ::stat(folder.c_str(), &inside) == 0 &&
                      ::stat(parent.c_str(), &beside) == 0 && inside.st_dev == beside.st_dev &&
                      ::access(parent.c_str(), W_OK | X_OK) == 0;
  return (usable ? parent : folder) / ("." + folder.filename().string() + ".nnflow-tmp");
}

void Artifact::sweep(const fs::path& temporary_folder) {
  std::error_code ignored;
  remove_stale(temporary_folder);
  fs::remove(temporary_folder, ignored);  // if it is empty
}

Artifact::Artifact(fs::path target, std::function<void(const fs::path&)> on_commit)
    : target_(fs::absolute(target).lexically_normal()), on_commit_(std::move(on_commit)) {
  std::error_code error;
  fs::create_directories(target_.parent_path(), error);
  if (error) throw_io("create the folder", target_.parent_path(), error.value());
  if (::access(target_.parent_path().c_str(), W_OK | X_OK) != 0)
    throw_io("write into the folder", target_.parent_path(), errno);
  const fs::path folder = temporary_folder(target_);
  // Other artifacts remove the folder when they leave it empty, at any moment: between the two
  // calls here (ENOENT), or inside the first one, which then sees it and sees it not (EEXIST).
  constexpr int kAttempts = 1000;
  for (int attempt = 0;; ++attempt) {
    const bool created = fs::create_directory(folder, error);
    if (error.value() == EEXIST && attempt < kAttempts) {
      std::error_code ignored;
      const fs::file_type there = fs::status(folder, ignored).type();
      if (there == fs::file_type::not_found || there == fs::file_type::directory) continue;
    }
    if (error) throw_io("create the folder", folder, error.value());
    if (!created) remove_stale(folder);
    static std::atomic<std::uint64_t> counter{0};
    temporary_ = folder / (std::to_string(::getpid()) + "-" + std::to_string(counter++)) /
                 target_.filename();
    fs::create_directory(temporary_.parent_path(), error);
    if (!error) break;
    if (error.value() != ENOENT || attempt == kAttempts)
      throw_io("create the folder", temporary_.parent_path(), error.value());
  }
}

Artifact::Artifact(Artifact&& other) noexcept
    : target_(std::move(other.target_)),
      temporary_(std::move(other.temporary_)),
      on_commit_(std::move(other.on_commit_)) {
  other.temporary_.clear();
}

Artifact::~Artifact() {
  if (temporary_.empty()) return;
  std::error_code ignored;
  fs::remove_all(temporary_.parent_path(), ignored);
  fs::remove(temporary_.parent_path().parent_path(), ignored);
}

void Artifact::commit() {
  sync_path(temporary_, O_RDONLY, "the file");
  std::error_code error;
  fs::rename(temporary_, target_, error);
  if (error) throw_io("move the finished file to", target_, error.value());
  fs::remove(temporary_.parent_path(), error);
  fs::remove(temporary_.parent_path().parent_path(), error);
  temporary_.clear();
  sync_path(target_.parent_path(), O_RDONLY | O_DIRECTORY, "the folder");
  if (on_commit_) on_commit_(target_);
}

void Artifact::write_and_commit(std::string_view bytes) {
  const int fd = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) throw_io("create", target_, errno);
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const int error = errno;
      ::close(fd);
      throw_io("write", target_, error);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::close(fd) != 0) throw_io("write", target_, errno);
  commit();
}

}  // namespace abi_v2
}  // namespace nnflow
