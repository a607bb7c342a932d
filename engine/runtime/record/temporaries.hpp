// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>

#include "nnflow/artifact.hpp"

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

  /// Call before an artifact for `target` is made; holds its folder. What cannot be noted or held
  /// costs only the sweep or time.
  void note(const std::filesystem::path& target);
  /// Makes the files that appeared so far endure a power failure. Throws Error(kIo).
  void sync();

 private:
  std::filesystem::path file_;
  std::mutex mutex_;
  std::ofstream stream_;
  std::map<std::filesystem::path, std::unique_ptr<HeldFolder>> held_;  ///< by folder of targets
};

/// Sweeps the hidden folders that lie in `folder` itself.
void sweep_temporaries_in(const std::filesystem::path& folder);

}  // namespace nnflow::runtime
