// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/zip_archive.hpp"

namespace nnflow::nnunet {
namespace {

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path) {
  const std::string reason = std::strerror(errno);
  throw Error(ErrorCode::kIo, path.string() + ": cannot " + what + ": " + reason);
}

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail("write", path);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw Error(ErrorCode::kIo, path.string() + ": is a folder, expected a file");
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const int reason = errno;
    if (const auto inside = reason == ENOTDIR ? archived_path(path) : std::nullopt) {
      const ZipReader archive(inside->archive);
      if (const ZipEntry* entry = archive.find(inside->name)) return archive.read(*entry);
      errno = ENOENT;
    }
    fail("open", path);
  }
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) fail("read", path);
  return bytes;
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) fail("create", path);
  try {
    write_all(descriptor, bytes, path);
  } catch (...) {
    ::close(descriptor);
    throw;
  }
  if (::close(descriptor) != 0) fail("write", path);
}

}  // namespace nnflow::nnunet
