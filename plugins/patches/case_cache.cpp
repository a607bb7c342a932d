// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "patches/case_cache.hpp"

#include "nnflow/error.hpp"
#include "patches/preprocessed.hpp"

namespace nnflow::patches {

OpenCase::OpenCase(const std::filesystem::path& folder,
                   const std::filesystem::path& previous_folder,
                   const std::string& id)
    : image(nnunet::image_file(folder, id)),
      seg(nnunet::seg_file(folder, id), nnunet::CaseArray::kSegmentation) {
  if (!previous_folder.empty()) {
    previous.emplace(nnunet::image_file(previous_folder, id), nnunet::CaseArray::kSegmentation);
  }
  nnunet::CaseProperties properties = nnunet::CaseProperties::read(folder / (id + ".pkl"));
  if (!properties.class_locations) {
    throw Error(ErrorCode::kInvalidData, "case " + id + " in " + folder.string() +
                                             " has no class_locations, which training cases need");
  }
  locations = std::move(*properties.class_locations);
  if (seg.extent() != image.extent()) {
    throw Error(ErrorCode::kInvalidData, "case " + id + " in " + folder.string() +
                                             ": image and label maps have different shapes");
  }
  if (previous) check_previous(previous_folder, id, *previous, image.extent());
}

std::vector<ClassVoxels> OpenCase::classes() const {
  std::vector<ClassVoxels> classes;
  for (const nnunet::ClassLocations& entry : locations) {
    const bool annotated =
        entry.key.is_region && !entry.key.labels.empty() && entry.key.labels.front() == -1;
    classes.push_back({entry.voxels, annotated});
  }
  return classes;
}

std::size_t OpenCase::bytes() const {
  std::size_t sum = sizeof(OpenCase);
  for (const nnunet::ClassLocations& entry : locations) {
    sum += entry.voxels.size() * sizeof(entry.voxels[0]);
  }
  return sum;
}

std::shared_ptr<const OpenCase> CaseCache::open(const std::filesystem::path& folder,
                                                const std::filesystem::path& previous_folder,
                                                const std::string& id) {
  const std::string key = (folder / id).string();
  if (auto found = find(key)) return found;
  auto opened = std::make_shared<const OpenCase>(folder, previous_folder, id);
  insert(key, opened);
  return opened;
}

std::shared_ptr<const OpenCase> CaseCache::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto hit = index_.find(key);
  if (hit == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, hit->second);
  return hit->second->second;
}

void CaseCache::insert(const std::string& key, std::shared_ptr<const OpenCase> value) {
  const std::lock_guard lock(mutex_);
  if (index_.contains(key)) return;
  bytes_ += value->bytes();
  entries_.emplace_front(key, std::move(value));
  index_[key] = entries_.begin();
  while (entries_.size() > 1 && (entries_.size() > max_cases_ || bytes_ > max_bytes_)) {
    bytes_ -= entries_.back().second->bytes();
    index_.erase(entries_.back().first);
    entries_.pop_back();
  }
}

}  // namespace nnflow::patches
