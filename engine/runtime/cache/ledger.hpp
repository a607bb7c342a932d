// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace nnflow::runtime {

/// Files that writing stages published, by stage and item, with the key of what they were made
/// from. A stage's records are lines of one file, the last one of an item counts: a line is added
/// with one write, and what a killed run left of a line is passed over. Thread-safe.
class ArtifactLedger {
 public:
  explicit ArtifactLedger(std::filesystem::path root);
  ArtifactLedger(const ArtifactLedger&) = delete;
  ArtifactLedger& operator=(const ArtifactLedger&) = delete;
  ~ArtifactLedger();

  /// True when the item's files were made under this key and are still as they were left (size and
  /// modification time).
  [[nodiscard]] bool intact(std::string_view stage,
                            std::string_view item,
                            std::string_view key) const;
  /// Throws Error(kIo) when a file is gone already or the line cannot be written.
  void record(std::string_view stage,
              std::string_view item,
              std::string_view key,
              const std::vector<std::filesystem::path>& files);
  /// What `intact` finds wanting: "new item", "inputs or parameters changed", "FILE is missing",
  /// "FILE was changed"; empty when nothing.
  [[nodiscard]] std::string reason(std::string_view stage,
                                   std::string_view item,
                                   std::string_view key) const;

  /// The files of all items of a stage, whatever their keys.
  struct Tally {
    std::uint64_t items = 0;  ///< with a record
    std::uint64_t intact = 0;
    std::string first_wanting;  ///< "FILE is missing", "FILE was changed"
  };
  [[nodiscard]] Tally tally(std::string_view stage) const;

 private:
  class Book;

  [[nodiscard]] Book& book(std::string_view stage) const;

  std::filesystem::path root_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<Book>, std::less<>> books_;  ///< by stage
};

}  // namespace nnflow::runtime
