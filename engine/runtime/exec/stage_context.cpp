// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "stage_context.hpp"

#include <algorithm>
#include <utility>

#include "short_name.hpp"

namespace nnflow::runtime {
Rng StageContext::rng() const { return Rng(seed(), state_.stages[stage_].resolved->id, *item_); }

bool StageContext::forced() const { return state_.forced_upstream(stage_); }

Value StageContext::upstream() const { return state_.upstream(stage_); }

void StageContext::progress(double done, double total, std::string_view text) {
  state_.stages[stage_].counters->set_progress(done, total, text);
}

void StageContext::log(LogLevel level, std::string_view text) {
  state_.log(level, state_.stages[stage_].resolved->id, *item_, text);
}

Artifact StageContext::artifact(const std::filesystem::path& target) {
  state_.temporaries.note(target);
  return Artifact(target,
                  [this](const std::filesystem::path& path) { artifacts_.push_back(path); });
}

void StageContext::list_artifacts(Value& event) const {
  if (artifacts_.empty()) return;
  Value::Array files;
  for (const std::filesystem::path& path : artifacts_) files.emplace_back(path.string());
  event.set("files", std::move(files));
}

void StageContext::begin_item(std::string id, ItemInfo info) {
  if (begun_.has_value())
    throw Error(ErrorCode::kInternal, "a source began two items in one call of next()");
  begun_.emplace(Begun{std::move(id), std::move(info)});
  item_ = &begun_->item;
}

Payload* StageContext::slot(std::string_view port, std::size_t member) const {
  if (slots_ == nullptr || member >= jobs_.size()) return nullptr;
  for (const InputSlot& input : *slots_) {
    if (!same_name(input.port, port)) continue;
    Outputs& outputs = jobs_[member]->inputs[input.slot];
    if (outputs.empty() || outputs[input.output].empty()) continue;
    return &outputs[input.output];
  }
  return nullptr;
}

const Payload* StageContext::find_input(std::string_view port, std::size_t member) const {
  return slot(port, member);
}

const Payload* StageContext::find_once(std::string_view port) const {
  const OnceValue* const value = state_.once_input(stage_, port);
  return value == nullptr ? nullptr : &value->payload;
}

Payload StageContext::take_input(std::string_view port, std::size_t member) {
  Payload* const payload = slot(port, member);
  if (payload == nullptr) return {};
  if (slots_->size() == 1) return std::exchange(*payload, Payload());
  // The stage may read the same output through another port as well.
  const auto reads_it = [&](const InputSlot& input) {
    return input.port != port && slot(input.port, member) == payload;
  };
  if (std::any_of(slots_->begin(), slots_->end(), reads_it)) return *payload;
  return std::exchange(*payload, Payload());
}

void StageContext::emit_payload(std::string_view port, Payload payload) {
  const LiveStage& live = state_.stages[stage_];
  const auto& ports = live.spec->description.outputs;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (!same_name(ports[i].name, port)) continue;
    // Types are objects that stay: one that was compared needs no comparing again.
    std::atomic<const PayloadType*>& known = live.emitted[i];
    if (known.load(std::memory_order_relaxed) == payload.type() && payload.type() != nullptr) {
      outputs_[i] = std::move(payload);
      return;
    }
    if (ports[i].payload != payload.id()) {
      throw Error(ErrorCode::kInternal, "output '" + std::string(port) + "' was declared as " +
                                            ports[i].payload + ", emitted as " +
                                            std::string(payload.id()));
    }
    known.store(payload.type(), std::memory_order_relaxed);
    outputs_[i] = std::move(payload);
    return;
  }
  throw Error(ErrorCode::kInternal,
              "emitted an output '" + std::string(port) + "' that describe() does not declare");
}

std::shared_ptr<void>& StageContext::scratch_slot(const char* type) {
  if (scratch_ == nullptr)
    throw Error(ErrorCode::kInternal, "scratch memory is available in process() only");
  return scratch_->local()[type];
}

}  // namespace nnflow::runtime
