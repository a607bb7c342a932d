// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The main program of a target that is built without libFuzzer: reads every file of the folders it
// is given, and fails where one named good-* is refused or one named bad-* is accepted. Findings
// end it as they would end libFuzzer.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz.hpp"

namespace {

/// Allocations of what a length in a file claims shall fail here as they would elsewhere.
void limit_memory() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  constexpr rlim_t kLimit = rlim_t{2} << 30U;
  const rlimit limit{kLimit, kLimit};
  setrlimit(RLIMIT_AS, &limit);
#endif
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < count; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(arguments[i])) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  limit_memory();
  int wrong = 0;
  for (const auto& path : files) {
    const std::string name = path.filename().string();
    bool good = false;
    try {
      good = accepts(content(path));
    } catch (const std::exception& error) {
      std::printf("%s: threw what is no nnflow::Error: %s\n", name.c_str(), error.what());
      ++wrong;
      continue;
    }
    if (name.starts_with(good ? "good-" : "bad-")) continue;
    if (!name.starts_with("good-") && !name.starts_with("bad-")) continue;
    std::printf("%s: is %s\n", name.c_str(), good ? "accepted" : "refused");
    ++wrong;
  }
  std::printf("%zu files, %d wrong\n", files.size(), wrong);
  return wrong == 0 && !files.empty() ? 0 : 1;
}
