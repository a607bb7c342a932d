// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "cli_fixture.hpp"

namespace nnflow::cli {
namespace {

class Docs : public Cli {
 protected:
  void SetUp() override {
    Cli::SetUp();
    use_fakes();
  }
};

TEST_F(Docs, TellsEverythingAboutAStage) {
  ASSERT_EQ(run("docs --out " + path("ref")).code, 0);
  const std::string page = read(folder_ / "ref" / "fake.md");
  for (const char* part :
       {"# fake ", "## fake.add\n\nAdd to a number.\n\n", "Shape: map. ", "Cache version: 1.",
        "| `number` | `fake.number/1` | per item | a number |",
        "| `total` | `fake.total/1` | once per run, optional | added too when fed |",
        "| name | type | default | allowed | what |",
        "| `delay_us` | `integer` | `0` | 0 to 1000000 | longest random delay",
        "| `count` | `integer` | `10` | at least 0 | how many |",
        "```yaml\nadd: {use: fake.add, from: {number: STAGE.number}, params: {amount: "}) {
    EXPECT_NE(page.find(part), std::string::npos) << part << "\n" << page;
  }
  const std::string index = read(folder_ / "ref" / "index.md");
  EXPECT_NE(index.find("| [fake.add](fake.md#fakeadd) | map | Add to a number |"),
            std::string::npos)
      << index;
}

TEST_F(Docs, ChecksCommittedPages) {
  ASSERT_EQ(run("docs --out " + path("ref")).code, 0);
  EXPECT_EQ(run("docs --check " + path("ref")).text, "");
  std::ofstream(folder_ / "ref" / "fake.md", std::ios::app) << "more\n";
  std::ofstream(folder_ / "ref" / "gone.md") << "\n";
  fs::remove(folder_ / "ref" / "index.md");
  const Answer answer = run("docs --check " + path("ref"));
  EXPECT_EQ(answer.code, 1);
  for (const char* part :
       {"fake.md: error: not what the descriptions say", "gone.md: error: no plugin of this name",
        "index.md: error: missing", "write them anew with nnflow docs --out "}) {
    EXPECT_NE(answer.text.find(part), std::string::npos) << part << "\n" << answer.text;
  }
}

TEST_F(Docs, PrintsPages) {
  expect("docs", 0, "## fake.numbers");
  expect("docs --json", 0, "\"fake.md\":\"# fake ");
}

}  // namespace
}  // namespace nnflow::cli
