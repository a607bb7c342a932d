// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "support/shared.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

void enter(const Cage& cage) {
  if (cage.file_bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{*cage.file_bytes, *cage.file_bytes};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(126);
  }
  if (cage.powerless && geteuid() == 0) {
    // Gone with the next program; libraries in a home folder of root can still be read.
    for (const int power : {CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH}) {
      if (prctl(PR_CAPBSET_DROP, power, 0, 0, 0) != 0) _exit(126);
    }
  }
}

/// The run folder's own cache, or one beside the results.
fs::path cache_folder(const Words& words) {
  for (const char* flag : {"--run-dir", "-o"}) {
    const auto found = std::find(words.begin(), words.end(), flag);
    if (found != words.end() && found + 1 != words.end()) {
      return fs::path(found[1]) / (flag[1] == 'o' ? ".nnflow/cache" : "cache");
    }
  }
  return fs::temp_directory_path() / "cache";
}

pid_t start(const Words& words, const Cage& cage, int output) {
  const pid_t child = fork();
  if (child != 0) return child;
  // The settings of the person who runs the tests must not decide where results go.
  for (const char* name : {"nnUNet_raw", "nnUNet_preprocessed", "nnUNet_results"}) unsetenv(name);
  // What another workspace has in the cache must not stand in for work that a test looks at.
  setenv("NNFLOW_CACHE", cache_folder(words).c_str(), 1);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  enter(cage);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

Words program_words(const Words& words) {
  Words all{program().string()};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

std::uint32_t little(const std::string& bytes, std::size_t at, int count) {
  std::uint32_t value = 0;
  for (int i = count - 1; i >= 0; --i) {
    value = value << 8U | static_cast<unsigned char>(bytes.at(at + static_cast<std::size_t>(i)));
  }
  return value;
}

}  // namespace

fs::path program() { return fs::path(NNFLOW_BUILD_DIR) / "bin" / "nnflow"; }

Answer run(const Words& words, const Cage& cage) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const pid_t child = start(words, cage, ends[1]);
  close(ends[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t size = 0;
  while ((size = read(ends[0], buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  close(ends[0]);
  Answer answer = wait_for(child);
  answer.text = std::move(text);
  return answer;
}

Answer run_nnflow(const Words& words, const Cage& cage) {
  Words all = program_words(words);
  all.emplace_back("--quiet");
  return run(all, cage);
}

Words words(const SmallRun& run) {
  Words all = run.command;
  all.insert(all.end(), {"-d", run.data.string(), "-o", run.workspace.string()});
  all.insert(all.end(), {"-c", "3d_fullres", "-f", run.fold, "--features", "4", "8"});
  all.insert(all.end(), {"--batch-size", "2", "--epochs", std::to_string(run.epochs)});
  all.insert(all.end(), {"--iterations", std::to_string(run.iterations)});
  all.insert(all.end(), {"--val-iterations", std::to_string(run.val_iterations)});
  if (!run.threads.empty()) all.insert(all.end(), {"--threads", run.threads});
  all.insert(all.end(), {"--compute-threads", "1"});
  if (!run.run_dir.empty()) all.insert(all.end(), {"--run-dir", run.run_dir.string()});
  all.insert(all.end(), run.more.begin(), run.more.end());
  return all;
}

pid_t start_nnflow(const Words& words, const fs::path& output) {
  const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) throw std::runtime_error(output.string() + ": cannot be written");
  const pid_t child = start(program_words(words), {}, file);
  close(file);
  return child;
}

Answer wait_for(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  Answer answer;
  if (WIFEXITED(status)) answer.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) answer.signal = WTERMSIG(status);
  return answer;
}

std::map<std::string, std::string> tree(const fs::path& folder) {
  std::map<std::string, std::string> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_directory() && entry->path().filename() == ".nnflow") {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file()) {
      files[entry->path().lexically_relative(folder).string()] = read_file(entry->path());
    }
  }
  return files;
}

bool is_dated(const std::string& path) {
  return path.find("training_log") != std::string::npos || path.ends_with("progress.png") ||
         path.ends_with(".tfevents.nnflow");
}

Words unequal(const std::map<std::string, std::string>& tree,
              const std::map<std::string, std::string>& other) {
  Words names;
  for (const auto& [name, bytes] : tree) {
    const auto found = other.find(name);
    if (found == other.end() || found->second != bytes) names.push_back(name);
  }
  return names;
}

std::map<std::string, std::string> archive_entries(const std::string& bytes) {
  constexpr std::size_t kEndSize = 22;
  const auto require = [](bool whole) {
    if (!whole) throw std::runtime_error("not a whole archive");
  };
  require(bytes.size() >= kEndSize);
  const std::size_t end = bytes.size() - kEndSize;
  require(bytes.compare(end, 4, "PK\5\6") == 0);
  std::map<std::string, std::string> result;
  std::size_t at = little(bytes, end + 16, 4);
  for (std::uint32_t i = 0; i < little(bytes, end + 10, 2); ++i) {
    require(at + 46 <= end && bytes.compare(at, 4, "PK\1\2") == 0);
    const std::size_t size = little(bytes, at + 24, 4);
    const std::size_t name_size = little(bytes, at + 28, 2);
    const std::size_t local = little(bytes, at + 42, 4);
    require(local + 30 <= end && bytes.compare(local, 4, "PK\3\4") == 0);
    const std::size_t data =
        local + 30 + little(bytes, local + 26, 2) + little(bytes, local + 28, 2);
    require(data + size <= end);
    result[bytes.substr(at + 46, name_size)] = bytes.substr(data, size);
    at += 46 + name_size + little(bytes, at + 30, 2) + little(bytes, at + 32, 2);
  }
  return result;
}

std::map<std::string, std::string> tensors(const fs::path& checkpoint) {
  std::map<std::string, std::string> result;
  for (auto& [name, bytes] : archive_entries(read_file(checkpoint))) {
    const std::size_t mark = name.find("/data/");
    if (mark != std::string::npos) result[name.substr(mark + 6)] = std::move(bytes);
  }
  return result;
}

std::int64_t counter(const fs::path& run_dir, const std::string& stage, const std::string& name) {
  const fs::path file = run_dir / "summary.json";
  if (!fs::exists(file)) return -1;
  const std::string text = read_file(file);
  const std::size_t entry = text.find("\"" + stage + "\":{");
  const std::size_t key =
      entry == std::string::npos ? entry : text.find("\"" + name + "\":", entry);
  return key == std::string::npos ? -1 : std::atoll(text.c_str() + key + name.size() + 3);
}

void write_description(const fs::path& folder, int cases, const std::string& rules) {
  write_file(folder / "dataset.json",
             "{\"channel_names\": {\"0\": \"MRI\"}, \"numTraining\": " + std::to_string(cases) +
                 ", \"file_ending\": \".nii\", " + rules + "}");
}

Answer predict_named(const fs::path& images,
                     const fs::path& out,
                     const std::string& dataset,
                     const std::string& configuration,
                     const fs::path& workspace,
                     const Words& more) {
  Words words{"predict", "-i", images.string(), "-o", out.string(), "-d", dataset};
  words.insert(words.end(), {"-c", configuration, "--workspace", workspace.string()});
  words.insert(words.end(), {"--threads", "1", "--compute-threads", "1"});
  words.insert(words.end(), more.begin(), more.end());
  return run_nnflow(words);
}

Answer make_phantoms(const fs::path& folder, int cases, const std::string& file_ending) {
  return run_nnflow({"run", NNFLOW_SOURCE_DIR "/tests/pipeline/phantoms.yaml", "--folder",
                     folder.string(), "--cases", std::to_string(cases), "--file-ending",
                     file_ending, "--run-dir", folder.string() + "-run", "--threads", "1"});
}

}  // namespace nnflow::test
