// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The nnflow program as a child process, and the folders it leaves behind.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nnflow::test {

using Words = std::vector<std::string>;

/// What a child process may do.
struct Cage {
  /// Largest file; longer ones are an error, not a signal.
  std::optional<std::uint64_t> file_bytes;
  bool powerless = false;  ///< file permissions hold, for root too
};

struct Answer {
  int code = -1;     ///< exit code; -1 if a signal ended the process
  int signal = 0;    ///< the signal that ended it, or 0
  std::string text;  ///< standard output and standard error
};

/// The program of the build tree.
[[nodiscard]] std::filesystem::path program();

/// Runs `words[0]` with its arguments and waits for its end.
[[nodiscard]] Answer run(const Words& words, const Cage& cage = {});

/// Runs the program with `words`, quietly.
[[nodiscard]] Answer run_nnflow(const Words& words, const Cage& cage = {});

/// One fold of 3d_fullres with a tiny network, from raw data to the validation.
struct SmallRun {
  Words command{"nnunet"};          ///< what to run; it has the options of `nnunet`
  std::filesystem::path data;       ///< the raw data set
  std::filesystem::path workspace;  ///< where results go
  std::filesystem::path run_dir{};  ///< the record of the run; empty puts it into the workspace
  std::string fold = "0";
  int epochs = 1;
  int iterations = 2;
  int val_iterations = 1;
  std::string threads = "1";  ///< empty: as the pipeline says
  Words more{};               ///< further options
};

/// The command line of a small run, without the program. The network computes in one thread.
[[nodiscard]] Words words(const SmallRun& run);

/// Starts the program with `words`; its output goes to `output`. Returns the process.
[[nodiscard]] pid_t start_nnflow(const Words& words, const std::filesystem::path& output);

/// Waits for a process; `code` and `signal` of the answer are set.
[[nodiscard]] Answer wait_for(pid_t process);

/// The regular files below a folder with their bytes, by relative path. Files below folders whose
/// name starts with ".nnflow" are left out: they are the engine's own, but temporary ones are not.
[[nodiscard]] std::map<std::string, std::string> tree(const std::filesystem::path& folder);

/// Whether a file holds times, so that no two runs write the same: training logs and their picture.
[[nodiscard]] bool is_dated(const std::string& path);

/// Names of the files of one tree that are not in the other one with the same bytes.
[[nodiscard]] Words unequal(const std::map<std::string, std::string>& tree,
                            const std::map<std::string, std::string>& other);

/// The entries of an archive of stored files, by name. Throws std::runtime_error unless it is whole
/// (checksums are not looked at).
[[nodiscard]] std::map<std::string, std::string> archive_entries(const std::string& bytes);

/// The tensors of a checkpoint: the entries `.../data/N` of the archive, by N.
[[nodiscard]] std::map<std::string, std::string> tensors(const std::filesystem::path& checkpoint);

/// The counter of a stage in the summary.json of a run folder, such as "kept"; -1 if there is none.
[[nodiscard]] std::int64_t counter(const std::filesystem::path& run_dir,
                                   const std::string& stage,
                                   const std::string& name);

/// Writes the dataset.json of a data set of NIfTI scans; `rules` are its further keys.
void write_description(const std::filesystem::path& folder, int cases, const std::string& rules);

/// Runs `predict` on one thread: the images of a folder, with the model of a data set and
/// configuration below a workspace.
[[nodiscard]] Answer predict_named(const std::filesystem::path& images,
                                   const std::filesystem::path& out,
                                   const std::string& dataset,
                                   const std::string& configuration,
                                   const std::filesystem::path& workspace,
                                   const Words& more);

/// Writes a data set of generated scans to `folder`.
[[nodiscard]] Answer make_phantoms(const std::filesystem::path& folder,
                                   int cases,
                                   const std::string& file_ending = ".nii.gz");

}  // namespace nnflow::test
