// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/runtime/stream.hpp"

#include <utility>

#include "program/channel.hpp"

namespace nnflow {
namespace {

/// The same channel, with `last` called when the last of its handles goes.
template <class C, class F>
std::shared_ptr<C> with_end(std::shared_ptr<C> channel, F last) {
  C* const raw = channel.get();
  return std::shared_ptr<C>(raw, [channel = std::move(channel), last](C*) { last(*channel); });
}

}  // namespace

FeedBase::FeedBase(std::shared_ptr<runtime::FeedChannel> channel)
    : channel_(with_end(std::move(channel), [](runtime::FeedChannel& c) { c.close(); })) {}

void FeedBase::close() { channel_->close(); }

bool FeedBase::push_payload(std::string id, Payload value, ItemInfo info) {
  return channel_->push({std::move(id), std::move(value), std::move(info)});
}

CollectBase::CollectBase(std::shared_ptr<runtime::CollectChannel> channel)
    : channel_(with_end(std::move(channel), [](runtime::CollectChannel& c) { c.abandon(); })) {}

std::optional<CollectBase::Taken> CollectBase::take() {
  auto entry = channel_->next();
  if (!entry) return std::nullopt;
  return Taken{std::move(entry->id), entry->ordinal, std::move(entry->value)};
}

}  // namespace nnflow
