// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "nnflow/payload.hpp"

namespace nnflow::runtime {

/// What a stage does for one item.
enum class Action : std::uint8_t {
  kRun,     ///< process it
  kCached,  ///< take the outputs from the cache
  kKept,    ///< a sink whose files are intact
  kUnused,  ///< nobody needs the outputs
};

/// The outputs of one stage for one item by output port. Few, so they lie in place.
using Outputs = boost::container::small_vector<Payload, 2>;

/// One item of a stream. Shared by all messages about it; immutable once it was sent.
struct Item {
  std::string id;
  std::size_t stream = 0;      ///< which source (or merged stream) numbers it
  std::uint64_t sequence = 0;  ///< dense within the stream: 0, 1, 2, ...
  std::uint64_t ordinal = 0;
  bool end = false;             ///< not an item: `sequence` items came before the end of the stream
  std::vector<Action> actions;  ///< by position in the phase's stream
  std::vector<std::string> keys;  ///< cache keys likewise; empty = not cacheable
  /// Outputs from the cache, by position. Only the stage at that position touches its place, once.
  mutable std::vector<std::shared_ptr<Outputs>> cached;
  std::vector<std::shared_ptr<const Item>> members;  ///< of a group: keeps their places in flight
};

/// All inputs of one stage for one item.
struct Job {
  std::shared_ptr<const Item> item;
  bool dropped = false;                               ///< a tombstone: the item was given up
  boost::container::small_vector<Outputs, 1> inputs;  ///< by producer slot; empty: no values

  /// Of a stage with one producer. `of` may be the item that is there.
  void set(const std::shared_ptr<const Item>& of, bool given_up, Outputs&& values) {
    item = of;
    dropped = given_up;
    if (inputs.size() == 1 && inputs.front().size() == 1 && values.size() == 1) {
      inputs.front().front() = std::move(values.front());
      return;
    }
    inputs.resize(1);
    inputs.front() = std::move(values);
  }
};

/// The outputs of one stage for one item, for one consumer, as a job of this one producer: nobody
/// else refers to them.
struct Packet {
  std::shared_ptr<Job> job;
  std::size_t producer = 0;  ///< position of the producing stage in the phase's stream
};

}  // namespace nnflow::runtime
