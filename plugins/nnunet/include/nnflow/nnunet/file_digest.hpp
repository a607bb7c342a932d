// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nnflow/nnunet/export.hpp"

namespace nnflow::nnunet {

/// XXH3 with 128 bits as 32 hexadecimal digits.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string digest(std::string_view bytes);

/// Digests of file contents (XXH3, 128 bits). A digest is computed again only when device, inode,
/// size or modification time of the file changed. Not for use by several threads.
class NNFLOW_NNUNET_EXPORT FileDigests {
 public:
  /// 32 hexadecimal digits; empty when the file cannot be read.
  [[nodiscard]] std::string of(const std::filesystem::path& path);
  /// Of several files in this order; empty when one of them cannot be read.
  [[nodiscard]] std::string of(const std::vector<std::filesystem::path>& paths);

 private:
  struct State {
    std::int64_t size = 0;
    std::int64_t modified_ns = 0;
    std::string digest;
  };
  std::map<std::pair<std::uint64_t, std::uint64_t>, State> known_;
};

}  // namespace nnflow::nnunet
