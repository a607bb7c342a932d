// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nnflow::cli {

/// Exit codes of the program.
enum ExitCode : int {
  kOk = 0,
  kFindings = 1,
  kUsage = 2,
  kRunFailed = 3,
  kItemsSkipped = 4,
  kInterrupted = 130,
};

using Words = std::vector<std::string>;

/// The command line cannot be understood; what() is one line. Ends the program with kUsage.
class UsageError : public std::exception {
 public:
  UsageError(std::string command, std::string message)
      : command_(std::move(command)), message_(std::move(message)) {}
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
  [[nodiscard]] const std::string& command() const { return command_; }

 private:
  std::string command_;
  std::string message_;
};

/// A built-in command. `run` gets the words after the command's name and returns the exit code.
struct Command {
  std::string_view name;
  std::string_view summary;
  bool hidden = false;
  int (*run)(const Words& words) = nullptr;
};

/// Built-in commands in the order of the help text.
[[nodiscard]] const std::vector<Command>& commands();

int run_command(const Words& words);
int validate_command(const Words& words);
int list_command(const Words& words);
int describe_command(const Words& words);
int schema_command(const Words& words);
int manifest_command(const Words& words);
int cache_command(const Words& words);
int stop_command(const Words& words);

/// `nnflow NAME ...`, where NAME is a pipeline file that was found.
int pipeline_command(const std::filesystem::path& file,
                     const std::string& name,
                     const Words& words);

}  // namespace nnflow::cli
