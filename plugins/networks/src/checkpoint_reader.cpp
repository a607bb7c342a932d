// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <map>
#include <unordered_map>
#include <utility>

#include "nnflow/networks/checkpoint.hpp"
#include "nnflow/nnunet/few.hpp"
#include "nnflow/nnunet/pickle.hpp"
#include "nnflow/nnunet/torch_file.hpp"

namespace nnflow::networks {
namespace {

using nnunet::PickleNode;
using Kind = PickleNode::Kind;

/// Of a storage that TorchFile takes.
at::ScalarType scalar_type(const std::string& storage) {
  static const std::map<std::string, at::ScalarType> kTypes = {
      {"FloatStorage", at::kFloat}, {"DoubleStorage", at::kDouble},
      {"HalfStorage", at::kHalf},   {"BFloat16Storage", at::kBFloat16},
      {"LongStorage", at::kLong},   {"IntStorage", at::kInt},
      {"ShortStorage", at::kShort}, {"CharStorage", at::kChar},
      {"ByteStorage", at::kByte},   {"BoolStorage", at::kBool}};
  return kTypes.at(storage);
}

std::string shape_text(at::IntArrayRef shape) {
  std::string out = "(";
  for (std::size_t i = 0; i < shape.size(); ++i)
    out += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return out + ")";
}

bool is_head(const ParameterInfo& info) {
  return info.name.find(".seg_layers.") != std::string::npos;
}

}  // namespace

struct CheckpointFile::Impl {
  nnunet::TorchFile file;
  CheckpointInfo info{};
  bool training = false;

  [[nodiscard]] const PickleNode& weights() const {
    const PickleNode* nested = file.root().find("network_weights");
    return nested != nullptr ? *nested : file.root();
  }

  /// The tensor as the file has it, on the CPU; its memory is the record's.
  [[nodiscard]] at::Tensor tensor(const PickleNode& node) const {
    nnunet::TorchFile::TensorBytes bytes = file.tensor(node);
    return at::from_blob(
        bytes.begin, node.shape, node.strides, [holder = std::move(bytes.storage)](void*) {},
        at::TensorOptions().dtype(scalar_type(node.storage->module)));
  }

  /// `whole`: every entry of the network and of the file; else all but the segmentation heads.
  void copy_weights(UNet& network, bool whole) const;
};

CheckpointFile::CheckpointFile(const std::filesystem::path& path)
    : impl_(std::make_unique<Impl>(Impl{nnunet::TorchFile(path)})) {
  const PickleNode& root = impl_->file.root();
  impl_->training = root.find("network_weights") != nullptr;
  if (impl_->training) impl_->info = read_checkpoint_info(root);
}

CheckpointFile::CheckpointFile(CheckpointFile&&) noexcept = default;
CheckpointFile& CheckpointFile::operator=(CheckpointFile&&) noexcept = default;
CheckpointFile::~CheckpointFile() = default;

const CheckpointInfo& CheckpointFile::info() const { return impl_->info; }
NormKind CheckpointFile::norm() const {
  for (const auto& [key, value] : impl_->weights().entries) {
    if (key->text.ends_with(".norm.running_mean")) return NormKind::kBatch;
  }
  return NormKind::kInstance;
}
bool CheckpointFile::is_training_checkpoint() const { return impl_->training; }

void CheckpointFile::Impl::copy_weights(UNet& network, bool whole) const {
  const c10::NoGradGuard no_grad;
  const std::vector<StateKey> keys = state_keys(network.spec());
  std::unordered_map<std::string_view, const StateKey*> known;
  for (const StateKey& key : keys) known.emplace(key.key, &key);
  nnunet::Few findings("; ");
  std::unordered_map<const StateKey*, const PickleNode*> found;
  for (const auto& [key, value] : weights().entries) {
    const std::string_view name = strip_wrapper_prefixes(key->text);
    const auto match = known.find(name);
    if (match == known.end()) {
      if (whole) findings.add("unexpected entry '" + std::string(name) + "'");
    } else if (!value->is(Kind::kTensor)) {
      findings.add("entry '" + std::string(name) + "' is no tensor");
    } else {
      found[match->second] = value;
    }
  }
  std::vector<ParameterInfo> layout = network.layout();
  std::vector<at::Tensor> targets = network.parameters();
  for (ParameterInfo& buffer : buffer_layout(network.spec())) layout.push_back(std::move(buffer));
  targets.insert(targets.end(), network.buffers().begin(), network.buffers().end());
  std::vector<const PickleNode*> sources(targets.size(), nullptr);
  for (const StateKey& key : keys) {
    if (const auto match = found.find(&key); match != found.end())
      sources[key.parameter] = match->second;
  }
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const ParameterInfo& place = layout[i];
    if (!whole && is_head(place)) {
      sources[i] = nullptr;
      continue;
    }
    if (sources[i] == nullptr) {
      findings.add("entry '" + place.name + "' is missing");
    } else if (sources[i]->shape != place.shape) {
      findings.add("entry '" + place.name + "' has shape " + shape_text(sources[i]->shape) +
                   ", expected " + shape_text(place.shape));
    }
  }
  if (!findings.empty()) file.refuse("the weights do not fit the network: " + findings.text());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (sources[i] == nullptr) continue;
    targets[i].copy_(tensor(*sources[i]));
  }
}

void CheckpointFile::load_weights(UNet& network) const { impl_->copy_weights(network, true); }
void CheckpointFile::load_pretrained(UNet& network) const { impl_->copy_weights(network, false); }

void CheckpointFile::load_optimiser(const UNet& network, Optimiser& optimiser) const {
  const PickleNode* optimiser_state = impl_->file.root().find("optimizer_state");
  const PickleNode* state = optimiser_state != nullptr ? optimiser_state->find("state") : nullptr;
  if (state == nullptr) return;
  for (const auto& [key, entry] : state->entries) {
    const auto index = static_cast<std::size_t>(key->integer);
    if (!key->is(Kind::kInt) || index >= network.layout().size()) {
      impl_->file.refuse("optimizer_state has an entry for parameter " +
                         std::to_string(key->integer) + " of " +
                         std::to_string(network.layout().size()));
    }
    const ParameterInfo& info = network.layout()[index];
    for (std::size_t slot = 0; slot < optimiser.slots().size(); ++slot) {
      const std::string& name = optimiser.slots()[slot];
      const PickleNode* value = entry->find(name);
      if (value == nullptr) {
        impl_->file.refuse("optimizer_state has no '" + name + "' of '" + info.name +
                           "': it is of another optimiser");
      }
      if (value->is_number() && name == "step") {  // torch before 1.12
        optimiser.set_slot(slot, index, at::scalar_tensor(value->number()));
        continue;
      }
      if (!value->is(Kind::kTensor)) continue;
      const std::vector<std::int64_t> shape =
          name == "step" ? std::vector<std::int64_t>() : info.shape;
      if (value->shape != shape) {
        impl_->file.refuse(name + " of '" + info.name + "' has shape " + shape_text(value->shape) +
                           ", expected " + shape_text(shape));
      }
      optimiser.set_slot(slot, index, impl_->tensor(*value));
    }
  }
}

}  // namespace nnflow::networks
