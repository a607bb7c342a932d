// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "nnflow/artifact.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

#include "nnflow/error.hpp"
#include "temporary_folders.hpp"

namespace nnflow {
inline namespace abi_v2 {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void throw_io(const std::string& action, const fs::path& path, int error) {
  throw Error(ErrorCode::kIo, path.string() + ": cannot " + action + ": " + std::strerror(error));
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
  temporary_ = TemporaryFolders::instance().acquire(target_);
}

Artifact::Artifact(Artifact&& other) noexcept
    : target_(std::move(other.target_)),
      temporary_(std::move(other.temporary_)),
      on_commit_(std::move(other.on_commit_)) {
  other.temporary_.clear();
}

Artifact::~Artifact() {
  if (!temporary_.empty()) release();
}

void Artifact::release() noexcept {
  TemporaryFolders::instance().release(target_, temporary_);
  temporary_.clear();
}

void Artifact::commit() {
  sync_path(temporary_, O_RDONLY, "the file");
  rename();
  if (!TemporaryFolders::instance().defer_sync(target_.parent_path()))
    sync_path(target_.parent_path(), O_RDONLY | O_DIRECTORY, "the folder");
  if (on_commit_) on_commit_(target_);
}

void Artifact::rename() {
  std::error_code error;
  fs::rename(temporary_, target_, error);
  if (error) throw_io("move the finished file to", target_, error.value());
  release();
}

void Artifact::write_and_commit(std::string_view bytes) {
  write(bytes);
  commit();
}

void Artifact::write_and_rename(std::string_view bytes) {
  write(bytes);
  rename();
  if (on_commit_) on_commit_(target_);
}

void Artifact::write(std::string_view bytes) {
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
}

HeldFolder::HeldFolder(const fs::path& target)
    : folder_(fs::absolute(target).lexically_normal().parent_path()) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) throw_io("create the folder", folder_, error.value());
  TemporaryFolders::instance().begin_hold(folder_);
}

HeldFolder::~HeldFolder() { TemporaryFolders::instance().end_hold(folder_); }

void HeldFolder::sync() {
  if (!TemporaryFolders::instance().take_deferred(folder_)) return;
  sync_path(folder_, O_RDONLY | O_DIRECTORY, "the folder");
}

}  // namespace abi_v2
}  // namespace nnflow
