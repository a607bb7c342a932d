// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "kills/trials.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <thread>
#include <utility>

#include "support/shared.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double kHangSeconds = 120;
constexpr int kLateAtMost = 10;
constexpr int kMeasureEvery = 25;
constexpr int kFoldersKept = 3;

/// The same on every standard library, unlike std::uniform_real_distribution.
double uniform(std::mt19937_64& engine) { return static_cast<double>(engine() >> 11U) * 0x1p-53; }

/// Regular files below a folder that `wanted` accepts.
template <typename Wanted>
std::vector<fs::path> files_below(const fs::path& folder, Wanted wanted) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const bool temporary = entry->path().string().find(".nnflow-tmp") != std::string::npos;
    if (!temporary && entry->is_regular_file() && wanted(entry->path()))
      files.push_back(entry->path());
  }
  return files;
}

/// True when the records hold work that a rerun need not do again.
bool has_finished(const Place& place) {
  const auto in_store = [](const fs::path& file) {
    const std::string path = file.string();
    return path.find("/ledger/") != std::string::npos || path.find("/cache/") != std::string::npos;
  };
  const auto is_checkpoint = [](const fs::path& file) { return file.extension() == ".pth"; };
  return !files_below(place.record(), in_store).empty() ||
         !files_below(place.out(), is_checkpoint).empty();
}

/// True when the records of a finished run say that it kept work of an earlier one.
bool has_kept(const Place& place) {
  const auto named = [](const char* name) {
    return [name](const fs::path& file) { return file.filename() == name; };
  };
  for (const fs::path& file : files_below(place.record(), named("summary.json"))) {
    const std::string text = read_file(file);
    constexpr const char* kKey = "\"kept\":";
    for (std::size_t at = text.find(kKey); at != std::string::npos; at = text.find(kKey, at + 1)) {
      if (std::atoll(text.c_str() + at + 7) > 0) return true;
    }
  }
  for (const fs::path& file : files_below(place.record(), named("log.txt"))) {
    if (read_file(file).find("going on after ") != std::string::npos) return true;
  }
  return false;
}

std::string last_lines(const fs::path& file) {
  const std::string text = fs::exists(file) ? read_file(file) : "";
  return text.substr(text.size() - std::min<std::size_t>(text.size(), 1000));
}

void append(Words& findings, const std::string& when, const Words& more) {
  for (const std::string& finding : more) findings.push_back(when + ": " + finding);
}

}  // namespace

Trials::Trials(Command command, Place place, std::uint64_t seed, fs::path failures)
    : command_(std::move(command)),
      place_(std::move(place)),
      seed_(seed),
      failures_(std::move(failures)) {}

/// Uniform over the run; but two of ten kills go to its first twentieth and to its last tenth.
Trials::Moment Trials::moment(int index) const {
  std::seed_seq seeds{static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32U),
                      static_cast<std::uint32_t>(index)};
  std::mt19937_64 engine(seeds);
  Moment moment{uniform(engine), 0};
  if (index % 10 == 3) moment.first *= 0.05;
  if (index % 10 == 4) moment.first = 0.9 + 0.1 * moment.first;
  if (index % 3 == 2) moment.second = uniform(engine);
  return moment;
}

void Trials::clear() const {
  fs::remove_all(place_.folder);
  fs::create_directories(place_.out());
  if (!command_.prepared.empty())
    fs::copy(command_.prepared, place_.out(), fs::copy_options::recursive);
}

Trials::End Trials::start(double seconds) const {
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::duration_cast<Clock::duration>(
                               std::chrono::duration<double>(std::min(seconds, kHangSeconds)));
  const pid_t process = start_nnflow(command_.words, place_.output());
  siginfo_t ended{};
  while (waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         ended.si_pid == 0) {
    const auto now = Clock::now();
    if (now >= end) {
      kill(process, SIGKILL);
      break;
    }
    std::this_thread::sleep_until(std::min(end, now + std::chrono::milliseconds(1)));
  }
  const Answer answer = wait_for(process);
  const std::chrono::duration<double> passed = Clock::now() - begin;
  return {answer.signal == SIGKILL, answer.code, passed.count()};
}

void Trials::measure(Words& findings) {
  clear();
  const End end = start(kHangSeconds);
  if (end.code != 0) {
    findings.push_back("undisturbed run: ended with " + std::to_string(end.code) + ": " +
                       last_lines(place_.output()));
    return;
  }
  duration_ = end.seconds;
  tally_.shortest = std::min(tally_.shortest, duration_);
  tally_.longest = std::max(tally_.longest, duration_);
  Files found = tree(place_.out());
  if (tally_.undisturbed++ == 0) {
    expected_ = std::move(found);
    tally_.files = expected_.size();
  } else {
    append(findings, "undisturbed run", rerun_findings(expected_, found));
  }
  append(findings, "undisturbed run leaves", temporaries(place_.folder));
}

/// A run that is over before its moment takes the place of the undisturbed one as the measure.
bool Trials::kill_first(double fraction, double& seconds, Words& findings) {
  for (int attempt = 0; attempt < kLateAtMost; ++attempt) {
    clear();
    seconds = fraction * duration_;
    const End end = start(seconds);
    if (end.killed) return true;
    if (end.code != 0) {
      findings.push_back("run: ended with " + std::to_string(end.code) + ": " +
                         last_lines(place_.output()));
      return false;
    }
    ++tally_.late;
    duration_ = end.seconds;
  }
  findings.push_back("no run could be killed in " + std::to_string(kLateAtMost) + " attempts");
  return false;
}

Words Trials::trial(const Moment& moment, double& seconds) {
  Words findings;
  if (!kill_first(moment.first, seconds, findings)) return findings;
  ++tally_.kills;
  tally_.with_temporaries += temporaries(place_.folder).empty() ? 0 : 1;
  append(findings, "after the kill", killed_findings(expected_, tree(place_.out())));
  if (moment.second > 0) {
    const double rest = duration_ * std::max(0.3, 1 - moment.first);
    const End end = start(moment.second * rest);
    ++(end.killed ? tally_.second_kills : tally_.second_late);
    if (end.killed) {
      append(findings, "after the second kill", killed_findings(expected_, tree(place_.out())));
    } else if (end.code != 0) {
      findings.push_back("first rerun: ended with " + std::to_string(end.code) + ": " +
                         last_lines(place_.output()));
    }
  }
  finish(findings);
  return findings;
}

void Trials::finish(Words& findings) {
  const bool finished = has_finished(place_);
  tally_.with_finished += finished ? 1 : 0;
  const End end = start(kHangSeconds);
  if (end.killed || end.code != 0) {
    findings.push_back((end.killed ? std::string("rerun: did not end")
                                   : "rerun: ended with " + std::to_string(end.code)) +
                       ": " + last_lines(place_.output()));
    return;
  }
  const bool kept = has_kept(place_);
  tally_.kept += kept ? 1 : 0;
  if (finished && !kept) findings.push_back("rerun: kept nothing of the finished work");
  append(findings, "rerun", rerun_findings(expected_, tree(place_.out())));
  append(findings, "rerun leaves", temporaries(place_.folder));
}

void Trials::keep(int index) const {
  if (tally_.with_findings > kFoldersKept) return;
  const fs::path target = failures_ / (command_.name + "-" + std::to_string(index));
  fs::remove_all(target);
  fs::create_directories(target.parent_path());
  fs::copy(place_.folder, target, fs::copy_options::recursive);
}

Tally Trials::run(int first, int count, const Report& report) {
  for (int index = first; index < first + count; ++index) {
    Words findings;
    if ((index - first) % kMeasureEvery == 0) measure(findings);
    double seconds = 0;
    const Moment when = moment(index);
    if (tally_.undisturbed > 0) {
      const Words more = trial(when, seconds);
      findings.insert(findings.end(), more.begin(), more.end());
    }
    if (!findings.empty()) {
      ++tally_.with_findings;
      keep(index);
    }
    char text[160];
    std::snprintf(text, sizeof text, "%s, seed %llu, kill %d at %.4f s (%.4f of %.3f s)%s",
                  command_.name.c_str(), static_cast<unsigned long long>(seed_), index, seconds,
                  when.first, duration_, when.second > 0 ? ", twice" : "");
    report(text, findings);
    if (tally_.undisturbed == 0) break;
  }
  return tally_;
}

}  // namespace nnflow::test
