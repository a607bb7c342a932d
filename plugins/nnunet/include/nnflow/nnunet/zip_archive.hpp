// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/nnunet/export.hpp"

namespace nnflow::nnunet {

/// A file or folder of a zip archive. The name is relative, with `/`, without `.` and `..`, and has
/// no `/` at its end.
struct ZipEntry {
  std::string name;
  std::uint64_t bytes = 0;  ///< unpacked
  std::uint32_t crc = 0;
  bool folder = false;
  std::uint64_t index = 0;  ///< place in the archive
};

/// An archive whose entries can be unpacked below a folder without harm. One thread at a time.
class NNFLOW_NNUNET_EXPORT ZipReader {
 public:
  /// Throws Error naming the archive and the entry: kIo where it cannot be read; kInvalidData where
  /// it is no archive, cut off or damaged, where an entry has an absolute name, leads out of the
  /// folder, is a link or a device, is encrypted, has the name of another one, and where the
  /// entries unpack to more than a gigabyte and a hundred times the archive.
  explicit ZipReader(std::filesystem::path path);
  /// The same of an archive in memory; messages name it `path`.
  ZipReader(std::string bytes, std::filesystem::path path);
  ZipReader(ZipReader&&) noexcept;
  ZipReader& operator=(ZipReader&&) noexcept;
  ~ZipReader();

  [[nodiscard]] const std::filesystem::path& path() const;
  [[nodiscard]] const std::vector<ZipEntry>& entries() const;
  [[nodiscard]] std::uint64_t total_bytes() const;
  /// The file of this name, or null.
  [[nodiscard]] const ZipEntry* find(std::string_view name) const;
  /// Hands out the content part by part. Throws Error(kInvalidData) for damaged content (the
  /// checksum is compared), after what came before it was handed out.
  void read(const ZipEntry& entry, const std::function<void(std::string_view)>& take) const;
  [[nodiscard]] std::string read(const ZipEntry& entry) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Makes an archive of files and of bytes in memory, deflated.
class NNFLOW_NNUNET_EXPORT ZipWriter {
 public:
  /// Writes to `path` itself, as the path of an Artifact.
  explicit ZipWriter(std::filesystem::path path);
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;
  ~ZipWriter();

  /// Reads the file when the archive is finished.
  void add_file(const std::string& name, const std::filesystem::path& file);
  /// An entry of these bytes, one part after the other; they must live until the archive is
  /// finished. It is dated 1980-01-01, so that equal bytes make equal archives.
  void add_bytes(const std::string& name, std::span<const std::string_view> parts);
  /// Compresses and writes everything. `progress` is told the share done, 0 to 1, and returns false
  /// to give up, which throws Error(kCancelled). Throws Error(kIo) naming the archive.
  void finish(const std::function<bool(double)>& progress = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A path that leads through an archive, such as `model.zip/Dataset004_Hippocampus/plans.json`.
struct ArchivedPath {
  std::filesystem::path archive;
  std::string name;  ///< of the entry
};
/// The first regular file above `path`, and what comes after it; nothing where there is none.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::optional<ArchivedPath> archived_path(
    const std::filesystem::path& path);

/// CRC-32 of a file, as archives have it. Throws Error(kIo).
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::uint32_t file_crc(const std::filesystem::path& path);

}  // namespace nnflow::nnunet
