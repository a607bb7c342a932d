// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What is written; that it builds is tested with the installed package.
#include "cli_fixture.hpp"

namespace nnflow::cli {
namespace {

using NewPlugin = Cli;

TEST_F(NewPlugin, WritesAProjectOfTheName) {
  const fs::path out = folder_ / "project";
  expect("new-plugin edge_filter --out " + out.string(), 0, "cmake --build ");
  for (const char* file : {"CMakeLists.txt", "README.md", "plugin.cpp", "edge_filter_stage.hpp",
                           "edge_filter_stage.cpp", "edge_filter_test.cpp", "edge_filter.yaml",
                           "kernels/edge_filter.hpp", "kernels/edge_filter.cpp"}) {
    const std::string text = read(out / file);
    EXPECT_FALSE(text.empty()) << file;
    EXPECT_EQ(text.find("caffold"), std::string::npos) << file;
    EXPECT_EQ(text.find("SPDX"), std::string::npos) << file;
  }
  EXPECT_NE(read(out / "edge_filter_stage.hpp").find("class EdgeFilterStage final"),
            std::string::npos);
}

TEST_F(NewPlugin, RefusesNamesAndFolders) {
  expect("new-plugin Edge --out " + path("a"), 2, "expected a name of lower-case letters");
  expect("new-plugin 3d --out " + path("a"), 2, "expected a name of lower-case letters");
  use_fakes();
  expect("new-plugin fake --out " + path("a"), 2, "there is a plugin \"fake\" already");
  EXPECT_FALSE(fs::exists(path("a")));
  expect("new-plugin edge --out " + path("pipelines/.."), 3, "is there already");
}

}  // namespace
}  // namespace nnflow::cli
