// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>

namespace nnflow::runtime {

/// Remembers in a file of the run folder which hidden folders the artifacts of a run use, so that
/// the next run removes what a killed one left there. Thread-safe; one run at a time (the run
/// folder is locked).
class Temporaries {
 public:
  /// Sweeps what the file names.
  explicit Temporaries(std::filesystem::path file);
  /// The run has ended and none of its artifacts is left: nothing to sweep.
  ~Temporaries();
  Temporaries(const Temporaries&) = delete;
  Temporaries& operator=(const Temporaries&) = delete;

  /// Call before an artifact for `target` is made. What cannot be noted costs only the sweep.
  void note(const std::filesystem::path& target);

 private:
  std::filesystem::path file_;
  std::mutex mutex_;
  std::ofstream stream_;
  std::set<std::filesystem::path> noted_;
};

/// Sweeps the hidden folders that lie in `folder` itself.
void sweep_temporaries_in(const std::filesystem::path& folder);

}  // namespace nnflow::runtime
