// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Kills a preprocessing and a training run at random moments; see `kills --help`.
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "kills/trials.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsage =
    "usage: kills [--kills N] [--seed N] [--first N] [--only preprocessing|training]\n"
    "\n"
    "Preprocesses a data set of 40 generated scans, and trains a tiny network on it. Each of the\n"
    "two commands is started in an empty folder and killed (SIGKILL) N times, each time at "
    "another\n"
    "random moment; every third time its rerun is killed too. Then it runs to its end, and what "
    "it\n"
    "leaves is compared with what an undisturbed run leaves. Exits with 1 if anything differs.\n"
    "\n"
    "  --kills N  kills of each command (default 5)\n"
    "  --seed N   what the moments follow from (default 1)\n"
    "  --first N  index of the first kill (default 0), to try one again\n"
    "  --only X   one of the commands\n";

constexpr int kCases = 40;

struct Options {
  int kills = 5;
  std::uint64_t seed = 1;
  int first = 0;
  std::string only{};
};

template <typename Number>
Number number(const std::string& name, const char* text, Number least) {
  Number value{};
  const auto parsed = std::from_chars(text, text + std::strlen(text), value);
  if (parsed.ec != std::errc{} || *parsed.ptr != '\0' || value < least)
    throw std::invalid_argument(name + ": expected a number of at least " + std::to_string(least) +
                                ", got '" + text + "'");
  return value;
}

Options parse(const std::vector<char*>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string name = arguments[i];
    if (i + 1 == arguments.size()) throw std::invalid_argument("unknown or without value: " + name);
    const char* const value = arguments[++i];
    if (name == "--kills") {
      options.kills = number(name, value, 1);
    } else if (name == "--seed") {
      options.seed = number(name, value, std::uint64_t{0});
    } else if (name == "--first") {
      options.first = number(name, value, 0);
    } else if (name == "--only" &&
               (value == std::string("preprocessing") || value == std::string("training"))) {
      options.only = value;
    } else {
      throw std::invalid_argument("unknown: " + name + " " + value);
    }
  }
  return options;
}

/// `words` with what both commands share: a data set, places, a tiny network's plans, two threads.
Command command(const std::string& name, const fs::path& data, const Place& place, Words words) {
  const Words shared{"-d",        data.string(),           "-o",        place.out().string(),
                     "--run-dir", place.record().string(), "--threads", "2",
                     "--quiet"};
  words.insert(words.end(), shared.begin(), shared.end());
  return {name, std::move(words)};
}

void print_row(const char* name, const std::vector<Tally>& tallies, int Tally::*value) {
  std::printf("%-44s", name);
  for (const Tally& tally : tallies) std::printf("%16d", tally.*value);
  std::printf("\n");
}

void print_table(const std::vector<std::string>& names, const std::vector<Tally>& tallies) {
  std::printf("\n%-44s", "");
  for (const std::string& name : names) std::printf("%16s", name.c_str());
  std::printf("\n");
  print_row("undisturbed runs", tallies, &Tally::undisturbed);
  std::printf("%-44s", "  seconds, shortest to longest");
  for (const Tally& tally : tallies)
    std::printf("    %5.2f - %4.2f", tally.shortest, tally.longest);
  std::printf("\n%-44s", "  files");
  for (const Tally& tally : tallies) std::printf("%16zu", tally.files);
  std::printf("\n");
  print_row("kills inside the run", tallies, &Tally::kills);
  print_row("  of these, during unfinished writes", tallies, &Tally::with_temporaries);
  print_row("  run over before its moment, tried again", tallies, &Tally::late);
  print_row("second kills, inside the rerun", tallies, &Tally::second_kills);
  print_row("  rerun over before its moment", tallies, &Tally::second_late);
  print_row("finished work there before the last rerun", tallies, &Tally::with_finished);
  print_row("  rerun kept work", tallies, &Tally::kept);
  print_row("kills with a mismatch", tallies, &Tally::with_findings);
}

int kill_commands(const Options& options) {
  const TempDir folder;
  const fs::path data = folder / "Dataset901_Tiny";
  const Place place{folder / "run"};
  const fs::path failures = fs::temp_directory_path() / "kills-failures";
  std::vector<Command> commands{
      command("preprocessing", data, place,
              {"plan_and_preprocess", "-c", "2d", "3d_fullres", "--features", "4", "8",
               "--batch-size", "2"}),
      command("training", data, place,
              {"train", "-c", "3d_fullres", "-f", "0", "--epochs", "8", "--iterations", "10",
               "--val-iterations", "2", "--initial-lr", "0.05", "--compute-threads", "1"})};

  const Answer made = make_phantoms(data, kCases);
  if (made.code != 0) throw std::runtime_error("the data set could not be made: " + made.text);
  const Files raw = tree(data);
  fs::create_directories(place.out());
  if (wait_for(start_nnflow(commands[0].words, place.output())).code != 0)
    throw std::runtime_error("the data set could not be preprocessed");
  fs::rename(place.out(), folder / "prepared");
  commands[1].prepared = folder / "prepared";

  int bad = 0;
  const Report report = [&](const std::string& moment, const Words& findings) {
    std::printf("%s: %s\n", moment.c_str(), findings.empty() ? "equal" : "MISMATCH");
    for (const std::string& finding : findings) std::printf("  %s\n", finding.c_str());
    std::fflush(stdout);
    bad += findings.empty() ? 0 : 1;
  };
  std::vector<std::string> names;
  std::vector<Tally> tallies;
  for (const Command& one : commands) {
    if (!options.only.empty() && options.only != one.name) continue;
    names.push_back(one.name);
    Trials trials(one, place, options.seed, failures);
    tallies.push_back(trials.run(options.first, options.kills, report));
  }
  if (!unequal(raw, tree(data)).empty() || !unequal(tree(data), raw).empty()) {
    std::printf("MISMATCH: the raw data set was changed\n");
    ++bad;
  }
  std::printf("\nseed %llu\n%s", static_cast<unsigned long long>(options.seed), kComparison);
  print_table(names, tallies);
  if (bad > 0) std::printf("\nfolders of the first mismatches: %s\n", failures.c_str());
  return bad > 0 ? 1 : 0;
}

}  // namespace
}  // namespace nnflow::test

int main(int count, char** arguments) {
  const std::vector<char*> words(arguments + 1, arguments + count);
  if (words.size() == 1 && std::strcmp(words[0], "--help") == 0) {
    std::fputs(nnflow::test::kUsage, stdout);
    return 0;
  }
  try {
    return nnflow::test::kill_commands(nnflow::test::parse(words));
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "%s\nkills: error: %s\n", nnflow::test::kUsage, error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kills: error: %s\n", error.what());
    return 1;
  }
}
