// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "item.hpp"

namespace nnflow::runtime {

using JobPtr = std::shared_ptr<Job>;
using JobSink = std::function<void(JobPtr)>;

/// Collects the packets of one item from several producers into one job. Not thread-safe.
class Joiner {
 public:
  explicit Joiner(std::size_t producers) : producers_(producers) {}
  /// The job, once the last producer's packet is in.
  [[nodiscard]] JobPtr add(const Packet& packet, std::size_t slot);
  [[nodiscard]] bool empty() const { return partial_.empty(); }

 private:
  struct Partial {
    JobPtr job;
    std::size_t seen = 0;
  };
  std::size_t producers_;
  std::map<std::uint64_t, Partial> partial_;
};

/// Passes jobs on in sequence order; the end of the stream comes last. Not thread-safe.
class Sequencer {
 public:
  void add(JobPtr job, const JobSink& sink);
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

 private:
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, JobPtr> waiting_;
};

/// Ordered union of several streams by ordinal; equal ordinals in the order of the streams. Passes
/// one end on, after the ends of all streams. Not thread-safe.
class Merger {
 public:
  explicit Merger(std::size_t streams) : streams_(streams) {}
  void add(JobPtr job, std::size_t stream, const JobSink& sink);
  [[nodiscard]] bool empty() const;

 private:
  struct Stream {
    Sequencer sequencer;
    std::deque<JobPtr> ready;
    bool ended = false;
  };
  std::vector<Stream> streams_;
  std::uint64_t passed_ = 0;
};

}  // namespace nnflow::runtime
