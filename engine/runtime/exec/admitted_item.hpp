// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "admission.hpp"
#include "gate.hpp"
#include "item.hpp"

namespace nnflow::runtime {

/// Learns that a source may have room for another item. On any thread.
class RoomListener {
 public:
  RoomListener() = default;
  RoomListener(const RoomListener&) = delete;
  RoomListener& operator=(const RoomListener&) = delete;
  virtual ~RoomListener() = default;
  virtual void room(std::size_t source) = 0;
};

/// An item of a source. From its admission on it has a place in flight, which it gives back when
/// the last message about it is gone.
struct AdmittedItem final : Item {
  AdmittedItem() = default;
  AdmittedItem(const AdmittedItem&) = delete;
  AdmittedItem& operator=(const AdmittedItem&) = delete;
  ~AdmittedItem() {
    if (admission == nullptr) return;
    admission->leave(bytes);
    if (gate != nullptr) {
      gate->kick(source);
    } else {
      listener->room(source);
    }
  }

  std::shared_ptr<Admission> admission;  ///< null before
  std::uint64_t bytes = 0;
  std::size_t source = 0;  ///< position in the plan
  std::shared_ptr<Gate>
      gate;  ///< of a program, which may have the item for longer than the graph lives
  RoomListener* listener = nullptr;  ///< used without a gate
};

}  // namespace nnflow::runtime
