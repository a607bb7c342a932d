// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "files.hpp"
#include "key.hpp"
#include "nnflow/artifact.hpp"
#include "nnflow/error.hpp"
#include "nnflow/value.hpp"
#include "pipeline/scalar.hpp"

namespace nnflow::runtime {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDefaultLimit = std::int64_t{20} << 30;
constexpr std::size_t kDigestLength = 32;

/// Checks the digest at the start of an entry; the text behind it. Throws Error(kInvalidData).
std::string_view checked_content(std::string_view text) {
  if (text.find('\n') != kDigestLength) throw Error(ErrorCode::kInvalidData, "no digest");
  const std::string_view content = text.substr(kDigestLength + 1);
  if (digest(content) != text.substr(0, kDigestLength))
    throw Error(ErrorCode::kInvalidData, "digest differs");
  return content;
}

struct StoredEntry {
  fs::path path;
  std::uint64_t bytes = 0;
  fs::file_time_type read;  ///< last stored or read
};

/// All entries below a root. Other processes may add and remove some meanwhile.
std::vector<StoredEntry> stored_entries(const fs::path& root) {
  std::vector<StoredEntry> entries;
  std::error_code error;
  for (fs::recursive_directory_iterator it(root, error), end; it != end; it.increment(error)) {
    if (error) break;
    const std::string name = it->path().filename().string();
    if (it->is_directory(error)) {
      if (name.starts_with(".")) it.disable_recursion_pending();  // being written
      continue;
    }
    StoredEntry entry{it->path(), it->file_size(error), {}};
    if (!error) entry.read = it->last_write_time(error);
    if (!error) entries.push_back(std::move(entry));
    error.clear();
  }
  return entries;
}

}  // namespace

fs::path CacheStore::default_root() {
  if (const char* root = std::getenv("NNFLOW_CACHE"); root != nullptr && *root != '\0') return root;
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/')
    return fs::path(cache) / "nnflow" / "items";
  const char* const home = std::getenv("HOME");
  return fs::path(home != nullptr ? home : "/tmp") / ".cache" / "nnflow" / "items";
}

std::int64_t CacheStore::default_limit() {
  const char* const text = std::getenv("NNFLOW_CACHE_LIMIT");
  if (text == nullptr || *text == '\0') return kDefaultLimit;
  const auto limit = parse_size(text);
  if (!limit) {
    throw Error(ErrorCode::kInvalidParam, std::string("NNFLOW_CACHE_LIMIT is \"") + text +
                                              "\", expected a size with a unit (20GiB)");
  }
  return *limit;
}

fs::path CacheStore::file(std::string_view stage, std::string_view key) const {
  return folder(stage) / std::string(key.substr(0, 2)) / std::string(key);
}

fs::path CacheStore::folder(std::string_view stage) const { return root_ / safe_name(stage); }

std::optional<std::vector<CacheStore::Entry>> CacheStore::get(
    std::string_view stage,
    std::string_view key,
    const std::vector<std::pair<std::string, const PayloadType*>>& types) const {
  const fs::path path = file(stage, key);
  const auto text = read_file(path);
  if (!text) return std::nullopt;
  // "<digest of the rest>\n<header JSON>\n<payload bytes>..."
  try {
    const std::string_view rest = checked_content(*text);
    const std::size_t header_end = rest.find('\n');
    const Value header = Value::parse_json(rest.substr(0, header_end));
    std::string_view bytes = rest.substr(header_end + 1);
    std::vector<Entry> outputs;
    for (const Value& entry : header.as_array()) {
      const std::string& port = entry.find("port")->as_string();
      const auto size = static_cast<std::size_t>(entry.find("size")->as_integer());
      const PayloadType* type = nullptr;
      for (const auto& [name, candidate] : types) {
        if (name == port) type = candidate;
      }
      if (type == nullptr || type->id != entry.find("payload")->as_string()) {
        throw Error(ErrorCode::kInvalidData, "port or payload differs");
      }
      outputs.emplace_back(port, Payload::from_raw(type, type->load(bytes.substr(0, size))));
      bytes.remove_prefix(size);
    }
    (void)::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // read now: it goes last
    return outputs;
  } catch (const std::exception&) {
    std::error_code ignored;
    fs::remove(path, ignored);
    return std::nullopt;
  }
}

void CacheStore::put(std::string_view stage,
                     std::string_view key,
                     const std::vector<Entry>& outputs) {
  Value::Array header;
  std::string bytes;
  for (const auto& [port, payload] : outputs) {
    const std::size_t before = bytes.size();
    payload.type()->save(payload.raw(), bytes);
    Value entry;
    entry.set("port", port);
    entry.set("payload", payload.id());
    entry.set("size", static_cast<std::int64_t>(bytes.size() - before));
    header.push_back(std::move(entry));
  }
  const std::string rest = Value(std::move(header)).to_json() + "\n" + bytes;
  // A damaged entry is noticed by its digest and made anew.
  Artifact(file(stage, key)).write_and_rename(digest(rest) + "\n" + rest);
  if (limit_ <= 0) return;
  // Measured at the first entry, and again after every tenth of the limit.
  const std::int64_t grown = since_scan_ += static_cast<std::int64_t>(rest.size());
  const bool first = grown < static_cast<std::int64_t>(rest.size());
  if (!first && grown < limit_ / 10) return;
  since_scan_ = 0;
  prune(limit_);
}

void CacheStore::settle() const {
  if (limit_ > 0 && since_scan_ >= 0) prune(limit_);
}

std::map<std::string, CacheStore::Usage> CacheStore::usage() const {
  std::map<std::string, Usage> usage;
  for (const StoredEntry& entry : stored_entries(root_)) {
    Usage& stage = usage[entry.path.parent_path().parent_path().filename().string()];
    ++stage.entries;
    stage.bytes += entry.bytes;
  }
  return usage;
}

CacheStore::Usage CacheStore::prune(std::int64_t bytes) const {
  std::vector<StoredEntry> entries = stored_entries(root_);
  std::sort(entries.begin(), entries.end(),
            [](const StoredEntry& a, const StoredEntry& b) { return a.read < b.read; });
  std::uint64_t left = 0;
  for (const StoredEntry& entry : entries) left += entry.bytes;
  Usage removed;
  for (const StoredEntry& entry : entries) {
    if (left <= static_cast<std::uint64_t>(std::max<std::int64_t>(bytes, 0))) break;
    std::error_code error;
    if (!fs::remove(entry.path, error)) continue;
    fs::remove(entry.path.parent_path(), error);  // if it is empty now
    ++removed.entries;
    removed.bytes += entry.bytes;
    left -= entry.bytes;
  }
  return removed;
}

CacheStore::Usage CacheStore::verify() const {
  Usage removed;
  for (const StoredEntry& entry : stored_entries(root_)) {
    const auto text = read_file(entry.path);
    if (!text) continue;
    try {
      (void)checked_content(*text);
    } catch (const Error&) {
      std::error_code ignored;
      fs::remove(entry.path, ignored);
      ++removed.entries;
      removed.bytes += entry.bytes;
    }
  }
  return removed;
}

}  // namespace nnflow::runtime
