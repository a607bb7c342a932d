// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "nnflow/stage.hpp"
#include "nnflow/context.hpp"
#include "nnflow/plugin.hpp"

namespace nnflow {
inline namespace abi_v2 {

InterfaceCatalog::~InterfaceCatalog() = default;
Registry::~Registry() = default;
Context::~Context() = default;
Emitter::~Emitter() = default;
Stage::~Stage() = default;
Source::~Source() = default;
MapStage::~MapStage() = default;
GroupStage::~GroupStage() = default;
ReduceStage::~ReduceStage() = default;

void Context::fail(const std::string& reason) const {
  throw Error(ErrorCode::kInvalidData, reason);
}

const Payload& Context::require(const Payload* payload, std::string_view port) {
  if (payload == nullptr) {
    throw Error(ErrorCode::kInternal,
                "port '" + std::string(port) + "' has no value for this item");
  }
  return *payload;
}

void Source::open(Context& /*ctx*/) {}
std::optional<std::uint64_t> Source::size() const { return std::nullopt; }
void Source::seek(std::uint64_t ordinal) {
  throw Error(ErrorCode::kInternal, "this source cannot start at item " + std::to_string(ordinal));
}
std::uint64_t ReduceStage::resume_point(Context& /*ctx*/) { return 0; }
void ReduceStage::accumulate(Context& /*ctx*/) {}

}  // namespace abi_v2
}  // namespace nnflow
