// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "header_cache.hpp"

#include <sys/stat.h>

#include <ctime>
#include <deque>
#include <mutex>
#include <string>
#include <tuple>
#include <unordered_map>

namespace nnflow::imaging {
namespace {

constexpr std::size_t kMost = 4096;
constexpr std::int64_t kSettledSeconds = 2;

/// Another value is another content.
using Version =
    std::tuple<dev_t, ino_t, off_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>;

std::optional<Version> version_of(const std::filesystem::path& path, bool settled) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  const std::timespec& content = status.st_mtim;
  const std::timespec& any = status.st_ctim;
  if (settled && std::time(nullptr) - any.tv_sec < kSettledSeconds) return std::nullopt;
  return Version{status.st_dev,   status.st_ino, status.st_size, content.tv_sec,
                 content.tv_nsec, any.tv_sec,    any.tv_nsec};
}

struct Entry {
  Version version;
  KnownHeader known;
};

struct Cache {
  std::mutex mutex;
  std::unordered_map<std::string, Entry> entries;
  std::deque<std::string> order;  ///< of their coming
};

Cache& cache() {
  static Cache cache;
  return cache;
}

}  // namespace

std::optional<KnownHeader> find_header(const std::filesystem::path& path) {
  const std::optional<Version> version = version_of(path, false);
  if (!version) return std::nullopt;
  const std::scoped_lock lock(cache().mutex);
  const auto found = cache().entries.find(path.string());
  if (found == cache().entries.end() || found->second.version != *version) return std::nullopt;
  return found->second.known;
}

void keep_header(const std::filesystem::path& path, const KnownHeader& known) {
  const std::optional<Version> version = version_of(path, true);
  if (!version) return;
  const std::scoped_lock lock(cache().mutex);
  auto& [mutex, entries, order] = cache();
  const auto [place, fresh] = entries.insert_or_assign(path.string(), Entry{*version, known});
  if (!fresh) return;
  order.push_back(place->first);
  if (order.size() <= kMost) return;
  entries.erase(order.front());
  order.pop_front();
}

}  // namespace nnflow::imaging
