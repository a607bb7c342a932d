// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/splits.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "json/findings.hpp"
#include "json/json_fields.hpp"
#include "nnflow/artifact.hpp"
#include "nnflow/nnunet/files.hpp"
#include "nnflow/nnunet/random_state.hpp"

namespace nnflow::nnunet {
namespace {

constexpr std::uint32_t kSeed = 12345;

Split seeded_split(std::vector<std::string> ids, std::uint32_t fold) {
  std::sort(ids.begin(), ids.end());
  const auto count = static_cast<std::int64_t>(ids.size());
  const auto order = RandomState(kSeed + fold).permutation(count);
  const auto train_size = static_cast<std::size_t>(static_cast<double>(count) * 0.8);
  Split split;
  std::vector<bool> in_train(ids.size(), false);
  for (std::size_t i = 0; i < train_size; ++i) {
    const auto index = static_cast<std::size_t>(order[i]);
    in_train[index] = true;
    split.train.push_back(ids[index]);
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!in_train[i]) split.val.push_back(ids[i]);
  }
  return split;
}

std::uint32_t fold_number(std::string_view fold, std::size_t folds) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(fold.data(), fold.data() + fold.size(), number);
  if (!fold.empty() && error == std::errc{} && end == fold.data() + fold.size()) return number;
  std::string text = "fold is '" + std::string(fold) + "', expected all or a number";
  if (folds > 0) {
    text += "; the folds of the split are 0 to " + std::to_string(folds - 1) +
            ", larger numbers stand for random splits";
  }
  throw Error(ErrorCode::kInvalidParam, text);
}

std::set<std::string> as_set(const std::vector<std::string>& ids) {
  return {ids.begin(), ids.end()};
}

}  // namespace

Splits Splits::from_json(const Json& json, std::string_view source) {
  std::vector<std::string> findings;
  if (!json.is_array())
    throw_findings({"holds " + shown(json) + ", expected a list of splits"}, source);
  Splits result;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string where = std::to_string(i);
    if (!json[i].is_object()) {
      findings.push_back("entry " + where + " is " + shown(json[i]) +
                         R"(, expected {"train": [cases], "val": [cases]})");
      continue;
    }
    JsonFields fields(json[i], where + ".", findings);
    result.folds.push_back({fields.texts("train"), fields.texts("val")});
  }
  throw_findings(findings, source);
  return result;
}

Splits Splits::read(const std::filesystem::path& path) {
  return from_json(read_json(path), path.string());
}

Json Splits::to_json() const {
  Json json = Json::array();
  for (const Split& split : folds) {
    Json entry;
    entry["train"] = split.train;
    entry["val"] = split.val;
    json.push_back(std::move(entry));
  }
  return json;
}

void Splits::write(const std::filesystem::path& path) const { write_json(path, to_json()); }

Splits default_splits(std::vector<std::string> ids, int folds) {
  std::sort(ids.begin(), ids.end());
  const auto count = static_cast<std::int64_t>(ids.size());
  if (folds < 2 || count < folds) {
    throw Error(ErrorCode::kInvalidData, "cannot split " + std::to_string(count) + " cases into " +
                                             std::to_string(folds) + " folds: too few cases");
  }
  const auto order = RandomState(kSeed).permutation(count);
  Splits result;
  std::size_t begin = 0;
  for (int fold = 0; fold < folds; ++fold) {
    const auto size = static_cast<std::size_t>(count / folds + (fold < count % folds ? 1 : 0));
    std::vector<bool> in_val(ids.size(), false);
    for (std::size_t i = begin; i < begin + size; ++i)
      in_val[static_cast<std::size_t>(order[i])] = true;
    begin += size;
    Split split;
    for (std::size_t i = 0; i < ids.size(); ++i)
      (in_val[i] ? split.val : split.train).push_back(ids[i]);
    result.folds.push_back(std::move(split));
  }
  return result;
}

bool is_stored_fold(std::string_view fold, std::size_t folds) {
  return fold == "all" || fold_number(fold, folds) < folds;
}

Split select_fold(const Splits& splits, std::string_view fold, std::vector<std::string> ids) {
  if (fold == "all") {
    std::sort(ids.begin(), ids.end());
    return {ids, ids};
  }
  const std::uint32_t number = fold_number(fold, splits.folds.size());
  if (number < splits.folds.size()) return splits.folds[number];
  return seeded_split(std::move(ids), number);
}

void adopt_raw_splits(const std::filesystem::path& source, const std::filesystem::path& target) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(source, ignored)) return;
  const Splits raw = Splits::read(source);
  if (!std::filesystem::is_regular_file(target, ignored)) {
    Artifact(target).write_and_commit(read_file(source));
    return;
  }
  const Splits present = Splits::read(target);
  for (std::size_t i = 0; i < raw.folds.size(); ++i) {
    const bool same = i < present.folds.size() &&
                      as_set(raw.folds[i].train) == as_set(present.folds[i].train) &&
                      as_set(raw.folds[i].val) == as_set(present.folds[i].val);
    if (same) continue;
    throw Error(ErrorCode::kInvalidData, target.string() + ": split " + std::to_string(i) +
                                             " differs from the one of the raw data set in " +
                                             source.string());
  }
}

}  // namespace nnflow::nnunet
