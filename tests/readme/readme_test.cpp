// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// README.md and parity.md against the tree: pipelines are valid, lists are whole, files exist.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

fs::path source_dir() { return NNFLOW_SOURCE_DIR; }

struct Readme {
  std::string text;
  std::map<std::string, std::string> pipelines;  ///< text of each YAML block by its `# NAME.yaml`
};

Readme read_readme() {
  Readme readme;
  std::ifstream file(source_dir() / "README.md");
  std::string name;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    readme.text += line + "\n";
    if (!inside) {
      inside = line == "```yaml";
      name.clear();
    } else if (line == "```") {
      inside = false;
    } else if (name.empty()) {
      EXPECT_TRUE(line.starts_with("# ") && line.ends_with(".yaml")) << line;
      name = line.substr(2);
    } else {
      readme.pipelines[name] += line + "\n";
    }
  }
  return readme;
}

struct Answer {
  int code = -1;
  std::string text;
};

Answer nnflow(const std::string& words) {
  const std::string command = std::string(NNFLOW_BUILD_DIR) + "/bin/nnflow " + words + " 2>&1";
  Answer answer;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return answer;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    answer.text.append(buffer.data(), size);
  }
  const int status = pclose(pipe);
  answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return answer;
}

TEST(Readme, PipelinesAreValid) {
  const Readme readme = read_readme();
  const fs::path folder = fs::temp_directory_path() / "nnflow_readme";
  fs::create_directories(folder / "trainers");
  for (const auto& [name, text] : readme.pipelines) std::ofstream(folder / name) << text;
  EXPECT_GE(readme.pipelines.size(), 6U);
  ::setenv("NNFLOW_PIPELINE_PATH", folder.c_str(), 1);
  for (const auto& [name, text] : readme.pipelines) {
    const std::string trainer = fs::path(name).stem().string();
    const Answer answer = name.starts_with("trainers/")
                              ? nnflow("validate train --set vars.trainer=" + trainer)
                              : nnflow("validate " + (folder / name).string());
    EXPECT_EQ(answer.code, 0) << name << "\n" << answer.text;
  }
  ::unsetenv("NNFLOW_PIPELINE_PATH");
  fs::remove_all(folder);
}

TEST(Readme, NamesEveryPipelineThatShips) {
  const Readme readme = read_readme();
  for (const auto& entry : fs::directory_iterator(source_dir() / "pipelines")) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string name = entry.path().stem().string();
    EXPECT_NE(readme.text.find("| `" + name + "`"), std::string::npos) << name;
  }
}

TEST(Readme, LinksLeadToFiles) {
  const Readme readme = read_readme();
  for (std::size_t at = readme.text.find("]("); at != std::string::npos;
       at = readme.text.find("](", at + 2)) {
    const std::string target =
        readme.text.substr(at + 2, readme.text.find_first_of("#)", at + 3) - at - 2);
    if (target.starts_with("#") || target.find("://") != std::string::npos) continue;
    EXPECT_TRUE(fs::exists(source_dir() / target)) << target;
  }
}

TEST(Parity, NamesTestsThatExistForEveryCapability) {
  std::ifstream file(source_dir() / "tests" / "parity.md");
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| " + std::to_string(rows + 1) + " |")) continue;
    ++rows;
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, '|');) cells.push_back(cell);
    ASSERT_GE(cells.size(), 7U) << line;
    EXPECT_THAT(cells[4], testing::AnyOf(" done ", " partly ", " not yet ")) << line;
    int tests = 0;
    std::istringstream quoted(cells[5]);
    std::string path;
    for (bool inside = false; std::getline(quoted, path, '`'); inside = !inside) {
      if (!inside) continue;
      ++tests;
      EXPECT_TRUE(fs::exists(source_dir() / "tests" / path)) << path;
    }
    EXPECT_TRUE(tests > 0 || cells[4] != " done ") << line;
  }
  EXPECT_EQ(rows, 101);
}

}  // namespace
