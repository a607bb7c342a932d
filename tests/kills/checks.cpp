// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "kills/checks.hpp"

#include <bit>
#include <cstdint>
#include <exception>
#include <set>
#include <sstream>
#include <string_view>

namespace nnflow::test {

namespace fs = std::filesystem;

const char* const kComparison =
    "After a rerun: the same files as after an undisturbed run, byte for byte, but\n"
    "  checkpoint_*.pth    every entry of the archive byte for byte; the times of the epochs in\n"
    "                      data.pkl are blanked, and serialization_id, a digest over them, is not\n"
    "                      looked at\n"
    "  training_log_*.txt  names the time, also in its name, and every start of a run begins one:\n"
    "                      learning rate, losses and Dice of every epoch in any of them\n"
    "  progress.png, events.out.tfevents.nnflow\n"
    "                      draw and hold times and durations: are there\n"
    "  and neither file nor folder .*.nnflow-tmp, in the results, the records and the cache.\n"
    "After a kill, before the rerun: every file under its final name is that of the undisturbed\n"
    "  run, compared in the same way, but\n"
    "  checkpoint_latest.pth, checkpoint_best.pth\n"
    "                      are replaced when an epoch ends: whole archives with the entries of "
    "the\n"
    "                      final one, tensors of the same size\n"
    "  training_log_*.txt, progress.png, events.out.tfevents.nnflow\n"
    "                      grow: left out.\n"
    "Records (log, events, trace, ledger) and cache are compared through what a rerun makes of "
    "them.\n";

namespace {

enum class Rule { kBytes, kCheckpoint, kReplacedCheckpoint, kLog, kPicture };

Rule rule(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  if (name.starts_with("training_log_") && name.ends_with(".txt")) return Rule::kLog;
  if (name == "progress.png" || name == "events.out.tfevents.nnflow") return Rule::kPicture;
  if (name == "checkpoint_latest.pth" || name == "checkpoint_best.pth")
    return Rule::kReplacedCheckpoint;
  return name.ends_with(".pth") ? Rule::kCheckpoint : Rule::kBytes;
}

bool is_temporary(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with(".") && name.ends_with(".nnflow-tmp");
}

bool has_temporary(const std::string& path) {
  for (const fs::path& part : fs::path(path)) {
    if (is_temporary(part)) return true;
  }
  return false;
}

/// Zeros instead of the floats of a pickle (BINFLOAT: 'G', 8 bytes, big-endian) that are seconds
/// since 1970 from the years 2001 to 2128.
std::string without_times(std::string pickle) {
  for (std::size_t at = 0; at + 9 <= pickle.size(); ++at) {
    if (pickle[at] != 'G') continue;
    std::uint64_t bits = 0;
    for (std::size_t i = 1; i <= 8; ++i)
      bits = bits << 8U | static_cast<unsigned char>(pickle[at + i]);
    const double value = std::bit_cast<double>(bits);
    if (value > 1e9 && value < 5e9) pickle.replace(at + 1, 8, 8, '\0');
  }
  return pickle;
}

Files checkpoint(const std::string& bytes) {
  Files entries = archive_entries(bytes);
  for (auto& [name, entry] : entries) {
    if (name.ends_with("/data.pkl")) entry = without_times(std::move(entry));
    if (name.ends_with("/.data/serialization_id")) entry.clear();
  }
  return entries;
}

std::string join(const Words& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

void compare_checkpoints(const std::string& name,
                         const std::string& one,
                         const std::string& other,
                         Words& findings) {
  try {
    const Files expected = checkpoint(one);
    const Files found = checkpoint(other);
    Words differing = unequal(expected, found);
    const Words added = unequal(found, expected);
    differing.insert(differing.end(), added.begin(), added.end());
    if (!differing.empty()) findings.push_back(name + ": entries differ: " + join(differing));
  } catch (const std::exception& error) {
    findings.push_back(name + ": " + error.what());
  }
}

/// A checkpoint of some epoch: whole, with what the final one holds.
void check_replaced_checkpoint(const std::string& name,
                               const std::string& bytes,
                               const Files& undisturbed,
                               Words& findings) {
  const auto final_one =
      undisturbed.find((fs::path(name).parent_path() / "checkpoint_final.pth").string());
  if (final_one == undisturbed.end()) {
    findings.push_back(name + ": an undisturbed run leaves no checkpoint_final.pth beside it");
    return;
  }
  try {
    const Files found = archive_entries(bytes);
    for (const auto& [entry, expected] : archive_entries(final_one->second)) {
      const auto same = found.find(entry);
      const bool tensor = entry.find("/data/") != std::string::npos;
      if (same == found.end() || (tensor && same->second.size() != expected.size()))
        findings.push_back(name + ": entry " + entry + " is missing or has another size");
    }
  } catch (const std::exception& error) {
    findings.push_back(name + ": " + error.what());
  }
}

/// Learning rate, losses and Dice of every finished epoch in any training log of a folder; more
/// than one text for an epoch that was not always the same.
std::map<std::string, std::set<std::string>> epochs(const Files& files) {
  std::map<std::string, std::set<std::string>> result;
  for (const auto& [name, bytes] : files) {
    if (rule(name) != Rule::kLog) continue;
    std::istringstream lines(bytes);
    std::string epoch;
    std::string values;
    for (std::string line; std::getline(lines, line);) {
      const std::size_t mark = line.find(": ");  // after the time
      const std::string text = mark == std::string::npos ? "" : line.substr(mark + 2);
      if (text.starts_with("Epoch ") && !text.starts_with("Epoch time")) {
        epoch = (fs::path(name).parent_path() / text).string();
        values.clear();
      }
      for (const char* key : {"Current learning rate", "train_loss", "val_loss", "Pseudo dice"}) {
        if (text.starts_with(key)) values.append(text).append("\n");
      }
      if (text.starts_with("Pseudo dice")) result[epoch].insert(values);
    }
  }
  return result;
}

}  // namespace

Words rerun_findings(const Files& undisturbed, const Files& rerun) {
  Words findings;
  for (const auto& [name, bytes] : undisturbed) {
    const Rule how = rule(name);
    if (how == Rule::kLog) continue;
    const auto found = rerun.find(name);
    if (found == rerun.end()) {
      findings.push_back(name + ": is missing");
    } else if (how == Rule::kPicture) {
      continue;
    } else if (how != Rule::kBytes) {
      compare_checkpoints(name, bytes, found->second, findings);
    } else if (bytes != found->second) {
      findings.push_back(name + ": differs");
    }
  }
  for (const auto& [name, bytes] : rerun) {
    if (rule(name) != Rule::kLog && undisturbed.count(name) == 0)
      findings.push_back(name + ": is not there after an undisturbed run");
  }
  const auto expected = epochs(undisturbed);
  const auto found = epochs(rerun);
  for (const auto& [epoch, values] : expected) {
    const auto same = found.find(epoch);
    if (same == found.end() || same->second != values)
      findings.push_back("training log: " + epoch + ": is missing or has other values");
  }
  return findings;
}

Words killed_findings(const Files& undisturbed, const Files& killed) {
  Words findings;
  for (const auto& [name, bytes] : killed) {
    const Rule how = rule(name);
    if (how == Rule::kLog || how == Rule::kPicture || has_temporary(name)) continue;
    const auto expected = undisturbed.find(name);
    if (how == Rule::kReplacedCheckpoint) {
      check_replaced_checkpoint(name, bytes, undisturbed, findings);
    } else if (expected == undisturbed.end()) {
      findings.push_back(name + ": is not there after an undisturbed run");
    } else if (how == Rule::kCheckpoint) {
      compare_checkpoints(name, expected->second, bytes, findings);
    } else if (expected->second != bytes) {
      findings.push_back(name + ": differs");
    }
  }
  return findings;
}

Words temporaries(const fs::path& folder) {
  Words names;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (is_temporary(entry->path())) names.push_back(entry->path().lexically_relative(folder));
  }
  return names;
}

}  // namespace nnflow::test
