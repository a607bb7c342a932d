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

/// One line of help: the spelling and what it does.
struct HelpLine {
  std::string left;
  std::string right;
};

/// What the words of a command that are no options name.
enum class Target { kNone, kPipeline, kStageOrPipeline, kShell };

/// A built-in command. `run` gets the words after the command's name and returns the exit code.
/// Usage and options are what help shows and what is completed in a shell; an option is written
/// "-n, --dry-run" or "--with FILE".
struct Command {
  std::string_view name;
  std::string_view summary;
  bool hidden = false;
  int (*run)(const Words& words) = nullptr;
  std::string_view usage{};
  Target target = Target::kNone;
  std::vector<HelpLine> (*options)() = nullptr;
};

/// Built-in commands in the order of the help text.
[[nodiscard]] const std::vector<Command>& commands();
/// `--help` of a command: its summary, usage and options, and `notes` between the last two.
[[nodiscard]] std::string command_help(std::string_view name, std::string_view notes = {});

int run_command(const Words& words);
int serve_command(const Words& words);
int validate_command(const Words& words);
int list_command(const Words& words);
int describe_command(const Words& words);
int schema_command(const Words& words);
int graph_command(const Words& words);
int docs_command(const Words& words);
int new_plugin_command(const Words& words);
int doctor_command(const Words& words);
int completion_command(const Words& words);
int complete_command(const Words& words);
int manifest_command(const Words& words);
int cache_command(const Words& words);
int stop_command(const Words& words);

std::vector<HelpLine> validate_options();
std::vector<HelpLine> graph_options();
std::vector<HelpLine> docs_options();
std::vector<HelpLine> cache_options();
std::vector<HelpLine> stop_options();
std::vector<HelpLine> new_plugin_options();

/// `nnflow NAME ...`, where NAME is a pipeline file that was found.
int pipeline_command(const std::filesystem::path& file,
                     const std::string& name,
                     const Words& words);

}  // namespace nnflow::cli
