// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "nnflow/nnunet/properties.hpp"
#include "nnflow/nnunet/store.hpp"
#include "patches/kernels/sampling.hpp"

namespace nnflow::patches {

/// A preprocessed case whose voxels are read box by box.
struct OpenCase {
  nnunet::ArrayFile image;
  nnunet::ArrayFile seg;
  std::optional<nnunet::ArrayFile> previous;  ///< labels of the previous stage
  std::vector<nnunet::ClassLocations> locations;

  /// Throws Error(kInvalidData) naming the case when its files do not belong together.
  OpenCase(const std::filesystem::path& folder,
           const std::filesystem::path& previous_folder,
           const std::string& id);
  /// View of `locations`; the key that begins with -1 is the annotated one.
  [[nodiscard]] std::vector<ClassVoxels> classes() const;
  [[nodiscard]] std::size_t bytes() const;
};

/// Keeps the cases used last open, up to a number of cases and of bytes. Safe for concurrent use; a
/// case may be opened twice when two threads miss it at once.
class CaseCache {
 public:
  CaseCache(std::size_t max_cases, std::size_t max_bytes)
      : max_cases_(max_cases), max_bytes_(max_bytes) {}

  [[nodiscard]] std::shared_ptr<const OpenCase> open(const std::filesystem::path& folder,
                                                     const std::filesystem::path& previous_folder,
                                                     const std::string& id);

 private:
  using Entry = std::pair<std::string, std::shared_ptr<const OpenCase>>;
  [[nodiscard]] std::shared_ptr<const OpenCase> find(const std::string& key);
  void insert(const std::string& key, std::shared_ptr<const OpenCase> value);

  const std::size_t max_cases_;
  const std::size_t max_bytes_;
  std::mutex mutex_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // used last first
  std::unordered_map<std::string, std::list<Entry>::iterator> index_;
};

}  // namespace nnflow::patches
