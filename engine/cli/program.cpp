// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "program.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include <nnflow/error.hpp>

namespace nnflow::cli {
namespace {

/// A file without a name that holds `bytes`, at its beginning. A pipe could fill up and block.
int memory_file(const std::string& bytes) {
  const int file = ::memfd_create("nnflow", MFD_CLOEXEC);
  std::size_t done = 0;
  while (file >= 0 && done < bytes.size()) {
    const ssize_t written = ::write(file, bytes.data() + done, bytes.size() - done);
    if (written <= 0) throw Error(ErrorCode::kResource, "no memory for the input of a program");
    done += static_cast<std::size_t>(written);
  }
  if (file < 0 || ::lseek(file, 0, SEEK_SET) != 0)
    throw Error(ErrorCode::kResource, "no memory for the input of a program");
  return file;
}

}  // namespace

std::optional<std::filesystem::path> find_program(std::string_view name) {
  const char* const path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe)
  std::string_view rest(path == nullptr ? "" : path);
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    const std::filesystem::path file = std::filesystem::path(rest.substr(0, colon)) / name;
    std::error_code none;
    if (colon != 0 && std::filesystem::is_regular_file(file, none) &&
        ::access(file.c_str(), X_OK) == 0)
      return file;
    rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
  }
  return std::nullopt;
}

int run_program(const std::vector<std::string>& words, const std::string& input) {
  const int file = memory_file(input);
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(file, STDIN_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(file);
  int status = 0;
  if (child < 0) return 127;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace nnflow::cli
