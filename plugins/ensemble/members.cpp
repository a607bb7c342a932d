// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "ensemble/members.hpp"

#include <nnflow/error.hpp>
#include <nnflow/nnunet/paths.hpp>

namespace nnflow::ensemble {

namespace {

namespace fs = std::filesystem;

constexpr const char* kEnding = ".npz";

void add_folder(const fs::path& folder, bool validation, Member& member) {
  std::error_code error;
  std::size_t found = 0;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() != kEnding) continue;
    ++found;
    const auto [place, added] = member.emplace(entry->path().stem().string(), entry->path());
    if (added) continue;
    throw Error(ErrorCode::kInvalidData,
                "case " + place->first + " is in more than one fold: " + place->second.string() +
                    " and " + entry->path().string());
  }
  if (error) {
    throw Error(ErrorCode::kIo, folder.string() + ": cannot list the folder: " + error.message() +
                                    (validation ? "; every requested fold must be trained" : ""));
  }
  if (found == 0) {
    throw Error(ErrorCode::kIo, folder.string() + ": no probabilities (.npz) in the folder; " +
                                    (validation ? "train, or validate, with --npz"
                                                : "predict with --save_probabilities"));
  }
}

}  // namespace

Member find_member(const fs::path& folder, const std::vector<std::int64_t>& folds) {
  Member member;
  if (folds.empty()) add_folder(folder, false, member);
  for (const std::int64_t fold : folds) {
    add_folder(folder / nnunet::fold_folder(std::to_string(fold)) / "validation", true, member);
  }
  return member;
}

std::map<std::string, std::vector<fs::path>> join_members(const std::vector<fs::path>& folders,
                                                          const std::vector<Member>& members) {
  std::map<std::string, std::vector<fs::path>> cases;
  for (const Member& member : members) {
    for (const auto& [id, file] : member) cases[id].push_back(file);
  }
  std::string missing;
  for (std::size_t i = 0; i < members.size(); ++i) {
    std::string here;
    for (const auto& [id, files] : cases) {
      if (!members[i].contains(id)) here += " " + id;
    }
    if (!here.empty()) missing += "\n" + folders[i].string() + ": lacks" + here;
  }
  if (!missing.empty()) {
    throw Error(ErrorCode::kInvalidData,
                "expected probabilities of the same cases in every folder:" + missing);
  }
  return cases;
}

}  // namespace nnflow::ensemble
