// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "store.hpp"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "key.hpp"
#include "nnflow/artifact.hpp"
#include "nnflow/value.hpp"

namespace nnflow::runtime {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return std::nullopt;
  std::stringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

/// Ids may hold '/' (stages of sub-pipelines) and anything a file name may not.
std::string safe_name(std::string_view id) {
  std::string name;
  for (const char c : id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || c == '.';
    name += plain ? c : '_';
  }
  return name == id ? name : name.substr(0, 100) + "-" + digest(id).substr(0, 12);
}

struct FileState {
  std::int64_t size = 0;
  std::int64_t modified_ns = 0;
};

std::optional<FileState> file_state(const fs::path& path) {
  struct ::stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileState{status.st_size, status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
}

}  // namespace

fs::path CacheStore::file(std::string_view stage, std::string_view key) const {
  return root_ / safe_name(stage) / std::string(key.substr(0, 2)) / std::string(key);
}

bool CacheStore::contains(std::string_view stage, std::string_view key) const {
  return fs::exists(file(stage, key));
}

std::optional<std::vector<CacheStore::Entry>> CacheStore::get(
    std::string_view stage,
    std::string_view key,
    const std::vector<std::pair<std::string, const PayloadType*>>& types) const {
  const fs::path path = file(stage, key);
  const auto text = read_file(path);
  if (!text) return std::nullopt;
  // "<digest of the rest>\n<header JSON>\n<payload bytes>..."
  try {
    const std::size_t first = text->find('\n');
    if (first != 32) throw Error(ErrorCode::kInvalidData, "no digest");
    const std::string_view rest = std::string_view(*text).substr(33);
    if (digest(rest) != std::string_view(*text).substr(0, 32))
      throw Error(ErrorCode::kInvalidData, "digest differs");
    const std::size_t header_end = rest.find('\n');
    const Value header = Value::parse_json(rest.substr(0, header_end));
    std::string_view bytes = rest.substr(header_end + 1);
    std::vector<Entry> outputs;
    for (const Value& entry : header.as_array()) {
      const std::string& port = entry.find("port")->as_string();
      const auto size = static_cast<std::size_t>(entry.find("size")->as_integer());
      const PayloadType* type = nullptr;
      for (const auto& [name, candidate] : types) {
        if (name == port) type = candidate;
      }
      if (type == nullptr || type->id != entry.find("payload")->as_string()) {
        throw Error(ErrorCode::kInvalidData, "port or payload differs");
      }
      outputs.emplace_back(port, Payload::from_raw(type, type->load(bytes.substr(0, size))));
      bytes.remove_prefix(size);
    }
    return outputs;
  } catch (const std::exception&) {
    std::error_code ignored;
    fs::remove(path, ignored);
    return std::nullopt;
  }
}

void CacheStore::put(std::string_view stage,
                     std::string_view key,
                     const std::vector<Entry>& outputs) const {
  Value::Array header;
  std::string bytes;
  for (const auto& [port, payload] : outputs) {
    const std::size_t before = bytes.size();
    payload.type()->save(payload.raw(), bytes);
    Value entry;
    entry.set("port", port);
    entry.set("payload", payload.id());
    entry.set("size", static_cast<std::int64_t>(bytes.size() - before));
    header.push_back(std::move(entry));
  }
  const std::string rest = Value(std::move(header)).to_json() + "\n" + bytes;
  Artifact(file(stage, key)).write_and_commit(digest(rest) + "\n" + rest);
}

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
    for (const Value& artifact : entry.find("files")->as_array()) {
      const std::string& path = artifact.find("path")->as_string();
      const auto state = file_state(path);
      if (!state) return path + " is missing";
      if (state->size != artifact.find("size")->as_integer() ||
          state->modified_ns != artifact.find("modified_ns")->as_integer()) {
        return path + " was changed";
      }
    }
    return {};
  } catch (const std::exception&) {
    return "its record is damaged";
  }
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
  Artifact(file(stage, item)).write_and_commit(entry.to_json() + "\n");
}

}  // namespace nnflow::runtime
