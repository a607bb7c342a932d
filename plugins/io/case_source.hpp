// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/file_digest.hpp>
#include <nnflow/nnunet/reader_writer.hpp>
#include <string>
#include <vector>

namespace nnflow::io {

/// What the source says of a case: a digest of all its files and of its reader's name, and the
/// memory that its image and label take once read, from the headers. A file that cannot be read
/// leaves the fields empty; the stage that reads it reports it.
[[nodiscard]] ItemInfo case_info(const nnunet::CaseFiles& files,
                                 const nnunet::ImageReaderWriter& reader,
                                 nnunet::FileDigests& digests);

/// Which share of a list to take: entries `part`, `part + parts`, ...
struct PartParams {
  std::int64_t part = 0;
  std::int64_t parts = 1;
};

/// What is wrong with a share; empty where it is one.
[[nodiscard]] std::string wrong_share(const PartParams& share);

/// The cases of a share. Throws Error where two cases of the whole list have one id.
[[nodiscard]] std::vector<nnunet::CaseFiles> share_of(std::vector<nnunet::CaseFiles> cases,
                                                      const PartParams& share);

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
  nnunet::FileDigests digests_;
};

}  // namespace nnflow::io
