// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "ledger.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

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

/// What is known of the files of one item.
struct Entry {
  std::string key;
  struct File {
    std::string path;
    FileState state;
  };
  std::vector<File> files;
};

const Value& member(const Value& object, const char* name) {
  const Value* const found = object.find(name);
  if (found == nullptr) throw std::invalid_argument(name);
  return *found;
}

Entry parse_entry(const Value& record) {
  Entry entry;
  entry.key = member(record, "key").as_string();
  for (const Value& file : member(record, "files").as_array()) {
    entry.files.push_back(
        {member(file, "path").as_string(),
         {member(file, "size").as_integer(), member(file, "modified_ns").as_integer()}});
  }
  return entry;
}

std::string to_line(std::string_view item, const Entry& entry) {
  Value::Array files;
  for (const Entry::File& file : entry.files) {
    Value one;
    one.set("path", file.path);
    one.set("size", file.state.size);
    one.set("modified_ns", file.state.modified_ns);
    files.push_back(std::move(one));
  }
  Value record;
  record.set("item", item);
  record.set("key", entry.key);
  record.set("files", std::move(files));
  return record.to_json() + "\n";
}

/// Which file is not as it was left; empty when none.
std::string wanting(const Entry& entry) {
  for (const Entry::File& file : entry.files) {
    const auto state = file_state(file.path);
    if (!state) return file.path + " is missing";
    if (state->size != file.state.size || state->modified_ns != file.state.modified_ns)
      return file.path + " was changed";
  }
  return {};
}

}  // namespace

/// The records of one stage.
class ArtifactLedger::Book {
 public:
  explicit Book(fs::path path) : path_(std::move(path)) {
    const std::string text = read_file(path_).value_or("");
    whole_ = text.empty() || text.ends_with('\n');
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      read_line(std::string_view(text).substr(begin, end - begin));
      ++lines_;
      begin = end + 1;
    }
  }
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;
  ~Book() {
    if (file_ >= 0) ::close(file_);
  }

  [[nodiscard]] std::optional<Entry> find(std::string_view item) const {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(item);
    if (found == entries_.end()) return std::nullopt;
    return found->second;
  }

  [[nodiscard]] std::map<std::string, Entry, std::less<>> entries() const {
    const std::scoped_lock lock(mutex_);
    return entries_;
  }

  void add(std::string_view item, Entry entry) {
    const std::scoped_lock lock(mutex_);
    const std::string line = to_line(item, entry);
    open();
    append(whole_ ? line : "\n" + line);
    entries_.insert_or_assign(std::string(item), std::move(entry));
  }

 private:
  void read_line(std::string_view line) {
    try {
      const Value record = Value::parse_json(line);
      entries_.insert_or_assign(member(record, "item").as_string(), parse_entry(record));
    } catch (const std::exception&) {
      // Cut off or damaged: whatever it was about is made again.
    }
  }

  void open() {
    if (file_ >= 0) return;
    std::error_code ignored;  // what follows tells
    fs::create_directories(path_.parent_path(), ignored);
    constexpr std::size_t kFew = 16;
    if (lines_ > kFew + 2 * entries_.size()) rewrite();
    file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file_ < 0) fail("open", errno);
  }

  /// Drops the lines that later ones replaced.
  void rewrite() {
    std::string text;
    for (const auto& [item, entry] : entries_) text += to_line(item, entry);
    Artifact(path_).write_and_rename(text);
    whole_ = true;
  }

  void append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) fail("write", errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
      whole_ = bytes.empty();
    }
  }

  [[noreturn]] void fail(const char* action, int error) const {
    throw Error(ErrorCode::kIo,
                path_.string() + ": cannot " + action + ": " + std::strerror(error));
  }

  fs::path path_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;  ///< by item
  std::size_t lines_ = 0;
  bool whole_ = true;  ///< the file ends with a line's end
  int file_ = -1;      ///< open once something was added
};

ArtifactLedger::ArtifactLedger(fs::path root) : root_(std::move(root)) {}

ArtifactLedger::~ArtifactLedger() = default;

ArtifactLedger::Book& ArtifactLedger::book(std::string_view stage) const {
  const std::scoped_lock lock(mutex_);
  auto found = books_.find(stage);
  if (found == books_.end()) {
    const fs::path path = root_ / (safe_name(stage) + ".jsonl");
    found = books_.emplace(stage, std::make_unique<Book>(path)).first;
  }
  return *found->second;
}

std::string ArtifactLedger::reason(std::string_view stage,
                                   std::string_view item,
                                   std::string_view key) const {
  const auto entry = book(stage).find(item);
  if (!entry) return "new item";
  return entry->key == key ? wanting(*entry) : "inputs or parameters changed";
}

ArtifactLedger::Tally ArtifactLedger::tally(std::string_view stage) const {
  Tally tally;
  for (const auto& [item, entry] : book(stage).entries()) {
    const std::string problem = wanting(entry);
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

// The files are on the disk; a record that is lost costs the work on this item.
void ArtifactLedger::record(std::string_view stage,
                            std::string_view item,
                            std::string_view key,
                            const std::vector<fs::path>& files) {
  Entry entry{std::string(key), {}};
  for (const fs::path& path : files) {
    const auto state = file_state(path);
    if (!state) throw Error(ErrorCode::kIo, path.string() + ": vanished after it was written");
    entry.files.push_back({path.string(), *state});
  }
  book(stage).add(item, std::move(entry));
}

}  // namespace nnflow::runtime
