// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/fold_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "nnflow/error.hpp"

namespace nnflow::train {

void FoldLock::acquire(const std::filesystem::path& fold_folder) {
  release();
  std::error_code failure;
  std::filesystem::create_directories(fold_folder, failure);
  if (failure) {
    throw Error(ErrorCode::kIo, fold_folder.string() + ": cannot create: " + failure.message());
  }
  handle_ = ::open(fold_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle_ < 0) {
    const std::error_code reason(errno, std::generic_category());
    throw Error(ErrorCode::kIo, fold_folder.string() + ": cannot open: " + reason.message());
  }
  if (::flock(handle_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  release();
  throw Error(ErrorCode::kResource, fold_folder.string() +
                                        ": another run is training this fold; wait for it, or "
                                        "train into another folder");
}

void FoldLock::release() {
  if (handle_ >= 0) ::close(handle_);
  handle_ = -1;
}

}  // namespace nnflow::train
