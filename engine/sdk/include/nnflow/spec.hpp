// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "nnflow/export.hpp"
#include "nnflow/port.hpp"
#include "nnflow/value.hpp"

namespace nnflow {
inline namespace abi_v2 {

/// The four shapes of a stage (see stage.hpp).
enum class StageShape { kSource, kMap, kGroup, kReduce };
[[nodiscard]] NNFLOW_SDK_EXPORT std::string_view to_string(StageShape shape);

/// One port as `describe()` declared it.
struct PortSpec {
  std::string name;
  std::string payload;  ///< payload id with version
  std::string doc;
  bool once = false;      ///< once per run instead of once per item
  bool optional = false;  ///< an input that may stay unfed
};

/// One parameter as `describe()` declared it. `type` is one of bool, integer, number, string, path,
/// value, or an array of them: `integer[]`, `number[3]`.
struct FieldSpec {
  std::string name;
  std::string type;
  std::string doc;
  Value default_value;
  std::optional<double> minimum;
  std::optional<double> maximum;
  std::vector<std::string> choices;  ///< allowed strings; empty = any
  std::string unit;
  bool required = false;
};

/// Null when `value` satisfies the field, else what was expected, for example "integer in [0, 5]".
[[nodiscard]] NNFLOW_SDK_EXPORT std::optional<std::string> check_field(const FieldSpec& field,
                                                                       const Value& value);

/// A parameter that cannot be used.
struct ParamError {
  std::string field;    ///< empty for a check over several fields
  std::string message;  ///< "expected integer in [0, 5], got \"cubic\""
};

/// Constraints, given after the doc text of a field.
struct Range {
  double minimum;
  double maximum;
};
struct Minimum {
  double value;
};
struct Choices {
  std::vector<std::string> values;
};
struct Unit {
  std::string text;
};
/// The field has no default: YAML must give it.
struct Required {};

namespace detail {

template <class T>
struct FieldCodec;  // type name, to Value, from a Value that check_field accepted

template <>
struct FieldCodec<bool> {
  static std::string type() { return "bool"; }
  static Value to(bool v) { return v; }
  static bool from(const Value& v) { return v.as_bool(); }
};
template <class T>
requires std::is_integral_v<T>
struct FieldCodec<T> {
  static std::string type() { return "integer"; }
  static Value to(T v) { return static_cast<std::int64_t>(v); }
  static T from(const Value& v) {
    return static_cast<T>(v.is_integer() ? v.as_integer()
                                         : static_cast<std::int64_t>(v.as_number()));
  }
};
template <class T>
requires std::is_floating_point_v<T>
struct FieldCodec<T> {
  static std::string type() { return "number"; }
  static Value to(T v) { return static_cast<double>(v); }
  static T from(const Value& v) { return static_cast<T>(v.as_number()); }
};
template <>
struct FieldCodec<std::string> {
  static std::string type() { return "string"; }
  static Value to(const std::string& v) { return v; }
  static std::string from(const Value& v) { return v.as_string(); }
};
template <>
struct FieldCodec<Value> {
  static std::string type() { return "value"; }
  static Value to(const Value& v) { return v; }
  static Value from(const Value& v) { return v; }
};
template <class T>
struct FieldCodec<std::vector<T>> {
  static std::string type() { return FieldCodec<T>::type() + "[]"; }
  static Value to(const std::vector<T>& v) {
    Value::Array out;
    for (const auto& element : v) out.push_back(FieldCodec<T>::to(element));
    return out;
  }
  static std::vector<T> from(const Value& v) {
    std::vector<T> out;
    for (const Value& element : v.as_array()) out.push_back(FieldCodec<T>::from(element));
    return out;
  }
};
template <class T, std::size_t N>
struct FieldCodec<std::array<T, N>> {
  static std::string type() { return FieldCodec<T>::type() + "[" + std::to_string(N) + "]"; }
  static Value to(const std::array<T, N>& v) {
    Value::Array out;
    for (const auto& element : v) out.push_back(FieldCodec<T>::to(element));
    return out;
  }
  static std::array<T, N> from(const Value& v) {
    std::array<T, N> out{};
    for (std::size_t i = 0; i < N; ++i) out[i] = FieldCodec<T>::from(v.as_array()[i]);
    return out;
  }
};
/// Null (the default) means "not given".
template <class T>
struct FieldCodec<std::optional<T>> {
  static std::string type() { return FieldCodec<T>::type() + "?"; }
  static Value to(const std::optional<T>& v) { return v ? FieldCodec<T>::to(*v) : Value(); }
  static std::optional<T> from(const Value& v) {
    if (v.is_null()) return std::nullopt;
    return FieldCodec<T>::from(v);
  }
};

inline void constrain(FieldSpec& field, const Range& c) {
  field.minimum = c.minimum;
  field.maximum = c.maximum;
}
inline void constrain(FieldSpec& field, const Minimum& c) { field.minimum = c.value; }
inline void constrain(FieldSpec& field, const Choices& c) { field.choices = c.values; }
inline void constrain(FieldSpec& field, const Unit& c) { field.unit = c.text; }
inline void constrain(FieldSpec& field, const Required&) { field.required = true; }

}  // namespace detail

/// Turns a YAML object into a plain parameter struct.
struct ParamsBinding {
  /// Checked and converted struct, or null with at least one error added. Unknown keys are errors.
  std::function<std::shared_ptr<const void>(const Value& object, std::vector<ParamError>& errors)>
      bind;
};

struct StageDescription;

namespace detail {
/// Checks every key of `object` against `fields`; adds one error per problem.
NNFLOW_SDK_EXPORT void check_params(const std::vector<FieldSpec>& fields,
                                    const Value& object,
                                    std::vector<ParamError>& errors);
}  // namespace detail

/// Everything a stage says about itself. Copyable data: the manifest of a plugin holds it without
/// code.
struct StageDescription {
  std::string id;  ///< "plugin.verb_or_noun"
  StageShape shape = StageShape::kMap;
  std::string summary;  ///< one line, no full stop
  std::string doc;      ///< optional paragraphs: behaviour, errors, example
  int cache_version = 1;
  std::vector<PortSpec> inputs;
  std::vector<PortSpec> outputs;
  std::vector<FieldSpec> params;
  int concurrency = 0;                   ///< items processed at once; 0 = as many as threads
  bool order_free = false;               ///< a reduce that takes items in any order
  bool writes_artifacts = false;         ///< its files are its cache: skipped when they are intact
  bool deterministic = true;             ///< false: never cached
  std::map<std::string, int> resources;  ///< exclusive resources, for example {"device", 1}
  std::string memory_hint;               ///< such as "4*input"

  [[nodiscard]] const PortSpec* input(std::string_view name) const;
  [[nodiscard]] const PortSpec* output(std::string_view name) const;
};

/// Binds fields of the plain struct `P` by pointer to member. The defaults are those of a
/// default-constructed `P`.
template <class P>
class ParamsSpec {
 public:
  ParamsSpec(std::vector<FieldSpec>* fields, ParamsBinding* binding) : fields_(fields) {
    setters_ = std::make_shared<std::vector<Setter>>();
    checks_ = std::make_shared<std::vector<Check>>();
    binding->bind = [setters = setters_, checks = checks_](
                        const Value& object,
                        std::vector<ParamError>& errors) -> std::shared_ptr<const void> {
      std::vector<FieldSpec> specs;
      for (const Setter& setter : *setters) specs.push_back(setter.spec);
      const std::size_t before = errors.size();
      detail::check_params(specs, object, errors);
      if (errors.size() != before) return nullptr;
      auto params = std::make_shared<P>();
      for (const Setter& setter : *setters) {
        if (const Value* value = object.find(setter.spec.name)) setter.set(*params, *value);
      }
      for (const Check& check : *checks) {
        const std::string text = check(*params);
        if (!text.empty()) errors.push_back({"", text});
      }
      if (errors.size() != before) return nullptr;
      return params;
    };
  }

  /// Declares one field; constraints are any of Range, Minimum, Choices, Unit, Required.
  template <class T, class... Constraints>
  ParamsSpec& field(std::string name, T P::*member, std::string doc, Constraints... constraints) {
    FieldSpec spec;
    spec.name = std::move(name);
    spec.type = detail::FieldCodec<T>::type();
    spec.doc = std::move(doc);
    spec.default_value = detail::FieldCodec<T>::to(P{}.*member);
    (detail::constrain(spec, constraints), ...);
    fields_->push_back(spec);
    setters_->push_back({spec, [member](P& params, const Value& value) {
                           params.*member = detail::FieldCodec<T>::from(value);
                         }});
    return *this;
  }
  /// A rule over several fields: returns what is wrong, or an empty text.
  ParamsSpec& check(std::function<std::string(const P&)> rule) {
    checks_->push_back(std::move(rule));
    return *this;
  }

 private:
  struct Setter {
    FieldSpec spec;
    std::function<void(P&, const Value&)> set;
  };
  using Check = std::function<std::string(const P&)>;
  std::vector<FieldSpec>* fields_;
  std::shared_ptr<std::vector<Setter>> setters_;
  std::shared_ptr<std::vector<Check>> checks_;
};

/// What `static void describe(StageSpec&)` fills in. One declaration gives the typed binding, the
/// JSON Schema, the reference page, the graph check and the cache key.
class NNFLOW_SDK_EXPORT StageSpec {
 public:
  StageDescription description;
  ParamsBinding binding;
  /// Payload types of the ports by name, with code; empty in a spec that comes from a manifest.
  std::map<std::string, const PayloadType*, std::less<>> payload_types;

  StageSpec& summary(std::string text);
  StageSpec& doc(std::string text);
  /// The author's promise about results: raise it when the output changes for the same input.
  StageSpec& cache_version(int version);
  /// At most `count` items at once; 1 = serial. Default: as many as there are threads.
  StageSpec& concurrency(int count);
  StageSpec& order_free();
  StageSpec& writes_artifacts();
  StageSpec& nondeterministic();
  StageSpec& uses(std::string resource, int count);
  StageSpec& memory_hint(std::string text);

  template <class T>
  StageSpec& input(const In<T>& port, std::string doc) {
    return add_input(port.name, PayloadTraits<T>::kId, std::move(doc), false, false);
  }
  template <class T>
  StageSpec& optional_input(const In<T>& port, std::string doc) {
    return add_input(port.name, PayloadTraits<T>::kId, std::move(doc), false, true);
  }
  template <class T>
  StageSpec& input(const OnceIn<T>& port, std::string doc) {
    return add_input(port.name, PayloadTraits<T>::kId, std::move(doc), true, false);
  }
  template <class T>
  StageSpec& optional_input(const OnceIn<T>& port, std::string doc) {
    return add_input(port.name, PayloadTraits<T>::kId, std::move(doc), true, true);
  }
  template <class T>
  StageSpec& output(const Out<T>& port, std::string doc) {
    payload_types[std::string(port.name)] = &detail::payload_type<T>();
    return add_output(port.name, PayloadTraits<T>::kId, std::move(doc), false);
  }
  template <class T>
  StageSpec& output(const OnceOut<T>& port, std::string doc) {
    payload_types[std::string(port.name)] = &detail::payload_type<T>();
    return add_output(port.name, PayloadTraits<T>::kId, std::move(doc), true);
  }
  template <class P>
  ParamsSpec<P> params() {
    return ParamsSpec<P>(&description.params, &binding);
  }

 private:
  StageSpec& add_input(
      std::string_view name, std::string_view payload, std::string doc, bool once, bool optional);
  StageSpec& add_output(std::string_view name,
                        std::string_view payload,
                        std::string doc,
                        bool once);
};

}  // namespace abi_v2
}  // namespace nnflow
