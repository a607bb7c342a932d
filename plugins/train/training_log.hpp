// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nnflow::train {

/// Seconds since 1970.
[[nodiscard]] double now_seconds();

/// Adds `text` to the end of a file. Throws Error(kIo).
void append_text(const std::filesystem::path& path, const std::string& text);

/// nnU-Net's text log of one process, `training_log_<start time>.txt` in the fold folder
/// (nnunet-training 5.8). Lines appear in the file as soon as they are written.
class TrainingTextLog {
 public:
  explicit TrainingTextLog(const std::filesystem::path& fold_folder);
  /// `<timestamp>: <text> `, the space at the end included. Throws Error(kIo).
  void line(const std::string& text);
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A number as numpy prints it after rounding to `decimals`: `0.4264`, `0.01`, `nan`.
[[nodiscard]] std::string rounded(double value, int decimals);

/// `[np.float32(0.0828), ...]`.
[[nodiscard]] std::string dice_list(const std::vector<double>& dice);

}  // namespace nnflow::train
