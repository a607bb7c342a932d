// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/nnunet/export.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "nnflow/payload.hpp"

namespace nnflow::nnunet {

/// Case ids of one fold.
struct Split {
  std::vector<std::string> train;
  std::vector<std::string> val;

  friend bool operator==(const Split&, const Split&) = default;
};

/// splits_final.json (nnunet-data 8).
struct NNFLOW_NNUNET_EXPORT Splits {
  std::vector<Split> folds;

  [[nodiscard]] static Splits from_json(const Json& json, std::string_view source);
  [[nodiscard]] static Splits read(const std::filesystem::path& path);
  [[nodiscard]] Json to_json() const;
  void write(const std::filesystem::path& path) const;

  friend bool operator==(const Splits&, const Splits&) = default;
};

/// nnU-Net's seeded 5-fold split of `ids` (any order; sorted by code point first). Throws
/// Error(kInvalidData) for fewer than `folds` cases (nnunet-data 8.1).
[[nodiscard]] NNFLOW_NNUNET_EXPORT Splits default_splits(std::vector<std::string> ids,
                                                         int folds = 5);

/// Folds of the split that nnU-Net makes.
inline constexpr std::size_t kDefaultFolds = 5;

/// Whether a fold is "all" or one of the `folds` stored ones. Throws Error(kInvalidParam) naming
/// the folds there are for anything that is neither "all" nor a number.
[[nodiscard]] NNFLOW_NNUNET_EXPORT bool is_stored_fold(std::string_view fold, std::size_t folds);

/// The cases of a fold: "all" = everything in both sets; a number below the stored count = as
/// stored; beyond = the seeded 80:20 split of `ids` (nnunet-data 8.2). Throws Error(kInvalidParam)
/// for anything else.
[[nodiscard]] NNFLOW_NNUNET_EXPORT Split select_fold(const Splits& splits,
                                                     std::string_view fold,
                                                     std::vector<std::string> ids);

/// Copies the raw data set's splits, atomically, next to the preprocessed data, or compares them
/// when some are there already (nnunet-data 8.3). Does nothing without `source`.
NNFLOW_NNUNET_EXPORT void adopt_raw_splits(const std::filesystem::path& source,
                                           const std::filesystem::path& target);

}  // namespace nnflow::nnunet

namespace nnflow {

template <>
struct NNFLOW_NNUNET_EXPORT PayloadTraits<nnunet::Splits> {
  static constexpr std::string_view kId = "nnunet.splits/1";
  static std::size_t bytes(const nnunet::Splits& value);
  static void save(const nnunet::Splits& value, std::string& out);
  static nnunet::Splits load(std::string_view bytes);
};

}  // namespace nnflow
