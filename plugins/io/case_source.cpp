// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/case_source.hpp"

#include <sys/stat.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <nnflow/imaging/image_io.hpp>

namespace nnflow::io {
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

std::string hash_file(const std::filesystem::path& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(),
                                                                              &XXH3_freeState);
  if (!file || !state) return {};
  XXH3_128bits_reset(state.get());
  std::vector<char> buffer(std::size_t{1} << 18U);
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
    state = {status.st_size, modified, hash_file(path)};
  }
  return state.digest;
}

ItemInfo case_info(const nnunet::CaseFiles& files, FileDigests& digests) {
  ItemInfo info;
  std::string content;
  bool complete = true;
  const auto add = [&](const std::filesystem::path& path, char role, std::int64_t bytes_per_value) {
    const std::string digest = digests.of(path);
    complete = complete && !digest.empty();
    content += role + digest;
    try {
      const auto header = imaging::probe_image(path);
      info.bytes += static_cast<std::uint64_t>(
          header.channels * imaging::voxel_count(header.extent) * bytes_per_value);
    } catch (const Error&) {
      complete = false;
    }
  };
  for (const auto& image : files.images) add(image, 'i', 4);
  if (files.label) add(*files.label, 'l', 2);
  if (complete) info.digest = hex(XXH3_128bits(content.data(), content.size()));
  return info;
}

void CaseList::assign(std::vector<nnunet::CaseFiles> cases, const PartParams& share) {
  cases_.clear();
  position_ = 0;
  const auto first = static_cast<std::size_t>(share.part);
  const auto step = static_cast<std::size_t>(share.parts);
  for (std::size_t i = first; i < cases.size(); i += step) cases_.push_back(std::move(cases[i]));
}

bool CaseList::next(Emitter& out, const Out<nnunet::CaseFiles>& port) {
  if (position_ >= cases_.size()) return false;
  const nnunet::CaseFiles& files = cases_[position_++];
  out.begin_item(files.id, case_info(files, digests_));
  out.emit(port, files);
  return true;
}

void CaseList::seek(std::uint64_t ordinal) {
  position_ = static_cast<std::size_t>(std::min<std::uint64_t>(ordinal, cases_.size()));
}

}  // namespace nnflow::io
