// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/training_log.hpp"

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/py_json.hpp"

namespace nnflow::train {
namespace {

struct LocalTime {
  std::tm parts{};
  long microseconds = 0;
};

LocalTime local_time() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const auto micro = std::chrono::duration_cast<std::chrono::microseconds>(since).count();
  const auto seconds = static_cast<std::time_t>(micro / 1'000'000);
  LocalTime time;
  ::localtime_r(&seconds, &time.parts);
  time.microseconds = static_cast<long>(micro % 1'000'000);
  return time;
}

}  // namespace

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

TrainingTextLog::TrainingTextLog(const std::filesystem::path& fold_folder) {
  const std::tm t = local_time().parts;
  char name[96];
  std::snprintf(name, sizeof name, "training_log_%d_%d_%d_%02d_%02d_%02d.txt", t.tm_year + 1900,
                t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
  path_ = fold_folder / name;
}

void append_text(const std::filesystem::path& path, const std::string& text) {
  errno = 0;
  std::ofstream file(path, std::ios::app | std::ios::binary);
  file << text;
  file.flush();
  if (!file) {
    const std::error_code reason(errno, std::generic_category());
    throw Error(ErrorCode::kIo, path.string() + ": cannot write: " + reason.message());
  }
}

void TrainingTextLog::line(const std::string& text) {
  const LocalTime now = local_time();
  char stamp[64];
  const std::size_t length = std::strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S", &now.parts);
  if (now.microseconds != 0)
    std::snprintf(stamp + length, sizeof stamp - length, ".%06ld", now.microseconds);
  append_text(path_, fmt::format("{}: {} \n", stamp, text));
}

std::string rounded(double value, int decimals) {
  if (!std::isfinite(value)) return nnunet::python_float(value);
  const double scale = std::pow(10.0, decimals);
  return nnunet::python_float(std::nearbyint(value * scale) / scale);
}

std::string dice_list(const std::vector<double>& dice) {
  std::string text = "[";
  for (const double value : dice) {
    text += (text.size() > 1 ? ", np.float32(" : "np.float32(") + rounded(value, 4) + ")";
  }
  return text + "]";
}

}  // namespace nnflow::train
