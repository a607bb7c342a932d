// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>

namespace nnflow {

/// The hidden folders in which this process is writing: `.NAME.nnflow-tmp/PID-RANDOM`, one for each
/// folder of targets. The outer one may be shared with other processes; the inner one belongs to
/// this process and keeps the others from removing the outer one. Thread-safe.
class TemporaryFolders {
 public:
  static TemporaryFolders& instance();

  /// A path for writing `target`, whose folder exists. It ends with the name of the target, which
  /// some writers put into the file. Every call is followed by one of `release`. Throws Error(kIo).
  std::filesystem::path acquire(const std::filesystem::path& target);
  /// What lies there goes. The last one removes the inner folder, and the outer one if it is empty.
  void release(const std::filesystem::path& target, const std::filesystem::path& path) noexcept;

  /// From here to `end_hold` the inner folder of `folder` stays, and `defer_sync` is true.
  void begin_hold(const std::filesystem::path& folder);
  void end_hold(const std::filesystem::path& folder) noexcept;
  /// True where the caller may leave the sync of `folder` to its holder.
  bool defer_sync(const std::filesystem::path& folder);
  /// Whether a sync was left to the holder since the last call.
  bool take_deferred(const std::filesystem::path& folder);

 private:
  struct Folder {
    std::filesystem::path inner;
    std::set<std::filesystem::path> names;  ///< being written right in `inner`
    std::int64_t users = 0;                 ///< with the holders
    std::int64_t holders = 0;
    std::int64_t repeated = 0;  ///< times that a name was wanted again while it was being written
    bool deferred = false;
  };

  Folder& use(const std::filesystem::path& folder);
  void leave(const std::filesystem::path& folder) noexcept;

  std::mutex mutex_;
  std::map<std::filesystem::path, Folder> folders_;
};

/// Removes from an outer folder what processes that no longer live left behind.
void remove_stale(const std::filesystem::path& outer);

}  // namespace nnflow
