// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace nnflow::train {

/// Keeps other trainings away from a fold's folder while it lives, whatever their run folders, in
/// this process or another; the kernel lets go of it when the process dies. Leaves no file.
class FoldLock {
 public:
  FoldLock() = default;
  FoldLock(const FoldLock&) = delete;
  FoldLock& operator=(const FoldLock&) = delete;
  ~FoldLock() { release(); }

  /// Makes the folder if need be. Throws Error(kResource) naming it when another training has it,
  /// Error(kIo) when it cannot be made. A file system without locks is no error.
  void acquire(const std::filesystem::path& fold_folder);
  void release();

 private:
  int handle_ = -1;
};

}  // namespace nnflow::train
