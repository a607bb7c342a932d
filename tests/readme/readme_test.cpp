// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What README.md shows is true: its pipelines are valid and its list of commands is whole.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

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
  fs::create_directories(folder);
  for (const auto& [name, text] : readme.pipelines) std::ofstream(folder / name) << text;
  EXPECT_GE(readme.pipelines.size(), 5U);
  for (const auto& [name, text] : readme.pipelines) {
    const Answer answer = nnflow("validate " + (folder / name).string());
    EXPECT_EQ(answer.code, 0) << name << "\n" << answer.text;
  }
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
    const std::string target = readme.text.substr(at + 2, readme.text.find(')', at) - at - 2);
    if (target.starts_with("#") || target.find("://") != std::string::npos) continue;
    EXPECT_TRUE(fs::exists(source_dir() / target)) << target;
  }
}

}  // namespace
