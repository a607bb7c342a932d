// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/zip_archive.hpp"
#include "zip/zip_handle.hpp"

namespace nnflow::nnunet {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kHarmless = std::uint64_t{1} << 30U;  // bytes
constexpr std::uint64_t kLargestRatio = 100;
constexpr std::size_t kPart = std::size_t{1} << 20U;
constexpr const char* kKind = "zip archive";

[[noreturn]] void refuse(const fs::path& path, const std::string& what) {
  throw Error(ErrorCode::kInvalidData, path.string() + ": " + what);
}

/// The name without `./` and a final `/`, or what is wrong with it.
std::string safe_name(const fs::path& archive, const std::string& name) {
  const auto bad = [&](const char* what) { refuse(archive, "entry '" + name + "' " + what); };
  if (name.empty()) bad("has no name");
  if (name.front() == '/' || (name.size() > 1 && name[1] == ':')) bad("has an absolute path");
  if (name.find('\\') != std::string::npos) bad("has a backslash in its name");
  std::string result;
  for (const fs::path& part : fs::path(name)) {
    if (part == "..") bad("leads out of the folder that it is unpacked to");
    if (part.empty() || part == ".") continue;
    result += (result.empty() ? "" : "/") + part.string();
  }
  return result;
}

void require_plain(const fs::path& archive, zip_t* zip, const zip_stat_t& stat) {
  const std::string name = stat.name;
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  zip_file_get_external_attributes(zip, stat.index, 0, &system, &attributes);
  const unsigned type = system == ZIP_OPSYS_UNIX ? (attributes >> 16U) & S_IFMT : 0U;
  if (type == S_IFLNK) refuse(archive, "entry '" + name + "' is a link");
  if (type != 0 && type != S_IFREG && type != S_IFDIR) {
    refuse(archive, "entry '" + name + "' is neither a file nor a folder");
  }
  if (stat.encryption_method != ZIP_EM_NONE) refuse(archive, "entry '" + name + "' is encrypted");
  if (zip_compression_method_supported(stat.comp_method, 0) == 0) {
    refuse(archive, "entry '" + name + "' is compressed by an unknown method");
  }
}

}  // namespace

struct ZipReader::Impl {
  fs::path path;
  std::string bytes;         ///< of an archive in memory
  std::uint64_t packed = 0;  ///< bytes of the archive
  ZipHandle zip;
  std::vector<ZipEntry> entries;
  std::map<std::string, std::size_t, std::less<>> files;
  std::uint64_t total = 0;

  void list() {
    std::set<std::string> folders;
    const zip_int64_t count = zip_get_num_entries(zip.get(), 0);
    for (zip_int64_t i = 0; i < count; ++i) {
      zip_stat_t stat;
      const auto index = static_cast<zip_uint64_t>(i);
      constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD;
      if (zip_stat_index(zip.get(), index, 0, &stat) != 0 || (stat.valid & kNeeded) != kNeeded) {
        refuse(path, "is a damaged zip archive, its directory cannot be read");
      }
      require_plain(path, zip.get(), stat);
      ZipEntry entry;
      entry.name = safe_name(path, stat.name);
      entry.folder = std::string_view(stat.name).ends_with('/');
      if (entry.name.empty()) continue;  // "./"
      entry.bytes = entry.folder ? 0 : stat.size;
      entry.crc = stat.crc;
      entry.index = index;
      for (fs::path up = fs::path(entry.name).parent_path(); !up.empty(); up = up.parent_path()) {
        folders.insert(up.string());
      }
      if (entry.folder) folders.insert(entry.name);
      if (!entry.folder && !files.emplace(entry.name, entries.size()).second) {
        refuse(path, "has two entries '" + entry.name + "'");
      }
      if (entry.bytes > std::numeric_limits<std::uint64_t>::max() - total) {
        refuse(path, "entry '" + entry.name + "' has an impossible size");
      }
      total += entry.bytes;
      entries.push_back(std::move(entry));
    }
    for (const auto& folder : folders) {
      if (files.contains(folder)) refuse(path, "has both a file and a folder '" + folder + "'");
    }
    if (total > kHarmless && total / kLargestRatio > packed) {
      refuse(path, "would unpack to " + std::to_string(total) + " bytes, more than " +
                       std::to_string(kLargestRatio) + " times its " + std::to_string(packed));
    }
  }
};

ZipReader::ZipReader(fs::path path) : impl_(std::make_unique<Impl>()) {
  impl_->path = std::move(path);
  impl_->zip = open_zip(impl_->path, kKind);
  impl_->packed = fs::file_size(impl_->path);
  impl_->list();
}
ZipReader::ZipReader(std::string bytes, fs::path path) : impl_(std::make_unique<Impl>()) {
  impl_->path = std::move(path);
  impl_->bytes = std::move(bytes);
  impl_->packed = impl_->bytes.size();
  impl_->zip = open_zip(impl_->bytes, impl_->path, kKind);
  impl_->list();
}
ZipReader::ZipReader(ZipReader&&) noexcept = default;
ZipReader& ZipReader::operator=(ZipReader&&) noexcept = default;
ZipReader::~ZipReader() = default;

const fs::path& ZipReader::path() const { return impl_->path; }
const std::vector<ZipEntry>& ZipReader::entries() const { return impl_->entries; }
std::uint64_t ZipReader::total_bytes() const { return impl_->total; }

const ZipEntry* ZipReader::find(std::string_view name) const {
  const auto found = impl_->files.find(name);
  return found == impl_->files.end() ? nullptr : &impl_->entries[found->second];
}

void ZipReader::read(const ZipEntry& entry,
                     const std::function<void(std::string_view)>& take) const {
  const auto damaged = [&](const std::string& reason) {
    refuse(impl_->path, "entry '" + entry.name + "' is damaged or cut off: " + reason);
  };
  const ZipFileHandle file(zip_fopen_index(impl_->zip.get(), entry.index, 0));
  if (!file) damaged(zip_strerror(impl_->zip.get()));
  std::vector<char> part(kPart);
  std::uint64_t got = 0;
  while (true) {
    const zip_int64_t count = zip_fread(file.get(), part.data(), part.size());
    if (count < 0) damaged(zip_error_strerror(zip_file_get_error(file.get())));
    if (count == 0) break;
    got += static_cast<std::uint64_t>(count);
    if (got > entry.bytes) damaged("it is longer than the archive says");
    take({part.data(), static_cast<std::size_t>(count)});
  }
  if (got != entry.bytes) damaged("it is shorter than the archive says");
}

std::string ZipReader::read(const ZipEntry& entry) const {
  std::string bytes;
  // What an entry claims to hold is believed as far as the archive is that long.
  bytes.reserve(static_cast<std::size_t>(std::min(entry.bytes, impl_->packed)));
  read(entry, [&](std::string_view part) { bytes += part; });
  return bytes;
}

std::optional<ArchivedPath> archived_path(const fs::path& path) {
  std::error_code ignored;
  for (fs::path up = path; up.has_relative_path(); up = up.parent_path()) {
    if (!fs::exists(up, ignored)) continue;
    if (up == path || !fs::is_regular_file(up, ignored)) return {};
    return ArchivedPath{up, path.lexically_relative(up).generic_string()};
  }
  return {};
}

std::uint32_t file_crc(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::kIo, path.string() + ": cannot open for reading");
  std::array<char, 1U << 16U> part{};
  uLong crc = crc32(0, nullptr, 0);
  while (file.read(part.data(), part.size()), file.gcount() > 0) {
    crc = crc32(crc, reinterpret_cast<const Bytef*>(part.data()), static_cast<uInt>(file.gcount()));
  }
  if (file.bad()) throw Error(ErrorCode::kIo, path.string() + ": cannot read");
  return static_cast<std::uint32_t>(crc);
}

}  // namespace nnflow::nnunet
