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

#include "nnflow/artifact.hpp"

namespace nnflow::runtime {

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
  [[nodiscard]] std::filesystem::path file(std::string_view stage, std::string_view item) const;
  std::filesystem::path root_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<HeldFolder>, std::less<>> held_;  ///< by stage
};

}  // namespace nnflow::runtime
