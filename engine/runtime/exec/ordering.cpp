// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "ordering.hpp"

#include <algorithm>

namespace nnflow::runtime {

JobPtr Joiner::add(const Packet& packet, std::size_t slot) {
  Job& part = *packet.job;
  Partial& partial = partial_[part.item->sequence];
  if (partial.job == nullptr) {
    partial.job = std::make_shared<Job>();
    partial.job->item = part.item;
    partial.job->inputs.resize(producers_);
  }
  partial.job->dropped = partial.job->dropped || part.dropped;
  partial.job->inputs[slot] = std::move(part.inputs.front());
  if (++partial.seen < producers_) return nullptr;
  JobPtr job = std::move(partial.job);
  partial_.erase(part.item->sequence);
  return job;
}

void Sequencer::add(JobPtr job, const JobSink& sink) {
  if (waiting_.empty() && job->item->sequence == next_) {
    if (!job->item->end) ++next_;
    sink(std::move(job));
    return;
  }
  waiting_.emplace(job->item->sequence, std::move(job));
  for (auto it = waiting_.begin(); it != waiting_.end() && it->first == next_;
       it = waiting_.begin()) {
    JobPtr ready = std::move(it->second);
    waiting_.erase(it);
    if (!ready->item->end) ++next_;
    sink(std::move(ready));
  }
}

void Merger::add(JobPtr job, std::size_t stream, const JobSink& sink) {
  Stream& from = streams_[stream];
  from.sequencer.add(std::move(job), [&from](JobPtr ready) {
    if (ready->item->end) {
      from.ended = true;
    } else {
      from.ready.push_back(std::move(ready));
    }
  });
  while (true) {
    Stream* first = nullptr;
    bool all_ended = true;
    for (Stream& candidate : streams_) {
      if (candidate.ready.empty()) {
        if (!candidate.ended) return;  // its next item may come before the others
        continue;
      }
      all_ended = false;
      if (first == nullptr ||
          candidate.ready.front()->item->ordinal < first->ready.front()->item->ordinal) {
        first = &candidate;
      }
    }
    if (all_ended) break;
    JobPtr ready = std::move(first->ready.front());
    first->ready.pop_front();
    ++passed_;
    sink(std::move(ready));
  }
  auto end = std::make_shared<Item>();
  end->end = true;
  end->sequence = passed_;
  auto last = std::make_shared<Job>();
  last->item = std::move(end);
  sink(std::move(last));
}

bool Merger::empty() const {
  return std::all_of(streams_.begin(), streams_.end(), [](const Stream& stream) {
    return stream.ready.empty() && stream.sequencer.empty();
  });
}

}  // namespace nnflow::runtime
