// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>

#include "nnflow/artifact.hpp"
#include "nnflow/export.hpp"
#include "nnflow/interface.hpp"
#include "nnflow/payload.hpp"
#include "nnflow/port.hpp"
#include "nnflow/rng.hpp"
#include "nnflow/value.hpp"

namespace nnflow {
inline namespace abi_v2 {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// What a running stage may do: read its inputs, emit its outputs, draw random numbers, publish
/// files, report. Nothing else: no graph, no other stage, no configuration by name. Valid only
/// during the call it is given to, and only on the calling thread, except `cancelled()`,
/// `stop_requested()`, `progress()` and `log()`, which may be called from threads the stage
/// started.
class NNFLOW_SDK_EXPORT Context {
 public:
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  virtual ~Context();

  /// Whether the port has a value here (an optional port that is unfed, or whose producer emitted
  /// nothing, has not).
  template <class T>
  [[nodiscard]] bool has(const In<T>& port) const {
    return find_input(port.name, 0) != nullptr;
  }
  template <class T>
  [[nodiscard]] bool has(const OnceIn<T>& port) const {
    return find_once(port.name) != nullptr;
  }
  /// The value, shared and read-only. `member` selects the group member (0 for other shapes).
  template <class T>
  [[nodiscard]] const T& get(const In<T>& port, std::size_t member = 0) const {
    return require(find_input(port.name, member), port.name).template get<T>();
  }
  template <class T>
  [[nodiscard]] const T& get(const OnceIn<T>& port) const {
    return require(find_once(port.name), port.name).template get<T>();
  }
  /// The value, owned; copied only when another consumer shares it. Once per port and member.
  template <class T>
  [[nodiscard]] T take(const In<T>& port, std::size_t member = 0) {
    (void)require(find_input(port.name, member), port.name);
    return take_input(port.name, member).template take<T>();
  }
  template <class T>
  void emit(const Out<T>& port, T value) {
    emit_payload(port.name, Payload::make<T>(std::move(value)));
  }
  /// Sends the value on as it is, without a copy also where another consumer shares it. For stages
  /// that only look at it. Like `take`, once per port.
  template <class T>
  void pass(const In<T>& from, const Out<T>& to) {
    (void)require(find_input(from.name, 0), from.name);
    Payload value = take_input(from.name, 0);
    if (value.empty()) (void)require(nullptr, from.name);
    emit_payload(to.name, std::move(value));
  }
  template <class T>
  void emit(const OnceOut<T>& port, T value) {
    emit_payload(port.name, Payload::make<T>(std::move(value)));
  }

  /// Stable id of the item, such as a case name. Empty outside items.
  [[nodiscard]] virtual const std::string& item() const = 0;
  /// The number that the source gave the item (its index unless it said otherwise); of a group, the
  /// first member's.
  [[nodiscard]] virtual std::uint64_t ordinal() const = 0;
  /// Members of the group; 1 for other shapes.
  [[nodiscard]] virtual std::size_t size() const = 0;
  /// Random stream of (run seed, stage id, item id): a fresh copy from its start at each call.
  [[nodiscard]] virtual Rng rng() const = 0;
  /// The run's seed.
  [[nodiscard]] virtual std::uint64_t seed() const = 0;
  /// Threads this call may use itself.
  [[nodiscard]] virtual int threads() const = 0;
  /// The run is being torn down: return soon, what is emitted is dropped.
  [[nodiscard]] virtual bool cancelled() const = 0;
  /// The user asked for an orderly end: finish the unit (an epoch), write what is due, then return.
  [[nodiscard]] virtual bool stop_requested() const = 0;
  /// The user asked that this stage, or one whose items it takes, does its work anew: results of
  /// earlier runs that the stage keeps by itself, such as a checkpoint, are not to be taken.
  [[nodiscard]] virtual bool forced() const = 0;
  /// Where the items come from: for every stage of this phase that is on some way to this one, by
  /// its id, an object of `use`, `version` (the stage's cache_version), `params` (defaults filled
  /// in) and `from` (the producers by item input, "STAGE.PORT"). For stages that keep results by
  /// themselves and must tell whether these are those of the items that would come now. Once inputs
  /// are not in it.
  [[nodiscard]] virtual Value upstream() const = 0;
  /// Progress inside a long call, shown beside the stage: `done` of `total` units and a short text.
  virtual void progress(double done, double total, std::string_view text) = 0;
  virtual void log(LogLevel level, std::string_view text) = 0;
  /// Gives up this item only: throws Error(kInvalidData), which `on_error: skip_item` turns into a
  /// skip.
  [[noreturn]] void fail(const std::string& reason) const;
  /// A file to publish; it is recorded with the stage and the item once committed.
  [[nodiscard]] virtual Artifact artifact(const std::filesystem::path& target) = 0;
  /// Implementations of versioned interfaces that plugins registered.
  [[nodiscard]] virtual const InterfaceCatalog& interfaces() const = 0;

  /// Memory kept by one worker for one stage between calls; default-constructed at first use.
  template <class T>
  [[nodiscard]] T& scratch() {
    std::shared_ptr<void>& slot = scratch_slot(typeid(T).name());
    if (!slot) slot = std::make_shared<T>();
    return *static_cast<T*>(slot.get());
  }

 protected:
  [[nodiscard]] virtual const Payload* find_input(std::string_view port,
                                                  std::size_t member) const = 0;
  [[nodiscard]] virtual const Payload* find_once(std::string_view port) const = 0;
  [[nodiscard]] virtual Payload take_input(std::string_view port, std::size_t member) = 0;
  virtual void emit_payload(std::string_view port, Payload payload) = 0;
  [[nodiscard]] virtual std::shared_ptr<void>& scratch_slot(const char* type) = 0;

 private:
  [[nodiscard]] static const Payload& require(const Payload* payload, std::string_view port);
};

/// What a source may say of the item it emits.
struct ItemInfo {
  std::string digest{};     ///< identifies the item's content; empty = not cacheable
  std::uint64_t bytes = 0;  ///< memory the item costs while in flight; 0 = unknown
  /// Position among all items of the run; kNextOrdinal = one more than the previous item's.
  std::uint64_t ordinal = kNextOrdinal;

  static constexpr std::uint64_t kNextOrdinal = ~std::uint64_t{0};
};

/// The context of a source: names an item, then emits its outputs.
class NNFLOW_SDK_EXPORT Emitter : public Context {
 public:
  ~Emitter() override;
  /// Starts the item; exactly once per `next()` that returns true. Ids are unique within a source.
  virtual void begin_item(std::string id, ItemInfo info) = 0;
  void begin_item(std::string id) { begin_item(std::move(id), ItemInfo{}); }
};

}  // namespace abi_v2
}  // namespace nnflow
