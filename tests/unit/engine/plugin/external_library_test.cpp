// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plugin/external_library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "nnflow/error.hpp"
#include "plugin/plugin_set.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::runtime {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ExternalLibraryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    unsetenv("FAKE_EXTERNAL");
    unsetenv("FAKE_PLACES");
  }

  [[nodiscard]] ExternalLibrary library() const {
    return {"external",
            "Fake",
            "1.2.3",
            "external",
            "FAKE_EXTERNAL",
            {"lib/libnnflow_fake_external.so"},
            {"version.py", "version.h"},
            {"", "fake", ".."},
            {"${FAKE_PLACES}/py*/fake", folder_.path().string() + "/last/fake"},
            "buy it"};
  }

  /// A folder with a file of the library's name and with its version.
  fs::path place(const std::string& name, const std::string& version) const {
    const fs::path folder = folder_ / name;
    fs::create_directories(folder / "lib");
    std::ofstream(folder / "lib/libnnflow_fake_external.so") << "nothing";
    if (!version.empty())
      std::ofstream(folder / "version.py") << "# a list\n__version__ = '" + version + "'\n";
    return folder;
  }

  test::TempDir folder_;
};

TEST_F(ExternalLibraryTest, IsTakenFromTheFirstPlaceWithTheRightVersion) {
  setenv("FAKE_PLACES", ((folder_ / "a").string() + ":" + (folder_ / "b").string()).c_str(), 1);
  place("a/py1/fake", "1.2.2");
  place("a/py2/fake", "1.2.3a0+git");
  const fs::path right = place("b/py1/fake", "1.2.3+cpu");
  place("last/fake", "1.2.3");
  const LibrarySearch search = locate(library());
  EXPECT_EQ(search.folder, fs::canonical(right));
  EXPECT_EQ(search.version, "1.2.3+cpu");
}

TEST_F(ExternalLibraryTest, NamesEveryPlaceWhereItIsNot) {
  const fs::path wrong = place("last/fake", "1.2");
  const LibrarySearch search = locate(library());
  EXPECT_FALSE(search.folder);
  EXPECT_THAT(search.tried, ElementsAre("--external, FAKE_EXTERNAL: not set",
                                        "${FAKE_PLACES}/py*/fake: FAKE_PLACES is not set",
                                        wrong.string() + ": its version is unknown, for there is "
                                                         "none of version.py, version.h"));
  const std::string text = missing_text(library(), search);
  EXPECT_THAT(text, HasSubstr("Fake 1.2.3 was not found\n  --external"));
  EXPECT_THAT(text, HasSubstr("\nbuy it"));
}

TEST_F(ExternalLibraryTest, TellsAPlaceThatIsNotThereFromOneWithAnotherVersion) {
  setenv("FAKE_PLACES", (folder_ / "none").c_str(), 1);
  const fs::path wrong = place("last/fake", "1.2.4");
  EXPECT_THAT(locate(library()).tried,
              ElementsAre("--external, FAKE_EXTERNAL: not set",
                          (folder_ / "none").string() + "/py*/fake: not there",
                          wrong.string() + ": holds version 1.2.4"));
}

TEST_F(ExternalLibraryTest, IsTakenFromWhereTheVariableSays) {
  place("last/fake", "1.2.3");
  const fs::path told = place("told/fake", "1.2.3");
  for (const char* name : {"told/fake", "told", "told/fake/lib"}) {
    setenv("FAKE_EXTERNAL", (folder_ / name).c_str(), 1);
    EXPECT_EQ(locate(library()).folder, fs::canonical(told)) << name;
  }
}

TEST_F(ExternalLibraryTest, IsNotLookedForElsewhereThanTheVariableSays) {
  place("last/fake", "1.2.3");
  const fs::path told = place("told", "1.3.0");
  setenv("FAKE_EXTERNAL", told.c_str(), 1);
  const LibrarySearch search = locate(library());
  EXPECT_THAT(search.tried, ElementsAre(told.string() + ": holds version 1.3.0"));
  EXPECT_THAT(missing_text(library(), search),
              HasSubstr("Fake 1.2.3 was not found where --external or FAKE_EXTERNAL says\n"));
  setenv("FAKE_EXTERNAL", "/nowhere", 1);
  EXPECT_THAT(locate(library()).tried,
              ElementsAre("/nowhere: there is no lib/libnnflow_fake_external.so"));
}

/// A folder with the plugin `needy`, its manifest and the description of what it needs.
class NeedyPlugin : public ExternalLibraryTest {
 protected:
  void SetUp() override {
    ExternalLibraryTest::SetUp();
    fs::create_directories(plugins());
    fs::copy(NNFLOW_NEEDY_DIR "/libnnflow_plugin_needy.so", plugins());
    std::ofstream(plugins() / "needy.nnflow.json")
        << R"({"plugin":"needy","version":"1.0.0","abi_major":2,"abi_minor":0,"build_tag":"x",)"
        << R"("stages":[],"needs":["external"],"interfaces":[{"interface":"nnflow.diagnostician/1",)"
        << R"("id":"external","summary":"asks the external library"}]})";
  }
  [[nodiscard]] fs::path plugins() const { return folder_ / "plugins"; }

  void describe_library() const {
    std::ofstream(plugins() / "external.library.json")
        << R"({"name":"external","title":"Fake","version":"1.2.3","option":"external",)"
        << R"("environment":"FAKE_EXTERNAL","files":["lib/libnnflow_fake_external.so"],)"
        << R"("version_files":["version.py"],"below":[""],"search":[],"advice":"buy it"})";
  }

  [[nodiscard]] std::string why_not() const {
    try {
      (void)PluginSet({plugins()}).open("needy");
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  /// What the program prints, and its exit code in a last line.
  [[nodiscard]] std::string program(const std::string& words) const {
    const std::string command = "NNFLOW_PLUGIN_PATH='" + plugins().string() + "' " +
                                NNFLOW_BUILD_DIR + "/bin/nnflow " + words +
                                " 2>&1; echo \"code $?\"";
    std::string text;
    std::FILE* const pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return text;
    std::array<char, 4096> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe))
      text.append(buffer.data(), size);
    pclose(pipe);
    return text;
  }
};

TEST_F(NeedyPlugin, SaysThatNothingDescribesWhatItNeeds) {
  EXPECT_EQ(why_not(), (plugins() / "libnnflow_plugin_needy.so").string() +
                           ": needs 'external', and no external.library.json in the folders of "
                           "plugins describes it");
}

TEST_F(NeedyPlugin, SaysThatWhatItNeedsIsMissing) {
  describe_library();
  EXPECT_EQ(why_not(), (plugins() / "libnnflow_plugin_needy.so").string() +
                           ": cannot be opened: Fake 1.2.3 was not found\n"
                           "  --external, FAKE_EXTERNAL: not set\nbuy it");
}

TEST_F(NeedyPlugin, SaysThatWhatItNeedsCannotBeOpened) {
  describe_library();
  setenv("FAKE_EXTERNAL", place("told", "1.2.3").c_str(), 1);
  EXPECT_THAT(why_not(), HasSubstr("Fake cannot be opened: "));
}

TEST_F(NeedyPlugin, IsOpenedByTheProgramThatIsToldWhereTheLibraryIs) {
  describe_library();
  const fs::path told = folder_ / "told";
  fs::create_directories(told / "lib");
  fs::copy(NNFLOW_EXTERNAL_DIR "/lib/libnnflow_fake_external.so", told / "lib");
  std::ofstream(told / "version.py") << "1.2.3+x";
  const std::string before = program("--external " + told.string() + " doctor");
  EXPECT_THAT(before, HasSubstr("1.2.3+x,"));  // a long folder stands in the next line
  EXPECT_THAT(before, HasSubstr(fs::canonical(told).string()));
  EXPECT_THAT(before, HasSubstr("  external  42"));
  EXPECT_THAT(program("doctor --external=" + told.string()), HasSubstr("  external  42"));
  EXPECT_THAT(program("--help"), HasSubstr("  --external DIR  folder of Fake 1.2.3"));
  EXPECT_THAT(program("doctor --external"), HasSubstr("--external needs a value"));

  const std::string without = program("doctor");
  EXPECT_THAT(without, HasSubstr("PROBLEM: needs Fake 1.2.3, which is missing"));
  EXPECT_THAT(without, HasSubstr("2 problems.\ncode 3"));
}

TEST_F(NeedyPlugin, DescriptionThatCannotBeReadIsAProblem) {
  std::ofstream(plugins() / "external.library.json") << R"({"name":"external","title":3})";
  EXPECT_THAT(PluginSet({plugins()}).problems(),
              ElementsAre((plugins() / "external.library.json").string() +
                          ": key 'title': expected a text"));
}

}  // namespace
}  // namespace nnflow::runtime
