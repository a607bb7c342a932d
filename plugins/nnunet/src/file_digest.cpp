// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/file_digest.hpp"

#include <sys/stat.h>
#include <xxhash.h>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace nnflow::nnunet {
namespace {

std::string hex(const XXH128_hash_t& hash) {
  XXH128_canonical_t bytes;
  XXH128_canonicalFromHash(&bytes, hash);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes.digest) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

std::string hash_file(const std::filesystem::path& path, std::size_t size) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(),
                                                                              &XXH3_freeState);
  if (!file || !state) return {};
  XXH3_128bits_reset(state.get());
  constexpr std::size_t kPart = std::size_t{1} << 18U;
  std::vector<char> buffer(std::min(size + 1, kPart));  // a file as long as it says needs one read
  for (std::size_t got = buffer.size(); got == buffer.size();) {
    got = std::fread(buffer.data(), 1, buffer.size(), file.get());
    XXH3_128bits_update(state.get(), buffer.data(), got);
  }
  return std::ferror(file.get()) != 0 ? std::string() : hex(XXH3_128bits_digest(state.get()));
}

}  // namespace

std::string FileDigests::of(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  const auto modified =
      std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  State& state = known_[{status.st_dev, status.st_ino}];
  if (state.digest.empty() || state.size != status.st_size || state.modified_ns != modified) {
    state = {status.st_size, modified, hash_file(path, static_cast<std::size_t>(status.st_size))};
  }
  return state.digest;
}

std::string digest(std::string_view bytes) { return hex(XXH3_128bits(bytes.data(), bytes.size())); }

std::string FileDigests::of(const std::vector<std::filesystem::path>& paths) {
  std::string all;
  for (const auto& path : paths) {
    const std::string one = of(path);
    if (one.empty()) return {};
    all += one;
  }
  return digest(all);
}

}  // namespace nnflow::nnunet
