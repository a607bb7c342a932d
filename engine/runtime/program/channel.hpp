// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "nnflow/context.hpp"
#include "nnflow/payload.hpp"

namespace nnflow::runtime {

/// Between a stage of a run and the program around it.
class Channel {
 public:
  Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  virtual ~Channel() = default;
  /// The run is over: nobody waits here any more.
  virtual void end() = 0;
};

/// Items from the program to a source. Thread-safe.
class FeedChannel final : public Channel {
 public:
  struct Entry {
    std::string id;
    Payload value;
    ItemInfo info;
  };

  /// Waits until the source has taken what was pushed before; it takes no more than the pipeline
  /// may have in flight. False when the run is over. Throws Error(kInternal) after close().
  bool push(Entry entry);
  /// There are no more items.
  void close();
  void end() override;

  /// The next item, at once; `open` tells whether more may come when there is none.
  [[nodiscard]] std::optional<Entry> pop(bool& open);
  /// What to call when something was pushed, or the end is there.
  void attach(std::function<void()> wake);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Entry> entries_;
  bool closed_ = false;
  bool ended_ = false;
  std::function<void()> wake_;
};

/// Items from a sink to the program, in item order. Thread-safe.
class CollectChannel final : public Channel {
 public:
  struct Entry {
    std::string id;
    std::uint64_t ordinal = 0;
    Payload value;
    std::shared_ptr<void> place;  ///< in flight; given back when the program takes the item
  };
  using Callback = std::function<void(std::string id, std::uint64_t ordinal, Payload value)>;

  /// With a callback items are not kept here: it is called on the stage's thread.
  explicit CollectChannel(Callback callback = {}) : callback_(std::move(callback)) {}

  void deliver(Entry entry);
  /// Waits for an item; nothing when the run is over and all its items were taken.
  [[nodiscard]] std::optional<Entry> next();
  /// Nobody takes the items any more: they are dropped.
  void abandon();
  void end() override;

 private:
  const Callback callback_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Entry> entries_;
  bool ended_ = false;
  bool abandoned_ = false;
};

}  // namespace nnflow::runtime
