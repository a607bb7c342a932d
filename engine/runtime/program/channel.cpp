// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "channel.hpp"

#include <utility>

namespace nnflow::runtime {

bool FeedChannel::push(Entry entry) {
  std::function<void()> wake;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || closed_ || entries_.empty(); });
    if (closed_) throw Error(ErrorCode::kInternal, "an item was pushed after close()");
    if (ended_) return false;
    entries_.push_back(std::move(entry));
    wake = wake_;
  }
  if (wake) wake();
  return true;
}

void FeedChannel::close() {
  std::function<void()> wake;
  {
    const std::scoped_lock lock(mutex_);
    if (closed_) return;
    closed_ = true;
    wake = wake_;
  }
  changed_.notify_all();
  if (wake) wake();
}

void FeedChannel::end() {
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    entries_.clear();
    wake_ = nullptr;
  }
  changed_.notify_all();
}

std::optional<FeedChannel::Entry> FeedChannel::pop(bool& open) {
  std::optional<Entry> entry;
  {
    const std::scoped_lock lock(mutex_);
    open = !closed_;
    if (entries_.empty()) return entry;
    entry = std::move(entries_.front());
    entries_.pop_front();
  }
  changed_.notify_one();
  return entry;
}

void FeedChannel::attach(std::function<void()> wake) {
  const std::scoped_lock lock(mutex_);
  wake_ = std::move(wake);
}

void CollectChannel::deliver(Entry entry) {
  if (callback_) {
    callback_(std::move(entry.id), entry.ordinal, std::move(entry.value));
    return;
  }
  {
    const std::scoped_lock lock(mutex_);
    if (!abandoned_) entries_.push_back(std::move(entry));
  }
  changed_.notify_one();
}

std::optional<CollectChannel::Entry> CollectChannel::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ended_ || abandoned_ || !entries_.empty(); });
  if (entries_.empty()) return std::nullopt;
  Entry entry = std::move(entries_.front());
  entries_.pop_front();
  return entry;
}

void CollectChannel::abandon() {
  std::deque<Entry> dropped;  // destroyed without the lock: a place given back starts work
  {
    const std::scoped_lock lock(mutex_);
    abandoned_ = true;
    dropped.swap(entries_);
  }
  changed_.notify_all();
}

void CollectChannel::end() {
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
}

}  // namespace nnflow::runtime
