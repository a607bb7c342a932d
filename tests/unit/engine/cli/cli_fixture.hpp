// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The program as a user meets it: words in, text and exit code out.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace nnflow::cli {

namespace fs = std::filesystem;

struct Answer {
  int code = -1;
  std::string text;  ///< standard output and standard error
};

/// A folder of its own with pipelines, and no plugin unless a test asks for it.
class Cli : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / (std::string("nnflow_cli_") +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "pipelines");
    setenv("NNFLOW_PIPELINE_PATH", (folder_ / "pipelines").c_str(), 1);
    setenv("NNFLOW_PLUGIN_PATH", (folder_ / "no_plugins").c_str(), 1);
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// The stages of tests/fakes/fake.cpp.
  static void use_fakes() { setenv("NNFLOW_PLUGIN_PATH", NNFLOW_FAKES_DIR, 1); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / "pipelines" / name) << text;
  }
  static std::string read(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

  static Answer run_shell(const std::string& command) {
    Answer answer;
    std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return answer;
    std::array<char, 4096> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
      answer.text.append(buffer.data(), size);
    }
    const int status = pclose(pipe);
    answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    return answer;
  }
  static Answer run(const std::string& words) {
    return run_shell(std::string(NNFLOW_BUILD_DIR) + "/bin/nnflow " + words);
  }

  static void expect(const std::string& words, int code, const std::string& part) {
    const Answer answer = run(words);
    EXPECT_EQ(answer.code, code) << words << "\n" << answer.text;
    EXPECT_NE(answer.text.find(part), std::string::npos) << words << "\n" << answer.text;
  }

  fs::path folder_;
};

}  // namespace nnflow::cli
