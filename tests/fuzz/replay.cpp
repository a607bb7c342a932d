// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The main program of a target that is built without libFuzzer: reads every file of the folders it
// is given, and fails where one named good-* is refused or one named bad-* is accepted. Findings
// end it as they would end libFuzzer.
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
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

/// Damaged versions of a file: bytes and lengths changed, parts left out, repeated or cut off.
class Mutations {
 public:
  explicit Mutations(std::string seed) : seed_(std::move(seed)) {}

  std::string next() {
    std::string bytes = seed_;
    for (std::uint64_t edits = 1 + draw(4); edits > 0 && !bytes.empty(); --edits) edit(bytes);
    return bytes;
  }

 private:
  std::uint64_t draw(std::uint64_t below) {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    return state_ % below;
  }
  void edit(std::string& bytes) {
    const std::size_t at = draw(bytes.size());
    const std::size_t count = std::min<std::size_t>(1 + draw(16), bytes.size() - at);
    switch (draw(6)) {
      case 0:
        bytes[at] = static_cast<char>(draw(256));
        break;
      case 1:
        bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1U << draw(8)));
        break;
      case 2:
        for (std::size_t i = 0; i < std::min<std::size_t>(count, 8); ++i) {
          bytes[at + i] = draw(2) == 0 ? '\xff' : '\0';
        }
        break;
      case 3:
        bytes.erase(at, count);
        break;
      case 4:
        bytes.insert(at, bytes.substr(at, count));
        break;
      default:
        if (draw(8) == 0) bytes.resize(at);
        break;
    }
  }

  const std::string seed_;
  std::uint64_t state_ = 0x9e3779b97f4a7c15ULL;
};

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::filesystem::path> files;
  int mutations = 0;
  for (int i = 1; i < count; ++i) {
    constexpr std::string_view kOption = "-mutations=";
    if (std::string_view(arguments[i]).starts_with(kOption)) {
      mutations = std::atoi(arguments[i] + kOption.size());
      continue;
    }
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
  int read = 0;
  for (const auto& path : files) {
    Mutations damaged(content(path));
    for (int i = 0; i < mutations; ++i) {
      try {
        read += accepts(damaged.next()) ? 1 : 0;
      } catch (const std::exception& error) {
        std::printf("%s, damaged version %d: threw what is no nnflow::Error: %s\n",
                    path.filename().c_str(), i, error.what());
        ++wrong;
      }
    }
  }
  if (mutations > 0) std::printf("%d damaged versions of each, %d were read\n", mutations, read);
  std::printf("%zu files, %d wrong\n", files.size(), wrong);
  return wrong == 0 && !files.empty() ? 0 : 1;
}
