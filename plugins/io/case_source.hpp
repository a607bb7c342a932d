// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <string>
#include <utility>
#include <vector>

namespace nnflow::io {

/// Digests of file contents (XXH3, 128 bits). A digest is computed again only when device, inode,
/// size or modification time of the file changed. Not for use by several threads.
class FileDigests {
 public:
  /// 32 hexadecimal digits; empty when the file cannot be read.
  [[nodiscard]] std::string of(const std::filesystem::path& path);

 private:
  struct State {
    std::int64_t size = 0;
    std::int64_t modified_ns = 0;
    std::string digest;
  };
  std::map<std::pair<std::uint64_t, std::uint64_t>, State> known_;
};

/// What the source says of a case: a digest of all its files, and the memory that its image and
/// label take once read, from the headers. A file that cannot be read leaves the fields empty; the
/// reader reports it.
[[nodiscard]] ItemInfo case_info(const nnunet::CaseFiles& files, FileDigests& digests);

/// Which share of a list to take: entries `part`, `part + parts`, ...
struct PartParams {
  std::int64_t part = 0;
  std::int64_t parts = 1;
};

/// Emits the cases of a list, one item each, to a port.
class CaseList {
 public:
  void assign(std::vector<nnunet::CaseFiles> cases, const PartParams& share);
  bool next(Emitter& out, const Out<nnunet::CaseFiles>& port);
  void seek(std::uint64_t ordinal);
  [[nodiscard]] std::size_t size() const { return cases_.size(); }

 private:
  std::vector<nnunet::CaseFiles> cases_;
  std::size_t position_ = 0;
  FileDigests digests_;
};

}  // namespace nnflow::io
