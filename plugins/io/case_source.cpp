// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/case_source.hpp"

#include <algorithm>
#include <map>
#include <nnflow/imaging/dicom.hpp>
#include <string_view>

namespace nnflow::io {
namespace {

/// Items of one name would overwrite each other's results.
void require_distinct(const std::vector<nnunet::CaseFiles>& cases) {
  std::map<std::string_view, const nnunet::CaseFiles*> seen;
  const auto file = [](const nnunet::CaseFiles& files) {
    return files.images.empty() ? std::string("no image") : files.images.front().string();
  };
  for (const nnunet::CaseFiles& files : cases) {
    const auto [other, is_new] = seen.emplace(files.id, &files);
    if (is_new) continue;
    throw Error(ErrorCode::kInvalidData, "case " + files.id + " is listed twice, with " +
                                             file(*other->second) + " and with " + file(files));
  }
}

/// Of a file, or of all DICOM files in a folder; empty when it cannot be told.
std::string digest_of(const std::filesystem::path& path, nnunet::FileDigests& digests) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) return digests.of(path);
  try {
    return digests.of(imaging::dicom_files(path));
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

ItemInfo case_info(const nnunet::CaseFiles& files,
                   const nnunet::ImageReaderWriter& reader,
                   nnunet::FileDigests& digests) {
  ItemInfo info;
  std::string content = files.reader;
  bool complete = true;
  const auto add = [&](const std::filesystem::path& path, char role, std::int64_t bytes_per_value) {
    const std::string digest = digest_of(path, digests);
    complete = complete && !digest.empty();
    content += role + digest;
    try {
      const auto header = reader.probe(path);
      info.bytes += static_cast<std::uint64_t>(
          header.channels * imaging::voxel_count(header.extent) * bytes_per_value);
    } catch (const Error&) {
      complete = false;
    }
  };
  for (const auto& image : files.images) add(image, 'i', 4);
  if (files.label) add(*files.label, 'l', 2);
  if (complete) info.digest = nnunet::digest(content);
  return info;
}

std::string wrong_share(const PartParams& share) {
  if (share.part < share.parts) return "";
  return "part is " + std::to_string(share.part) + ", expected less than parts, which is " +
         std::to_string(share.parts);
}

std::vector<nnunet::CaseFiles> share_of(std::vector<nnunet::CaseFiles> cases,
                                        const PartParams& share) {
  require_distinct(cases);
  std::vector<nnunet::CaseFiles> own;
  const auto first = static_cast<std::size_t>(share.part);
  const auto step = static_cast<std::size_t>(share.parts);
  for (std::size_t i = first; i < cases.size(); i += step) own.push_back(std::move(cases[i]));
  return own;
}

void CaseList::assign(std::vector<nnunet::CaseFiles> cases, const PartParams& share) {
  cases_ = share_of(std::move(cases), share);
  position_ = 0;
}

bool CaseList::next(Emitter& out, const Out<nnunet::CaseFiles>& port) {
  if (position_ >= cases_.size()) return false;
  const nnunet::CaseFiles& files = cases_[position_++];
  const auto reader = nnunet::reader_writer(files.reader, out.interfaces(), "case " + files.id);
  out.begin_item(files.id, case_info(files, *reader, digests_));
  out.emit(port, files);
  return true;
}

void CaseList::seek(std::uint64_t ordinal) {
  position_ = static_cast<std::size_t>(std::min<std::uint64_t>(ordinal, cases_.size()));
}

}  // namespace nnflow::io
