// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <string>
#include <system_error>

#include <nnflow/error.hpp>

#include "cli.hpp"
#include "common_options.hpp"
#include "library_options.hpp"
#include "pipeline/finding.hpp"
#include "pipeline_index.hpp"
#include "version.hpp"

namespace nnflow::cli {
namespace {

void print(std::FILE* stream, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stream);
}

std::string main_help(const PipelineIndex& index) {
  std::string text =
      "nnflow: runs pipelines of stages\n\n"
      "usage: nnflow COMMAND [options]      nnflow COMMAND --help says more\n\npipelines:\n";
  std::vector<HelpLine> lines;
  for (const PipelineEntry& entry : index.entries())
    lines.push_back({entry.name, read_head(entry.file).summary});
  if (lines.empty())
    lines.push_back({"(none found)", "NNFLOW_PIPELINE_PATH names folders with pipelines"});
  text += two_columns(lines) + "\ncommands:\n";
  lines.clear();
  for (const Command& command : commands()) {
    if (!command.hidden) lines.push_back({std::string(command.name), std::string(command.summary)});
  }
  lines.push_back({"--version [--json]", "versions of the program and of its libraries"});
  text += two_columns(lines);
  if (const std::vector<HelpLine> options = library_options(); !options.empty())
    text += "\noptions of every command:\n" + two_columns(options);
  return text;
}

int print_version(const Words& words) {
  const Value info = runtime::version_info();
  const bool json = std::find(words.begin(), words.end(), "--json") != words.end();
  print(stdout, (json ? info.to_json() : "nnflow " + info.find("version")->as_string()) + "\n");
  return kOk;
}

/// "; did you mean ...?" for a name that nothing has: the command that the end of it names, as in
/// other_program_train, else the nearest one.
std::string command_suggestion(const std::string& word, const PipelineIndex& index) {
  for (std::size_t at = word.find('_'); at != std::string::npos; at = word.find('_', at + 1)) {
    const std::string end = word.substr(at + 1);
    if (const auto entry = index.find(end)) {
      return "; did you mean \"" + entry->name + "\"?";
    }
  }
  std::vector<std::string> known = index.names();
  for (const Command& command : commands()) {
    if (!command.hidden) known.emplace_back(command.name);
  }
  return runtime::suggestion(word, known);
}

int dispatch(const Words& words) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    print(words.empty() ? stderr : stdout, main_help(PipelineIndex()));
    return words.empty() ? kUsage : kOk;
  }
  if (words[0] == "--version") return print_version(words);
  const Words rest(words.begin() + 1, words.end());
  for (const Command& command : commands()) {
    if (command.name == words[0]) return command.run(rest);
  }
  const PipelineIndex index;
  if (const auto entry = index.find(words[0]))
    return pipeline_command(entry->file, entry->name, rest);
  throw UsageError("",
                   "unknown command \"" + words[0] + "\"" + command_suggestion(words[0], index));
}

int exit_code_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kInvalidPipeline:
    case ErrorCode::kInvalidParam:
      return kFindings;
    case ErrorCode::kCancelled:
      return kInterrupted;
    default:
      return kRunFailed;
  }
}

bool runs_a_pipeline(const Words& words) {
  const auto first = std::find_if(words.begin(), words.end(),
                                  [](const std::string& word) { return !word.starts_with("-"); });
  if (first == words.end()) return false;
  for (const Command& command : commands()) {
    if (command.name == *first) return command.name == "run" || command.name == "serve";
  }
  return true;
}

/// Blocks of the size of an image go back to the system as soon as they are freed, and come from it
/// in huge pages. Otherwise the arenas of the threads keep several times what is in use, and most
/// of the time of a stage that only copies goes into page faults. The C library reads this setting
/// when the program starts, so the program starts itself again. Without effect on another C
/// library.
void tune_heap(char** argv) {
  constexpr const char* kName = "GLIBC_TUNABLES";
  if (std::getenv(kName) != nullptr) return;  // somebody's own, or this has been done
  ::setenv(kName, "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=4194304", 1);
  // By its own path, for the name in lists of processes. Returns only where it cannot be done: the
  // program goes on as it is.
  std::error_code unknown;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (!unknown) ::execv(program.c_str(), argv);
}

int guarded_main(Words words) {
  try {
    take_library_options(words);
    return dispatch(words);
  } catch (const UsageError& error) {
    const std::string command = error.command().empty() ? "nnflow" : "nnflow " + error.command();
    print(stderr, command + ": error: " + error.what() + "\n" + command + " --help says more\n");
    return kUsage;
  } catch (const Error& error) {
    print(stderr, "nnflow: error: " + error.full_message() + "\n");
    return exit_code_of(error);
  } catch (const std::bad_alloc&) {
    print(stderr, "nnflow: error: out of memory\n");
  } catch (const std::exception& error) {
    print(stderr, std::string("nnflow: error: ") + error.what() + "\n");
  }
  return kRunFailed;
}

/// Whether everything that was printed has arrived; says so if it has not.
bool flush_output() {
  const bool failed_before = std::ferror(stdout) != 0;
  errno = 0;
  if (std::fflush(stdout) == 0 && !failed_before) return true;
  std::string text = "nnflow: error: standard output: cannot write";
  if (errno != 0) text.append(": ").append(std::strerror(errno));
  print(stderr, text + "\n");
  return false;
}

}  // namespace

const std::vector<Command>& commands() {
  constexpr std::string_view kPipeline = "FILE|NAME [options]";
  static const std::vector<Command> kCommands{
      {"run", "run a pipeline file, or a pipeline by its name", false, run_command, kPipeline,
       Target::kPipeline, common_help},
      {"serve", "run a pipeline for every job that comes as a line of JSON", false, serve_command,
       kPipeline, Target::kPipeline, common_help},
      {"validate", "check a pipeline without running it", false, validate_command, kPipeline,
       Target::kPipeline, validate_options},
      {"graph", "draw a pipeline, and what a run of it cost", false, graph_command, kPipeline,
       Target::kPipeline, graph_options},
      {"list", "list pipelines and stages", false, list_command, "[options]", Target::kNone,
       query_help},
      {"describe", "explain a stage or a pipeline", false, describe_command,
       "STAGE|PIPELINE [options]", Target::kStageOrPipeline, query_help},
      {"docs", "write the reference of all stages", false, docs_command, "[options]", Target::kNone,
       docs_options},
      {"cache", "show or shrink the cache of results", false, cache_command,
       "status|prune|verify [options]", Target::kNone, cache_options},
      {"stop", "ask a run to finish what has begun and to end", false, stop_command,
       "RUN [options]", Target::kNone, stop_options},
      {"schema", "print the JSON Schema of all stages' parameters", false, schema_command,
       "[options]", Target::kNone, query_help},
      {"new-plugin", "write a plugin to begin with", false, new_plugin_command, "NAME [options]",
       Target::kNone, new_plugin_options},
      {"doctor", "tell what is installed and what is missing", false, doctor_command, "[options]",
       Target::kNone, query_help},
      {"completion", "print a script that completes commands in a shell", false, completion_command,
       "bash|zsh", Target::kShell, nullptr},
      {"__complete", "complete a command line", true, complete_command},
      {"manifest", "write the manifest of a plugin", true, manifest_command},
  };
  return kCommands;
}

std::string command_help(std::string_view name, std::string_view notes) {
  for (const Command& command : commands()) {
    if (command.name != name) continue;
    std::string text = "nnflow ";
    text.append(name).append(": ").append(command.summary).append("\n\nusage: nnflow ");
    text.append(name).append(" ").append(command.usage).append("\n");
    if (!notes.empty()) text.append("\n").append(notes);
    if (command.options != nullptr) text += "\noptions:\n" + two_columns(command.options());
    if (const std::vector<HelpLine> options = library_options(); !options.empty())
      text += "\noptions of every command:\n" + two_columns(options);
    return text;
  }
  return "";
}

}  // namespace nnflow::cli

int main(int argc, char** argv) {
  // Waiting OpenMP threads of a plugin sleep instead of spinning against the workers of the graph.
  // The OpenMP library reads this when it is loaded, so a plugin would be too late.
  ::setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
  const nnflow::cli::Words words(argv + 1, argv + argc);
  if (nnflow::cli::runs_a_pipeline(words)) nnflow::cli::tune_heap(argv);
  const int code = nnflow::cli::guarded_main(words);
  return nnflow::cli::flush_output() || code != nnflow::cli::kOk ? code : nnflow::cli::kRunFailed;
}
