// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <nnflow/context.hpp>
#include <nnflow/payload.hpp>

namespace nnflow {

namespace runtime {
class FeedChannel;
class CollectChannel;
}  // namespace runtime

/// Pushes items into a stage that `Engine::add_source` made. Copies share one stream, which ends
/// with close() or with the last copy. Thread-safe.
class FeedBase {
 public:
  explicit FeedBase(std::shared_ptr<runtime::FeedChannel> channel);

  /// There are no more items: what was pushed is finished, then the run ends. More calls do
  /// nothing.
  void close();

 protected:
  bool push_payload(std::string id, Payload value, ItemInfo info);

 private:
  std::shared_ptr<runtime::FeedChannel> channel_;
};

template <class T>
class Feed : public FeedBase {
 public:
  using FeedBase::FeedBase;
  /// Pushes an item; ids are unique within a stream. Waits while the pipeline holds as many items
  /// as its budgets allow, which counts those that a Collect has and nobody took: one thread that
  /// pushes and takes in turn must not push more than that ahead. False when the run is over, for
  /// whatever reason. Throws Error(kInternal) after close().
  bool push(std::string id, T value, ItemInfo info = {}) {
    return push_payload(std::move(id), Payload::make<T>(std::move(value)), std::move(info));
  }
};

/// What came out of a pipeline for one item.
template <class T>
struct Item {
  std::string id;
  std::uint64_t ordinal = 0;  ///< as the source numbered it
  T value;
};

/// Takes items from a stage that `Engine::add_sink` made, in item order. Copies share one stream;
/// when the last one goes, the items that are left are dropped. Thread-safe.
class CollectBase {
 public:
  explicit CollectBase(std::shared_ptr<runtime::CollectChannel> channel);

 protected:
  struct Taken {
    std::string id;
    std::uint64_t ordinal;
    Payload value;
  };
  std::optional<Taken> take();

 private:
  std::shared_ptr<runtime::CollectChannel> channel_;
};

template <class T>
class Collect : public CollectBase {
 public:
  using CollectBase::CollectBase;
  /// Waits for the next item. Nothing when the run is over and its items were taken;
  /// RunHandle::wait() tells why. Items that were given up (`on_error: skip_item`) do not come.
  std::optional<Item<T>> next() {
    auto taken = take();
    if (!taken) return std::nullopt;
    return Item<T>{std::move(taken->id), taken->ordinal, taken->value.template take<T>()};
  }
};

}  // namespace nnflow
