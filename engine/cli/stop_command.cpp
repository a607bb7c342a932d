// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <nnflow/error.hpp>

#include "cli.hpp"
#include "common_options.hpp"
#include "record/run_record.hpp"

namespace nnflow::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNotes =
    "RUN is a run folder, or a folder whose .nnflow holds one. The run finishes its items (a "
    "training\n"
    "its epoch), writes what is due and ends with exit code 130; the same command goes on from "
    "there.\n";

/// The run folders that a user may mean by a folder.
fs::path run_folder(const fs::path& given) {
  std::error_code ignored;
  if (fs::exists(given / "lock", ignored)) return given;
  std::vector<fs::path> running;
  for (const auto& entry : fs::directory_iterator(given / ".nnflow", ignored)) {
    if (fs::exists(entry.path() / "lock", ignored) && runtime::run_holder(entry.path()))
      running.push_back(entry.path());
  }
  if (running.size() == 1) return running.front();
  if (running.empty()) {
    throw Error(ErrorCode::kInvalidData,
                given.string() + ": nothing is running here (no run folder, and none in .nnflow)");
  }
  std::string text = given.string() + ": several runs are going on; name one of them:";
  for (const fs::path& folder : running) text += "\n  " + folder.string();
  throw Error(ErrorCode::kInvalidData, text);
}

}  // namespace

std::vector<HelpLine> stop_options() {
  return {{"--now", "do not finish what has begun; finished items are kept all the same"},
          {"--wait", "return when the run has ended"},
          {"-h, --help", "show this help"}};
}

int stop_command(const Words& words) {
  App app;
  fs::path folder;
  bool now = false;
  bool wait = false;
  bool help = false;
  app.add_option("run", folder);
  app.add_flag("--now", now);
  app.add_flag("--wait", wait);
  app.add_flag("-h,--help", help);
  parse_words(app, "stop", words);
  if (help) {
    std::fputs(command_help("stop", kNotes).c_str(), stdout);
    return kOk;
  }
  if (folder.empty()) throw UsageError("stop", "the run folder is missing: nnflow stop RUN");
  folder = run_folder(folder);
  const auto holder = runtime::run_holder(folder);
  if (!holder) throw Error(ErrorCode::kInvalidData, folder.string() + ": nothing is running here");
  if (holder->pid <= 0 || holder->stop_signal == 0) {
    throw Error(ErrorCode::kResource, folder.string() +
                                          ": its run cannot be asked from here: process " +
                                          std::to_string(holder->pid) + " on " + holder->host);
  }
  const int signal = now ? SIGTERM : holder->stop_signal;
  if (::kill(static_cast<pid_t>(holder->pid), signal) != 0) {
    throw Error(ErrorCode::kResource, folder.string() + ": cannot reach process " +
                                          std::to_string(holder->pid) + ": " +
                                          std::strerror(errno));
  }
  std::printf("asked process %lld to end%s\n", static_cast<long long>(holder->pid),
              now ? " now" : "");
  while (wait && runtime::run_holder(folder))
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return kOk;
}

}  // namespace nnflow::cli
