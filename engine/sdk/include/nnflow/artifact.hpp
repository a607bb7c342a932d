// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "nnflow/export.hpp"

namespace nnflow {
inline namespace abi_v2 {

/// A file being published: written under a temporary name with the same ending on the same file
/// system, then synced to disk and renamed by `commit()`. A reader sees the old file, or none, or
/// the whole new one. The temporary name lies in a hidden sibling folder of the target's folder (in
/// a hidden folder inside it where that is a mount point or its parent cannot be written), so that
/// listing the target's folder never shows half a file. Without `commit()` the destructor
/// removes it. In a process that forked, only one side goes on with the artifacts.
class NNFLOW_SDK_EXPORT Artifact {
 public:
  /// Creates missing folders. Throws Error(kIo) naming the folder that cannot be written.
  explicit Artifact(std::filesystem::path target,
                    std::function<void(const std::filesystem::path&)> on_commit = {});
  Artifact(Artifact&& other) noexcept;
  Artifact(const Artifact&) = delete;
  Artifact& operator=(const Artifact&) = delete;
  Artifact& operator=(Artifact&&) = delete;
  ~Artifact();

  /// The hidden folder that holds the temporary names of a target. It is there while an artifact
  /// for such a target lives.
  [[nodiscard]] static std::filesystem::path temporary_folder(const std::filesystem::path& target);
  /// Removes from such a folder what processes that no longer live left there, and the folder if it
  /// is empty then.
  static void sweep(const std::filesystem::path& temporary_folder);

  /// Where to write.
  [[nodiscard]] const std::filesystem::path& path() const { return temporary_; }
  /// Where it will appear.
  [[nodiscard]] const std::filesystem::path& target() const { return target_; }
  /// fsync, rename, fsync of the folder (later, where a `HeldFolder` lives for it). Throws
  /// Error(kIo) with the system's reason.
  void commit();

  /// Writes `bytes` to `path()` and commits. Throws Error(kIo) on a full disk and the like.
  void write_and_commit(std::string_view bytes);
  /// The same without waiting for the disk. After a power failure, not after a crash, the file may
  /// be absent, empty or damaged: for what is checked when read and can be made anew.
  void write_and_rename(std::string_view bytes);

 private:
  void write(std::string_view bytes);
  void rename();
  void release() noexcept;

  std::filesystem::path target_;
  std::filesystem::path temporary_;
  std::function<void(const std::filesystem::path&)> on_commit_;
};

/// For who writes many files into one folder. While it lives, the artifacts of its process for that
/// folder find their hidden folder instead of making and removing it, and leave the sync of the
/// folder's entries to `sync()`: after a power failure before it, finished files may be absent, but
/// none is damaged.
class NNFLOW_SDK_EXPORT HeldFolder {
 public:
  /// Creates missing folders. Throws Error(kIo) naming the folder that cannot be written.
  explicit HeldFolder(const std::filesystem::path& target);
  HeldFolder(const HeldFolder&) = delete;
  HeldFolder& operator=(const HeldFolder&) = delete;
  ~HeldFolder();

  /// fsync of the folder if a file appeared in it since the last one. Throws Error(kIo).
  void sync();

 private:
  std::filesystem::path folder_;
};

}  // namespace abi_v2
}  // namespace nnflow
