// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace nnflow::ensemble {

/// Where one member of an ensemble has the probabilities of its cases.
using Member = std::map<std::string, std::filesystem::path>;  // case -> .npz

/// The `.npz` files of a folder of predictions, or, when folds are given, of the `validation`
/// folders of these folds of a model folder. Throws Error(kIo) for a folder that is missing or has
/// no such file, and Error(kInvalidData) for a case in more than one fold.
[[nodiscard]] Member find_member(const std::filesystem::path& folder,
                                 const std::vector<std::int64_t>& folds);

/// The files of every case, in the order of `members`, sorted by case. Throws Error(kInvalidData)
/// naming what is missing where, when a member lacks a case of another one.
[[nodiscard]] std::map<std::string, std::vector<std::filesystem::path>> join_members(
    const std::vector<std::filesystem::path>& folders, const std::vector<Member>& members);

}  // namespace nnflow::ensemble
