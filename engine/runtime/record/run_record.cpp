// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "run_record.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
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

namespace {

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

/// Notes the holder in its lock file. What cannot be written leaves a run that takes no signal.
void note_holder(int lock, int stop_signal) {
  Value holder;
  holder.set("pid", static_cast<std::int64_t>(::getpid()));
  holder.set("host", host_name());
  holder.set("stop_signal", stop_signal);
  const std::string text = holder.to_json() + "\n";
  if (::ftruncate(lock, 0) != 0) return;
  (void)!::pwrite(lock, text.data(), text.size(), 0);
}

}  // namespace

std::optional<RunHolder> run_holder(const std::filesystem::path& run_dir) {
  const std::filesystem::path lock_file = run_dir / "lock";
  const int lock = ::open(lock_file.c_str(), O_RDONLY | O_CLOEXEC);
  if (lock < 0) {
    throw Error(ErrorCode::kIo, run_dir.string() + ": is no run folder: cannot open its lock: " +
                                    std::strerror(errno));
  }
  const bool held = ::flock(lock, LOCK_SH | LOCK_NB) != 0;
  char text[1024] = {};
  const ssize_t size = held ? ::pread(lock, text, sizeof text, 0) : 0;
  ::close(lock);
  if (!held) return std::nullopt;
  RunHolder holder;
  try {
    const Value note = Value::parse_json(
        std::string_view(text, static_cast<std::size_t>(std::max<ssize_t>(size, 0))));
    holder.pid = note.find("pid")->as_integer();
    holder.host = note.find("host")->as_string();
    holder.stop_signal = static_cast<int>(note.find("stop_signal")->as_integer());
    if (holder.host != host_name()) holder.stop_signal = 0;
  } catch (const Error&) {
    return RunHolder{};  // being written
  }
  return holder;
}

RunRecord::RunRecord(std::filesystem::path folder, int stop_signal) : folder_(std::move(folder)) {
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
  note_holder(lock_, stop_signal);
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
