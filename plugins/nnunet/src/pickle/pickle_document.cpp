// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/pickle.hpp"
#include "pickle/pickle_machine.hpp"

namespace nnflow::nnunet {

PickleDocument::PickleDocument() : nodes_(std::make_unique<std::deque<PickleNode>>()) {}
PickleDocument::PickleDocument(PickleDocument&&) noexcept = default;
PickleDocument& PickleDocument::operator=(PickleDocument&&) noexcept = default;
PickleDocument::~PickleDocument() = default;

PickleDocument PickleDocument::parse(std::string_view bytes, std::string_view source) {
  PickleDocument document;
  document.root_ = PickleMachine(bytes, *document.nodes_, source).run();
  return document;
}

}  // namespace nnflow::nnunet
