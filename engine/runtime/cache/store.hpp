// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nnflow/payload.hpp"

namespace nnflow::runtime {

/// Results of stages on disk, by key: `<root>/<stage>/<first 2 digits>/<key>`. Entries appear whole
/// or not at all and are verified when read; what was not read for longest goes first when the
/// store is above its limit. Thread-safe; several processes may share a root.
class CacheStore {
 public:
  /// The name of an output port and its value.
  using Entry = std::pair<std::string, Payload>;

  /// `limit` in bytes, <= 0: none.
  explicit CacheStore(std::filesystem::path root, std::int64_t limit = 0)
      : root_(std::move(root)), limit_(limit) {}

  /// NNFLOW_CACHE, else `nnflow/items` in XDG_CACHE_HOME or in ~/.cache.
  [[nodiscard]] static std::filesystem::path default_root();
  /// NNFLOW_CACHE_LIMIT ("20GiB"), 20 GiB when unset. Throws Error(kInvalidParam) for another text.
  [[nodiscard]] static std::int64_t default_limit();

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  /// Where the entries of a stage lie.
  [[nodiscard]] std::filesystem::path folder(std::string_view stage) const;
  /// The outputs under a key; `types` gives the payload type of a port. Absent when there is no
  /// entry or it is damaged (a damaged one is removed).
  [[nodiscard]] std::optional<std::vector<Entry>> get(
      std::string_view stage,
      std::string_view key,
      const std::vector<std::pair<std::string, const PayloadType*>>& types) const;
  /// Stores outputs, and makes room when the store has grown above its limit. Throws Error(kIo).
  void put(std::string_view stage, std::string_view key, const std::vector<Entry>& outputs);

  /// Brings the store below its limit if this object stored anything; while entries are stored it
  /// may be above by a tenth.
  void settle() const;

  struct Usage {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
  };
  /// By the stages' folders.
  [[nodiscard]] std::map<std::string, Usage> usage() const;
  /// Removes entries, those first that were not read for longest, until at most `bytes` are left.
  /// Returns what was removed.
  Usage prune(std::int64_t bytes) const;
  /// Reads every entry and removes the damaged ones. Returns what was removed.
  Usage verify() const;

 private:
  [[nodiscard]] std::filesystem::path file(std::string_view stage, std::string_view key) const;
  std::filesystem::path root_;
  std::int64_t limit_;
  std::atomic<std::int64_t> since_scan_{-1};  ///< bytes stored since the store was measured
};

}  // namespace nnflow::runtime
