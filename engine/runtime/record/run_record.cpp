// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "run_record.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "nnflow/artifact.hpp"
#include "nnflow/error.hpp"

namespace nnflow::runtime {

void StageCounters::set_progress(double done_units, double total_units, std::string_view text) {
  const std::scoped_lock lock(mutex_);
  progress_ = {done_units, total_units, std::string(text)};
}

StageCounters::Progress StageCounters::progress() const {
  const std::scoped_lock lock(mutex_);
  return progress_;
}

RunRecord::RunRecord(std::filesystem::path folder) : folder_(std::move(folder)) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) {
    throw Error(ErrorCode::kIo,
                folder_.string() + ": cannot create the run folder: " + error.message());
  }
  const std::filesystem::path lock_file = folder_ / "lock";
  lock_ = ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0)
    throw Error(ErrorCode::kIo, lock_file.string() + ": cannot create: " + std::strerror(errno));
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    throw Error(
        ErrorCode::kResource,
        folder_.string() + ": another run is using this run folder; wait for it or give --run-dir");
  }
  events_.open(folder_ / "events.jsonl");
  log_.open(folder_ / "log.txt");
  check();
}

RunRecord::~RunRecord() {
  if (lock_ >= 0) ::close(lock_);
}

void RunRecord::event(Value fields) {
  const double seconds =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  Value line;
  line.set("time", seconds);
  for (auto& [key, value] : fields.as_object()) line.set(key, std::move(value));
  const std::string text = line.to_json() + "\n";
  const std::scoped_lock lock(mutex_);
  events_.append(text);
}

void RunRecord::log_line(const std::string& line) {
  const std::scoped_lock lock(mutex_);
  log_.append(line + '\n');
}

void RunRecord::check() const {
  const std::scoped_lock lock(mutex_);
  for (const Lines* lines : {&events_, &log_}) {
    if (!lines->error.empty()) throw Error(ErrorCode::kIo, lines->error);
  }
}

void RunRecord::Lines::open(const std::filesystem::path& where) {
  path = where;
  file.open(path, std::ios::app);
  if (!file) error = path.string() + ": cannot open for writing: " + std::strerror(errno);
  std::error_code unknown;
  size = std::filesystem::file_size(path, unknown);
}

void RunRecord::Lines::append(const std::string& text) {
  if (!error.empty()) return;
  file << text;
  file.flush();
  if (file) {
    size += text.size();
    return;
  }
  error = path.string() + ": cannot write: " + std::strerror(errno);
  file.close();
  std::error_code ignored;
  std::filesystem::resize_file(path, size, ignored);
}

void RunRecord::write_file(const std::string& name, std::string_view bytes) const {
  Artifact(folder_ / name).write_and_commit(bytes);
}

StageCounters& RunRecord::counters(const std::string& stage) {
  const std::scoped_lock lock(mutex_);
  for (StageCounters& counters : counters_) {
    if (counters.id == stage) return counters;
  }
  counters_.emplace_back();
  counters_.back().id = stage;
  return counters_.back();
}

}  // namespace nnflow::runtime
