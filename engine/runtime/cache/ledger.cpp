// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "ledger.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include "files.hpp"
#include "nnflow/artifact.hpp"
#include "nnflow/error.hpp"
#include "nnflow/value.hpp"

namespace nnflow::runtime {
namespace {

namespace fs = std::filesystem;

struct FileState {
  std::int64_t size = 0;
  std::int64_t modified_ns = 0;
};

std::optional<FileState> file_state(const fs::path& path) {
  struct ::stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileState{status.st_size, status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
}

constexpr const char* kDamaged = "its record is damaged";

/// Which file of a record is not as it was left; empty when none. Throws on a damaged record.
std::string wanting(const Value& record) {
  for (const Value& artifact : record.find("files")->as_array()) {
    const std::string& path = artifact.find("path")->as_string();
    const auto state = file_state(path);
    if (!state) return path + " is missing";
    if (state->size != artifact.find("size")->as_integer() ||
        state->modified_ns != artifact.find("modified_ns")->as_integer()) {
      return path + " was changed";
    }
  }
  return {};
}

}  // namespace

fs::path ArtifactLedger::file(std::string_view stage, std::string_view item) const {
  return root_ / safe_name(stage) / (safe_name(item) + ".json");
}

std::string ArtifactLedger::reason(std::string_view stage,
                                   std::string_view item,
                                   std::string_view key) const {
  const auto text = read_file(file(stage, item));
  if (!text) return "new item";
  try {
    const Value entry = Value::parse_json(*text);
    if (entry.find("key")->as_string() != key) return "inputs or parameters changed";
    return wanting(entry);
  } catch (const std::exception&) {
    return kDamaged;
  }
}

ArtifactLedger::Tally ArtifactLedger::tally(std::string_view stage) const {
  Tally tally;
  std::error_code error;
  std::vector<fs::path> records;
  for (const auto& entry : fs::directory_iterator(root_ / safe_name(stage), error))
    records.push_back(entry.path());
  std::sort(records.begin(), records.end());
  for (const fs::path& record : records) {
    const auto text = read_file(record);
    if (!text) continue;
    std::string problem = kDamaged;
    try {
      problem = wanting(Value::parse_json(*text));
    } catch (const std::exception&) {
    }
    ++tally.items;
    if (problem.empty()) ++tally.intact;
    if (!problem.empty() && tally.first_wanting.empty()) tally.first_wanting = problem;
  }
  return tally;
}

bool ArtifactLedger::intact(std::string_view stage,
                            std::string_view item,
                            std::string_view key) const {
  return reason(stage, item, key).empty();
}

void ArtifactLedger::record(std::string_view stage,
                            std::string_view item,
                            std::string_view key,
                            const std::vector<fs::path>& files) const {
  Value::Array list;
  for (const fs::path& path : files) {
    const auto state = file_state(path);
    if (!state) throw Error(ErrorCode::kIo, path.string() + ": vanished after it was written");
    Value artifact;
    artifact.set("path", path.string());
    artifact.set("size", state->size);
    artifact.set("modified_ns", state->modified_ns);
    list.push_back(std::move(artifact));
  }
  Value entry;
  entry.set("key", key);
  entry.set("files", std::move(list));
  const fs::path path = file(stage, item);
  {
    const std::scoped_lock lock(mutex_);
    if (held_.find(stage) == held_.end()) held_.emplace(stage, std::make_unique<HeldFolder>(path));
  }
  // The files are on the disk; a record that is lost costs the work on this item, and a damaged one
  // counts as lost.
  Artifact(path).write_and_rename(entry.to_json() + "\n");
}

}  // namespace nnflow::runtime
