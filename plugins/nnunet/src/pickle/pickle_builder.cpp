// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "pickle/pickle_builder.hpp"

#include <algorithm>

#include "nnflow/error.hpp"
#include "support/utf8.hpp"

namespace nnflow::nnunet {
namespace {

using Kind = PickleNode::Kind;

constexpr std::size_t kMaxNodes = 8'000'000;
constexpr std::size_t kMaxAxes = 64;
constexpr std::int64_t kSmallIntegers = 4096;

bool is_numpy_multiarray(std::string_view module) {
  return module == "numpy.core.multiarray" || module == "numpy._core.multiarray";
}

bool is_builtins(std::string_view module) {
  return module == "builtins" || module == "__builtin__";
}

}  // namespace

PickleBuilder::PickleBuilder(std::deque<PickleNode>& nodes,
                             std::size_t input_bytes,
                             std::string_view source)
    : nodes_(nodes),
      source_(source),
      budget_((std::size_t{1} << 20U) + 4 * input_bytes),
      none_(make(Kind::kNone)),
      true_(make(Kind::kBool)),
      false_(make(Kind::kBool)),
      small_integers_(static_cast<std::size_t>(kSmallIntegers), nullptr) {
  true_->integer = 1;
}

void PickleBuilder::fail(const std::string& what) const {
  throw Error(ErrorCode::kInvalidData,
              std::string(source_) + ": pickle offset " + std::to_string(offset_) + ": " + what);
}

void PickleBuilder::charge(std::size_t units) {
  if (units > budget_) fail("values repeat each other beyond any sensible size");
  budget_ -= units;
}

PickleNode* PickleBuilder::make(Kind kind) {
  if (nodes_.size() >= kMaxNodes) fail("more than " + std::to_string(kMaxNodes) + " values");
  nodes_.emplace_back().kind = kind;
  return &nodes_.back();
}

PickleNode* PickleBuilder::integer(std::int64_t value) {
  const bool small = value >= 0 && value < kSmallIntegers;
  PickleNode* const cached = small ? small_integers_[static_cast<std::size_t>(value)] : nullptr;
  if (cached != nullptr) return cached;
  PickleNode* const node = make(Kind::kInt);
  node->integer = value;
  if (small) small_integers_[static_cast<std::size_t>(value)] = node;
  return node;
}

PickleNode* PickleBuilder::real(double value) {
  PickleNode* const node = make(Kind::kReal);
  node->real = value;
  return node;
}

PickleNode* PickleBuilder::string(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) fail("a text is not UTF-8");
    i += length;
  }
  PickleNode* const node = make(Kind::kString);
  node->text = text;
  return node;
}

PickleNode* PickleBuilder::bytes(std::string_view raw) {
  PickleNode* const node = make(Kind::kBytes);
  node->text = raw;
  return node;
}

PickleNode* PickleBuilder::global(std::string_view module, std::string_view name) {
  charge(module.size() + name.size());
  PickleNode* const node = make(Kind::kGlobal);
  node->module = module;
  node->text = name;
  return node;
}

std::string PickleBuilder::raw_bytes(const PickleNode& node) {
  charge(node.text.size());
  if (node.is(Kind::kBytes)) return node.text;
  if (!node.is(Kind::kString)) fail("expected bytes");
  std::string result;
  for (std::string_view text = node.text; !text.empty();) {
    const std::uint32_t code = take_utf8(text);
    if (code > 0xff) fail("expected bytes written as Latin-1 text");
    result += static_cast<char>(code);
  }
  return result;
}

std::string PickleBuilder::type_string(const PickleNode& dtype) const {
  if (dtype.dtype.empty()) fail("expected a numpy dtype");
  return dtype.dtype;
}

void PickleBuilder::fill_shape(const PickleNode& sizes, std::vector<std::int64_t>& out) {
  if (!sizes.is_sequence() || sizes.items.size() > kMaxAxes) fail("expected a tuple of sizes");
  charge(sizes.items.size());
  for (const PickleNode* const size : sizes.items) {
    if (!size->is(Kind::kInt) || size->integer < 0) fail("a size is not a non-negative integer");
    out.push_back(size->integer);
  }
}

PickleNode* PickleBuilder::ordered_dict(const PickleNode& arguments) {
  PickleNode* const node = make(Kind::kDict);
  if (arguments.items.empty()) return node;
  const PickleNode& source = *arguments.items[0];
  if (source.is(Kind::kDict)) {
    charge(source.entries.size() * 2);
    node->entries = source.entries;
    return node;
  }
  if (!source.is_sequence()) fail("a dict is made from something that is no list of pairs");
  charge(source.items.size() * 2);
  for (const PickleNode* const pair : source.items) {
    if (!pair->is_sequence() || pair->items.size() != 2) fail("a dict is made from no pair");
    node->entries.emplace_back(pair->items[0], pair->items[1]);
  }
  return node;
}

PickleNode* PickleBuilder::container(Kind kind, const PickleNode& arguments) {
  PickleNode* const node = make(kind);
  if (arguments.items.empty()) return node;
  const PickleNode& source = *arguments.items[0];
  if (!source.is_sequence() && !source.is(Kind::kSet)) fail("a container is made from no list");
  charge(source.items.size());
  node->items = source.items;
  return node;
}

PickleNode* PickleBuilder::scalar(const PickleNode& arguments) {
  if (arguments.items.size() != 2) fail("a numpy scalar needs a dtype and bytes");
  PickleNode array;
  array.kind = Kind::kArray;
  array.dtype = type_string(*arguments.items[0]);
  if (arguments.items[1]->is(Kind::kString) || arguments.items[1]->is(Kind::kBytes)) {
    array.text = raw_bytes(*arguments.items[1]);
  }
  PickleNode* const node = make(Kind::kObject);
  node->dtype = array.dtype;
  const char kind = array.dtype.size() == 3 ? array.dtype[1] : '\0';
  if (kind == 'f') {
    node->kind = Kind::kReal;
    node->real = array_as_doubles(array, source_).front();
  } else if (kind == 'i' || kind == 'u' || kind == 'b') {
    node->kind = kind == 'b' ? Kind::kBool : Kind::kInt;
    node->integer = array_as_integers(array, source_).front();
  } else if (array.dtype.size() > 2 && array.dtype[1] == 'U') {
    node->kind = Kind::kString;
    for (std::size_t i = 0; i + 4 <= array.text.size(); i += 4) {
      const auto byte = [&](std::size_t k) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(array.text[i + k]));
      };
      const std::uint32_t code = byte(0) | (byte(1) << 8U) | (byte(2) << 16U);
      if (code > 0x10ffff || byte(3) != 0) fail("a numpy text is not UTF-32");
      if (code != 0) append_utf8(code, node->text);
    }
  }
  return node;
}

PickleNode* PickleBuilder::from_buffer(const PickleNode& arguments) {
  if (arguments.items.size() != 4)
    fail("a numpy array needs a buffer, a dtype, a shape and an order");
  PickleNode* const node = make(Kind::kArray);
  node->text = raw_bytes(*arguments.items[0]);
  node->dtype = type_string(*arguments.items[1]);
  fill_shape(*arguments.items[2], node->shape);
  node->fortran_order = arguments.items[3]->text == "F";
  return node;
}

PickleNode* PickleBuilder::tensor(const PickleNode& arguments) {
  const auto& items = arguments.items;
  if (items.size() < 4 || !items[0]->is(Kind::kStorage) || !items[1]->is(Kind::kInt)) {
    fail("a tensor needs a storage, an offset, a size and a stride");
  }
  PickleNode* const node = make(Kind::kTensor);
  node->storage = items[0];
  node->integer = items[1]->integer;
  fill_shape(*items[2], node->shape);
  fill_shape(*items[3], node->strides);
  if (node->shape.size() != node->strides.size())
    fail("a tensor's size and stride differ in length");
  const std::int64_t elements = node->storage->integer;
  std::int64_t last = node->integer;
  bool empty = false;
  for (const auto size : node->shape) empty = empty || size == 0;
  for (std::size_t i = 0; !empty && i < node->shape.size(); ++i) {
    std::int64_t reach = 0;
    if (__builtin_mul_overflow(node->shape[i] - 1, node->strides[i], &reach) ||
        __builtin_add_overflow(last, reach, &last)) {
      fail("a tensor reaches beyond its storage");
    }
  }
  if (node->integer < 0 || (!empty && last >= elements))
    fail("a tensor reaches beyond its storage");
  return node;
}

PickleNode* PickleBuilder::known(const PickleNode& callee, PickleNode& arguments) {
  const std::string_view module = callee.module;
  const std::string_view name = callee.text;
  const auto& items = arguments.items;
  if (module == "collections" && name == "OrderedDict") return ordered_dict(arguments);
  if (module == "_codecs" && name == "encode" && items.size() == 2) {
    PickleNode* const node = make(Kind::kBytes);
    node->text = raw_bytes(*items[0]);
    return node;
  }
  if (is_builtins(module)) {
    if (name == "bytes" && items.empty()) return bytes({});
    if (name == "bytearray" && items.size() <= 1)
      return bytes(items.empty() ? "" : raw_bytes(*items[0]));
    if (name == "set" || name == "frozenset") return container(Kind::kSet, arguments);
    if (name == "list") return container(Kind::kList, arguments);
    if (name == "tuple") return container(Kind::kTuple, arguments);
    if (name == "dict") return ordered_dict(arguments);
  }
  if (module == "numpy" && name == "dtype" && !items.empty() && items[0]->is(Kind::kString)) {
    charge(items[0]->text.size());
    PickleNode* const node = make(Kind::kObject);
    const bool one_byte = items[0]->text.size() == 2 && items[0]->text[1] == '1';
    node->dtype = (one_byte ? "|" : "<") + items[0]->text;
    return node;
  }
  if (is_numpy_multiarray(module) && name == "scalar") return scalar(arguments);
  if (is_numpy_multiarray(module) && name == "_reconstruct") return make(Kind::kArray);
  if ((module == "numpy.core.numeric" || module == "numpy._core.numeric") &&
      name == "_frombuffer") {
    return from_buffer(arguments);
  }
  if (module == "torch._utils" && (name == "_rebuild_tensor_v2" || name == "_rebuild_tensor")) {
    return tensor(arguments);
  }
  if (module == "torch._utils" && name.starts_with("_rebuild_parameter") && !items.empty() &&
      items[0]->is(Kind::kTensor)) {
    return const_cast<PickleNode*>(items[0]);  // our own node, handed out as const
  }
  if (module == "torch" && name == "Size") return container(Kind::kTuple, arguments);
  return nullptr;
}

PickleNode* PickleBuilder::reduce(PickleNode* callee, PickleNode* arguments) {
  if (!arguments->is(Kind::kTuple)) fail("the arguments of a call are no tuple");
  if (callee->is(Kind::kGlobal)) {
    if (PickleNode* const node = known(*callee, *arguments)) return node;
  }
  PickleNode* const node = make(Kind::kObject);
  node->callee = callee;
  charge(arguments->items.size());
  node->items = arguments->items;
  return node;
}

void PickleBuilder::build_array(PickleNode& target, const PickleNode& state) {
  if (!state.is(Kind::kTuple) || state.items.size() != 5 || !target.dtype.empty()) {
    fail("the state of a numpy array is no tuple of five, or is set twice");
  }
  fill_shape(*state.items[1], target.shape);
  target.dtype = type_string(*state.items[2]);
  target.fortran_order = state.items[3]->integer != 0;
  if (state.items[4]->is(Kind::kList)) {
    charge(state.items[4]->items.size());
    target.items = state.items[4]->items;
  } else {
    target.text = raw_bytes(*state.items[4]);
  }
}

void PickleBuilder::build(PickleNode* target, PickleNode* state) {
  switch (target->kind) {
    case Kind::kArray:
      build_array(*target, *state);
      break;
    case Kind::kObject:
      if (!target->dtype.empty()) {  // a numpy dtype: (3, byte order, ...)
        if (state->is(Kind::kTuple) && state->items.size() > 1 &&
            state->items[1]->text.size() == 1 &&
            std::string_view("<>|=").find(state->items[1]->text[0]) != std::string_view::npos) {
          target->dtype[0] = state->items[1]->text[0] == '=' ? '<' : state->items[1]->text[0];
        }
      } else {
        target->state = state;
      }
      break;
    case Kind::kDict:
    case Kind::kTensor:
    case Kind::kSet:
      break;  // attributes such as `_metadata`, of no use here
    default:
      fail("a state is set on a plain value");
  }
}

PickleNode* PickleBuilder::persistent(PickleNode* id) {
  const auto is_text = [](const PickleNode* node) { return node->is(Kind::kString); };
  if (id->is(Kind::kTuple) && id->items.size() >= 5 && is_text(id->items[0]) &&
      id->items[0]->text == "storage" && id->items[1]->is(Kind::kGlobal) && is_text(id->items[2]) &&
      id->items[4]->is(Kind::kInt)) {
    charge(id->items[1]->text.size() + id->items[2]->text.size());
    PickleNode* const node = make(Kind::kStorage);
    node->module = id->items[1]->text;
    node->text = id->items[2]->text;
    node->integer = id->items[4]->integer;
    return node;
  }
  PickleNode* const node = make(Kind::kObject);
  node->items.push_back(id);
  return node;
}

}  // namespace nnflow::nnunet
