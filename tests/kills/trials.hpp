// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// One command killed at many moments.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>

#include "kills/checks.hpp"

namespace nnflow::test {

/// The folders of a run; they are the same for every run of a command.
struct Place {
  std::filesystem::path folder;
  [[nodiscard]] std::filesystem::path out() const { return folder / "out"; }
  [[nodiscard]] std::filesystem::path record() const { return folder / "record"; }
  [[nodiscard]] std::filesystem::path output() const { return folder / "output.txt"; }
};

struct Command {
  std::string name;
  Words words;                       ///< of the program; results go to `out()` of the place
  std::filesystem::path prepared{};  ///< what the output folder holds at first; empty: nothing
};

struct Tally {
  int undisturbed = 0;
  double shortest = std::numeric_limits<double>::infinity();  ///< seconds of an undisturbed run
  double longest = 0;
  std::size_t files = 0;     ///< of an undisturbed run
  int kills = 0;             ///< SIGKILL ended the run
  int late = 0;              ///< the run was over before its moment; its kill was tried again
  int second_kills = 0;      ///< SIGKILL ended the rerun too
  int second_late = 0;       ///< the rerun was over before
  int with_temporaries = 0;  ///< kills that hit unfinished writes
  int with_finished = 0;     ///< kills after which finished work was there
  int kept = 0;              ///< reruns that kept work
  int with_findings = 0;
};

/// Called after every kill with its moment and what was found.
using Report = std::function<void(const std::string& moment, const Words& findings)>;

/// Starts a command in an empty output folder, kills it, runs it again to its end, and compares.
/// Every third rerun is killed too. A kill's moment, as a fraction of the undisturbed duration,
/// follows from `seed` and its index alone. The folders of the first kills with findings are copied
/// to `failures`.
class Trials {
 public:
  Trials(Command command, Place place, std::uint64_t seed, std::filesystem::path failures);
  /// The kills `first` to `first + count - 1`.
  Tally run(int first, int count, const Report& report);

 private:
  struct End {
    bool killed = false;
    int code = -1;
    double seconds = 0;
  };
  struct Moment {
    double first = 0;   ///< fraction of an undisturbed run
    double second = 0;  ///< fraction of what is left of it; 0: no second kill
  };

  [[nodiscard]] Moment moment(int index) const;
  void clear() const;
  [[nodiscard]] End start(double seconds) const;
  void measure(Words& findings);
  [[nodiscard]] bool kill_first(double fraction, double& seconds, Words& findings);
  [[nodiscard]] Words trial(const Moment& moment, double& seconds);
  void finish(Words& findings);
  void keep(int index) const;

  Command command_;
  Place place_;
  std::uint64_t seed_;
  std::filesystem::path failures_;
  Files expected_;
  double duration_ = 0;  ///< of the last undisturbed run
  Tally tally_;
};

}  // namespace nnflow::test
