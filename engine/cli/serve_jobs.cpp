// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "serve_jobs.hpp"

#include <algorithm>

#include <nnflow/error.hpp>

#include "pipeline/finding.hpp"

namespace nnflow::cli {
namespace {

constexpr std::size_t kLongestLine = std::size_t{16} << 20U;

std::string word_of(const Value& value) {
  return value.is_string() ? value.as_string() : value.to_json();
}

}  // namespace

std::optional<Job> JobReader::next() {
  std::string line;
  bool too_long = false;
  while (read_line(line, too_long)) {
    ++number_;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    Job job;
    if (too_long) {
      job.problem = "longer than " + std::to_string(kLongestLine) + " bytes";
    } else {
      job = read_job(line);
    }
    if (!job.problem.empty()) {
      job.problem = "line " + std::to_string(number_) + ": " + job.problem;
    }
    return job;
  }
  return std::nullopt;
}

bool JobReader::read_line(std::string& line, bool& too_long) {
  line.clear();
  too_long = false;
  std::streambuf& bytes = *in_.rdbuf();
  for (int byte = bytes.sbumpc();; byte = bytes.sbumpc()) {
    if (byte == std::istream::traits_type::eof()) return !line.empty();
    if (byte == '\n') return true;
    if (line.size() < kLongestLine) {
      line += static_cast<char>(byte);
    } else {
      too_long = true;
    }
  }
}

Job JobReader::read_job(const std::string& line) const {
  Job job;
  Value object;
  try {
    object = Value::parse_json(line);
  } catch (const Error& error) {
    job.problem = std::string("not valid JSON: ") + error.what();
    return job;
  }
  if (!object.is_object()) {
    job.problem = "expected an object such as {\"id\": 1, ...}, got " + line.substr(0, 40);
    return job;
  }
  std::vector<std::string> names{"id"};
  for (const auto& spec : vars_) names.push_back(spec.name);
  for (const auto& [key, value] : object.as_object()) {
    if (key == "id") {
      job.id = value;
      continue;
    }
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      job.problem = "unknown key \"" + key + "\"" + runtime::suggestion(key, names);
    } else if (value.is_object() || value.is_null()) {
      job.problem = "key \"" + key + "\": expected a value or a list, got " + value.to_json();
    } else {
      runtime::VarText text{key, {}, "\"" + key + "\""};
      if (value.is_array()) {
        for (const Value& word : value.as_array()) text.words.push_back(word_of(word));
      } else {
        text.words.push_back(word_of(value));
      }
      job.vars.push_back(std::move(text));
    }
  }
  return job;
}

}  // namespace nnflow::cli
