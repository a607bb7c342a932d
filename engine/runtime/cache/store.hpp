// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nnflow/payload.hpp"

namespace nnflow::runtime {

/// Results of stages on disk, by key: `<root>/<stage>/<first 2 digits>/<key>`. Entries appear whole
/// or not at all and are verified when read. Thread-safe; several processes may share a root.
class CacheStore {
 public:
  /// The name of an output port and its value.
  using Entry = std::pair<std::string, Payload>;

  explicit CacheStore(std::filesystem::path root) : root_(std::move(root)) {}

  /// Whether an entry is there (its content is checked only by `get`).
  [[nodiscard]] bool contains(std::string_view stage, std::string_view key) const;
  /// The outputs under a key; `type_of` gives the payload type of a port. Absent when there is no
  /// entry or it is damaged (a damaged one is removed).
  [[nodiscard]] std::optional<std::vector<Entry>> get(
      std::string_view stage,
      std::string_view key,
      const std::vector<std::pair<std::string, const PayloadType*>>& types) const;
  /// Stores outputs. Throws Error(kIo).
  void put(std::string_view stage, std::string_view key, const std::vector<Entry>& outputs) const;

 private:
  [[nodiscard]] std::filesystem::path file(std::string_view stage, std::string_view key) const;
  std::filesystem::path root_;
};

/// Files that a writing stage published for one item, with the key of what they were made from.
class ArtifactLedger {
 public:
  explicit ArtifactLedger(std::filesystem::path root) : root_(std::move(root)) {}

  /// True when the item's files were made under this key and are still as they were left (size and
  /// modification time).
  [[nodiscard]] bool intact(std::string_view stage,
                            std::string_view item,
                            std::string_view key) const;
  void record(std::string_view stage,
              std::string_view item,
              std::string_view key,
              const std::vector<std::filesystem::path>& files) const;
  /// What `intact` finds wanting, for a dry run: "new item", "inputs changed", "FILE is missing",
  /// "FILE was changed".
  [[nodiscard]] std::string reason(std::string_view stage,
                                   std::string_view item,
                                   std::string_view key) const;

 private:
  [[nodiscard]] std::filesystem::path file(std::string_view stage, std::string_view item) const;
  std::filesystem::path root_;
};

}  // namespace nnflow::runtime
