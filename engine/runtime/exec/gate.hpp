// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace nnflow::runtime {

/// How threads outside a running graph hand work to it: a program pushed an item, or let go of one
/// that it had taken. The graph and whatever may outlive it share the gate. Thread-safe.
///
/// The graph's own thread waits until no task is left and then asks for rest(). While it rests, a
/// kick() only notes what is due; the rest of the time a kick() starts it at once.
class Gate {
 public:
  /// `start` makes the graph look at a source again; called on the kicking thread. It must keep the
  /// graph from coming to an end while it runs.
  explicit Gate(std::function<void(std::size_t source)> start) : start_(std::move(start)) {}

  /// There may be something to do for a source.
  void kick(std::size_t source);
  /// Counts what came from outside. Read before waiting for the graph's tasks.
  [[nodiscard]] std::uint64_t events() const;
  /// Begins to rest, unless something came since `seen`: then tasks may be running again.
  [[nodiscard]] bool rest(std::uint64_t seen);
  /// While resting: waits for an event, at most so long. Ends the rest and returns the sources to
  /// look at.
  [[nodiscard]] std::vector<std::size_t> wait(std::chrono::milliseconds longest);
  /// Ends the rest and returns the sources to look at.
  [[nodiscard]] std::vector<std::size_t> resume();
  /// While resting: the graph is going away; kicks do nothing from now on.
  void close();

  /// Items that the program has not taken yet. They keep their places in flight.
  void hold();
  void let_go();
  [[nodiscard]] bool holds() const;

 private:
  const std::function<void(std::size_t)> start_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t events_ = 0;
  std::uint64_t seen_ = 0;
  std::size_t entering_ = 0;
  std::size_t held_ = 0;
  bool resting_ = false;
  bool closed_ = false;
  std::vector<std::size_t> due_;
};

}  // namespace nnflow::runtime
