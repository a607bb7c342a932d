// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What the machine has: processors, memory, devices, disk.
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "cache/store.hpp"
#include "doctor/report.hpp"
#include "graph/run_figures.hpp"

namespace nnflow::cli {
namespace {

namespace fs = std::filesystem;
using Level = Diagnosis::Level;

std::string first_line(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

void add(Report& report, const std::string& name, const std::string& value) {
  report.push_back({"machine", name, value, Level::kGood, ""});
}

std::string cpu_features() {
  std::string text;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const auto add_if = [&text](bool there, const char* name) {
    if (there) text += (text.empty() ? "" : ", ") + std::string(name);
  };
  add_if(__builtin_cpu_supports("sse4.2") != 0, "SSE4.2");
  add_if(__builtin_cpu_supports("avx") != 0, "AVX");
  add_if(__builtin_cpu_supports("avx2") != 0, "AVX2");
  add_if(__builtin_cpu_supports("fma") != 0, "FMA");
  add_if(__builtin_cpu_supports("avx512f") != 0, "AVX512F");
  add_if(__builtin_cpu_supports("avx512bw") != 0, "AVX512BW");
  add_if(__builtin_cpu_supports("avx512vnni") != 0, "AVX512VNNI");
  add_if(__builtin_cpu_supports("avx512bf16") != 0, "AVX512_BF16");
#endif
  return text.empty() ? "none of those looked for" : text;
}

std::string cpu_model() {
  std::ifstream stream("/proc/cpuinfo");
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

/// Processors that this process may use, of those that are there.
void add_threads(Report& report) {
  const unsigned all = std::thread::hardware_concurrency();
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  cpu_set_t set;
  const int usable = ::sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 0;
  std::string text = std::to_string(usable) + " usable of " +
                     std::to_string(std::max<long>(online, static_cast<long>(all)));
  const std::string quota = first_line("/sys/fs/cgroup/cpu.max");
  const bool limited = !quota.empty() && !quota.starts_with("max");
  if (limited) text += ", control group allows (microseconds in each period) " + quota;
  report.push_back({"machine", "processors", text, Level::kGood,
                    usable < online ? "the affinity mask leaves some out; see taskset -p" : ""});
}

void add_memory(Report& report) {
  const std::int64_t page = ::sysconf(_SC_PAGESIZE);
  const std::int64_t all = ::sysconf(_SC_PHYS_PAGES) * page;
  const std::int64_t free = ::sysconf(_SC_AVPHYS_PAGES) * page;
  std::string text = bytes_text(all) + ", free now " + bytes_text(free);
  const std::string limit = first_line("/sys/fs/cgroup/memory.max");
  if (!limit.empty() && limit != "max")
    text += ", control group allows " + bytes_text(std::atoll(limit.c_str()));
  add(report, "memory", text);
}

/// Space where intermediate results go; the folder itself may not be there yet.
void add_disk(Report& report) {
  constexpr std::int64_t kLittle = std::int64_t{1} << 30;
  const fs::path folder = runtime::CacheStore::default_root();
  fs::path there = fs::absolute(folder);
  std::error_code error;
  while (!fs::exists(there, error) && there.has_relative_path()) there = there.parent_path();
  const fs::space_info space = fs::space(there, error);
  const std::string name = "cache " + folder.string();
  if (error || !fs::is_directory(there, error) || ::access(there.c_str(), W_OK) != 0) {
    report.push_back({"machine", name, there.string() + " cannot be written", Level::kProblem,
                      "let NNFLOW_CACHE name a folder that can be"});
    return;
  }
  const auto free = static_cast<std::int64_t>(space.available);
  report.push_back(
      {"machine", name, "free on its disk " + bytes_text(free),
       free < kLittle ? Level::kProblem : Level::kGood,
       free < kLittle ? "make room, or let NNFLOW_CACHE name a folder elsewhere" : ""});
}

}  // namespace

void examine_machine(Report& report) {
  add(report, "processor", cpu_model());
  add(report, "instructions", cpu_features());
  add_threads(report);
  add_memory(report);
  add_disk(report);
}

void examine_devices(Report& report) {
  const bool told = std::any_of(report.begin(), report.end(),
                                [](const Diagnosis& entry) { return entry.group == "devices"; });
  if (told) return;
  std::vector<std::string> nodes;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/dev", none)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("nvidia") && name.find_first_of("0123456789") == 6)
      nodes.push_back(entry.path().string());
  }
  std::sort(nodes.begin(), nodes.end());
  const std::string driver = first_line("/proc/driver/nvidia/version");
  for (const std::string& node : nodes) {
    const bool usable = ::access(node.c_str(), R_OK | W_OK) == 0;
    report.push_back({"devices", node, usable ? "may be used" : "may not be used",
                      usable ? Level::kGood : Level::kProblem,
                      usable ? "" : "ask for the permission to read and write it"});
  }
  if (!driver.empty()) report.push_back({"devices", "driver", driver, Level::kGood, ""});
  if (!nodes.empty() && driver.empty()) {
    report.push_back(
        {"devices", "driver", "not loaded", Level::kProblem, "install the driver of the card"});
  }
  if (nodes.empty()) {
    report.push_back(
        {"devices", "NVIDIA", "no card seen", Level::kNote, "everything runs on the processor"});
  }
}

}  // namespace nnflow::cli
