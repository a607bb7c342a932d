// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "trace.hpp"

#include "nnflow/value.hpp"

namespace nnflow::runtime {
namespace {

double microseconds(Trace::Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

Value thread_name(int thread) {
  Value event;
  event.set("name", "thread_name");
  event.set("ph", "M");
  event.set("pid", 1);
  event.set("tid", thread);
  Value name;
  name.set("name", "worker " + std::to_string(thread));
  event.set("args", std::move(name));
  return event;
}

}  // namespace

void Trace::add(std::string stage, std::string item, Clock::time_point begin, std::uint64_t bytes) {
  const Clock::time_point end = Clock::now();
  const std::scoped_lock lock(mutex_);
  if (calls_.size() >= kMostCalls) {
    ++left_out_;
    return;
  }
  const int next = static_cast<int>(threads_.size()) + 1;
  const int thread = threads_.try_emplace(std::this_thread::get_id(), next).first->second;
  calls_.push_back({std::move(stage), std::move(item), begin, end, bytes, thread});
}

std::string Trace::to_json() const {
  const std::scoped_lock lock(mutex_);
  std::string text = "{\"displayTimeUnit\": \"ms\", \"otherData\": {\"calls_left_out\": ";
  text += std::to_string(left_out_);
  text += "}, \"traceEvents\": [\n";
  for (const auto& [id, thread] : threads_) {
    text += thread_name(thread).to_json();
    text += ",\n";
  }
  for (const Call& call : calls_) {
    Value event;
    event.set("name", call.stage);
    event.set("cat", "stage");
    event.set("ph", "X");
    event.set("ts", microseconds(call.begin - origin_));
    event.set("dur", microseconds(call.end - call.begin));
    event.set("pid", 1);
    event.set("tid", call.thread);
    Value arguments;
    arguments.set("item", call.item);
    arguments.set("bytes_out", static_cast<std::int64_t>(call.bytes));
    event.set("args", std::move(arguments));
    text += event.to_json();
    text += ",\n";
  }
  if (text.ends_with(",\n")) text.erase(text.size() - 2);
  text += "\n]}\n";
  return text;
}

}  // namespace nnflow::runtime
