// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include <nnflow/error.hpp>

#include "cache/store.hpp"
#include "cli.hpp"
#include "common_options.hpp"
#include "pipeline/scalar.hpp"

namespace nnflow::cli {
namespace {

constexpr std::string_view kNotes =
    "status  entries and bytes of every stage, and the limit\n"
    "prune   remove what is above the limit, least recently read first\n"
    "verify  read every entry and remove damaged ones\n\n"
    "The cache holds the results of stages with \"cache: true\". It is the folder NNFLOW_CACHE\n"
    "(default ~/.cache/nnflow/items) and holds at most NNFLOW_CACHE_LIMIT (default 20GiB). An "
    "entry\n"
    "is found by what it was made from, so removing entries, or the folder, never changes a "
    "result.\n";

std::string megabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
}

void print_status(const runtime::CacheStore& store, std::int64_t limit, bool json) {
  runtime::CacheStore::Usage total;
  Value::Object stages;
  std::vector<HelpLine> lines;
  for (const auto& [stage, usage] : store.usage()) {
    total.entries += usage.entries;
    total.bytes += usage.bytes;
    Value entry;
    entry.set("entries", static_cast<std::int64_t>(usage.entries));
    entry.set("bytes", static_cast<std::int64_t>(usage.bytes));
    stages.emplace_back(stage, std::move(entry));
    lines.push_back({stage, fmt::format("{} entries, {}", usage.entries, megabytes(usage.bytes))});
  }
  if (json) {
    Value out;
    out.set("folder", store.root().string());
    out.set("limit", limit);
    out.set("entries", static_cast<std::int64_t>(total.entries));
    out.set("bytes", static_cast<std::int64_t>(total.bytes));
    out.set("stages", std::move(stages));
    std::printf("%s\n", out.to_json().c_str());
    return;
  }
  std::printf("%s: %llu entries, %s of %s\n%s", store.root().c_str(),
              static_cast<unsigned long long>(total.entries), megabytes(total.bytes).c_str(),
              megabytes(static_cast<std::uint64_t>(limit)).c_str(), two_columns(lines).c_str());
}

void print_removed(const runtime::CacheStore::Usage& removed, bool json) {
  if (json) {
    Value out;
    out.set("removed_entries", static_cast<std::int64_t>(removed.entries));
    out.set("removed_bytes", static_cast<std::int64_t>(removed.bytes));
    std::printf("%s\n", out.to_json().c_str());
    return;
  }
  std::printf("removed %llu entries, %s\n", static_cast<unsigned long long>(removed.entries),
              megabytes(removed.bytes).c_str());
}

}  // namespace

std::vector<HelpLine> cache_options() {
  return {{"--to SIZE", "prune down to this size instead (4GiB); 0B empties the cache"},
          {"--json", "print the result as JSON"},
          {"-h, --help", "show this help"}};
}

int cache_command(const Words& words) {
  App app;
  std::string action;
  std::string to;
  bool json = false;
  bool help = false;
  app.add_option("action", action)->check(CLI::IsMember({"status", "prune", "verify"}));
  app.add_option("--to", to);
  app.add_flag("--json", json);
  app.add_flag("-h,--help", help);
  parse_words(app, "cache", words);
  if (help) {
    std::fputs(command_help("cache", kNotes).c_str(), stdout);
    return kOk;
  }
  if (action.empty()) throw UsageError("cache", "expected status, prune or verify");
  if (!to.empty() && action != "prune")
    throw UsageError("cache", "--to belongs to \"nnflow cache prune\"");
  std::int64_t limit = runtime::CacheStore::default_limit();
  if (!to.empty()) {
    const auto size = runtime::parse_size(to);
    if (!size) throw UsageError("cache", "--to " + to + ": expected a size with a unit (4GiB)");
    limit = *size;
  }
  const runtime::CacheStore store(runtime::CacheStore::default_root());
  std::error_code unknown;
  if (std::filesystem::exists(store.root(), unknown) &&
      !std::filesystem::is_directory(store.root(), unknown)) {
    throw Error(ErrorCode::kIo,
                store.root().string() + ": is not a folder; NNFLOW_CACHE names that of the cache");
  }
  if (action == "status") {
    print_status(store, limit, json);
  } else {
    print_removed(action == "prune" ? store.prune(limit) : store.verify(), json);
  }
  return kOk;
}

}  // namespace nnflow::cli
