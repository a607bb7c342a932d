// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <caffe2/serialize/inline_container.h>
#include <caffe2/serialize/read_adapter_interface.h>

#include <cstring>
#include <map>
#include <mutex>
#include <unordered_map>

#include "nnflow/error.hpp"
#include "nnflow/networks/checkpoint.hpp"
#include "nnflow/nnunet/files.hpp"
#include "nnflow/nnunet/pickle.hpp"
#include "nnflow/nnunet/zip_archive.hpp"

namespace nnflow::networks {
namespace {

using nnunet::PickleNode;
using Kind = PickleNode::Kind;

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what) {
  throw Error(ErrorCode::kInvalidData, path.string() + ": " + what);
}

at::ScalarType scalar_type(const std::filesystem::path& path, const std::string& storage) {
  static const std::map<std::string, at::ScalarType> kTypes = {
      {"FloatStorage", at::kFloat}, {"DoubleStorage", at::kDouble},
      {"HalfStorage", at::kHalf},   {"BFloat16Storage", at::kBFloat16},
      {"LongStorage", at::kLong},   {"IntStorage", at::kInt},
      {"ShortStorage", at::kShort}, {"CharStorage", at::kChar},
      {"ByteStorage", at::kByte},   {"BoolStorage", at::kBool}};
  const auto found = kTypes.find(storage);
  if (found == kTypes.end()) refuse(path, "storage type '" + storage + "' is unknown");
  return found->second;
}

std::optional<double> number(const PickleNode* node) {
  if (node == nullptr || !node->is_number()) return std::nullopt;
  return node->number();
}

std::vector<double> numbers(const PickleNode* node) {
  std::vector<double> values;
  if (node == nullptr || !node->is_sequence()) return values;
  for (const PickleNode* item : node->items) values.push_back(number(item).value_or(0.0));
  return values;
}

TrainingLog read_log(const PickleNode* node) {
  TrainingLog log;
  if (node == nullptr) return log;
  log.mean_fg_dice = numbers(node->find("mean_fg_dice"));
  log.ema_fg_dice = numbers(node->find("ema_fg_dice"));
  if (const PickleNode* epochs = node->find("dice_per_class_or_region");
      epochs && epochs->is_sequence()) {
    for (const PickleNode* epoch : epochs->items)
      log.dice_per_class_or_region.push_back(numbers(epoch));
  }
  log.train_losses = numbers(node->find("train_losses"));
  log.val_losses = numbers(node->find("val_losses"));
  log.lrs = numbers(node->find("lrs"));
  log.epoch_start_timestamps = numbers(node->find("epoch_start_timestamps"));
  log.epoch_end_timestamps = numbers(node->find("epoch_end_timestamps"));
  return log;
}

std::string text(const PickleNode* node, const std::string& fallback) {
  return node != nullptr && node->is(Kind::kString) ? node->text : fallback;
}

void read_init_args(const PickleNode& init, CheckpointInfo& info) {
  info.configuration = text(init.find("configuration"), "");
  const PickleNode* fold = init.find("fold");
  if (fold != nullptr && fold->is(Kind::kInt)) info.fold = std::to_string(fold->integer);
  info.fold = text(fold, info.fold);
}

std::optional<std::vector<int>> read_axes(const PickleNode* node) {
  if (node == nullptr || !node->is_sequence()) return std::nullopt;
  std::vector<int> axes;
  for (const PickleNode* item : node->items) axes.push_back(static_cast<int>(item->integer));
  return axes;
}

CheckpointInfo read_info(const PickleNode& root) {
  CheckpointInfo info;
  if (const auto epoch = number(root.find("current_epoch")))
    info.current_epoch = static_cast<std::int64_t>(*epoch);
  info.best_ema = number(root.find("_best_ema"));
  info.logging = read_log(root.find("logging"));
  info.trainer_name = text(root.find("trainer_name"), info.trainer_name);
  if (const PickleNode* init = root.find("init_args")) read_init_args(*init, info);
  info.mirror_axes = read_axes(root.find("inference_allowed_mirroring_axes"));
  if (const PickleNode* scaler = root.find("grad_scaler_state");
      scaler && scaler->is(Kind::kDict)) {
    if (const auto scale = number(scaler->find("scale"))) {
      const double tracker = number(scaler->find("_growth_tracker")).value_or(0.0);
      info.grad_scaler = GradScaler::State{*scale, static_cast<std::int64_t>(tracker)};
    }
  }
  return info;
}

std::string shape_text(at::IntArrayRef shape) {
  std::string out = "(";
  for (std::size_t i = 0; i < shape.size(); ++i)
    out += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return out + ")";
}

/// A checkpoint that was unpacked from an archive, in memory.
class BytesAdapter final : public caffe2::serialize::ReadAdapterInterface {
 public:
  explicit BytesAdapter(std::string bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] std::size_t size() const override { return bytes_.size(); }
  std::size_t read(std::uint64_t at,
                   void* out,
                   std::size_t count,
                   const char* what) const override {
    TORCH_CHECK(at <= bytes_.size() && count <= bytes_.size() - at, "ends too early: ", what);
    std::memcpy(out, bytes_.data() + at, count);
    return count;
  }

 private:
  const std::string bytes_;
};

/// Gathers findings; only the first few are spelled out.
class Findings {
 public:
  void add(const std::string& finding) {
    constexpr std::size_t kShown = 5;
    if (++count_ <= kShown) text_ += (text_.empty() ? "" : "; ") + finding;
  }
  void raise(const std::filesystem::path& path) const {
    if (count_ == 0) return;
    refuse(path, "the weights do not fit the network: " + text_ +
                     (count_ > 5 ? "; and " + std::to_string(count_ - 5) + " more" : ""));
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

bool is_head(const ParameterInfo& info) {
  return info.name.find(".seg_layers.") != std::string::npos;
}

}  // namespace

struct CheckpointFile::Impl {
  std::filesystem::path path;
  std::unique_ptr<caffe2::serialize::PyTorchStreamReader> reader;
  std::optional<nnunet::PickleDocument> document;
  CheckpointInfo info;
  bool training = false;

  [[nodiscard]] const PickleNode& weights() const {
    const PickleNode& root = document->root();
    const PickleNode* nested = root.find("network_weights");
    return nested != nullptr ? *nested : root;
  }

  /// The tensor as the file has it, on the CPU; its memory is the record's.
  [[nodiscard]] at::Tensor tensor(const PickleNode& node) const {
    const PickleNode& storage = *node.storage;
    const at::ScalarType type = scalar_type(path, storage.module);
    const std::string record = "data/" + storage.text;
    if (!reader->hasRecord(record)) refuse(path, "record '" + record + "' is missing");
    auto [data, bytes] = read_record(record);
    const auto element = static_cast<std::int64_t>(c10::elementSize(type));
    std::int64_t last = node.integer;
    for (std::size_t axis = 0; axis < node.shape.size(); ++axis) {
      if (node.shape[axis] < 0 || node.strides[axis] < 0)
        refuse(path, "a tensor has a negative size or stride");
      last += (node.shape[axis] - 1) * node.strides[axis];
    }
    if (node.integer < 0 || last >= static_cast<std::int64_t>(bytes) / element) {
      refuse(path, "record '" + record + "' has " + std::to_string(bytes) +
                       " bytes, fewer than its tensor needs");
    }
    const auto holder = std::make_shared<at::DataPtr>(std::move(data));
    auto* begin = static_cast<std::byte*>(holder->get()) + node.integer * element;
    return at::from_blob(
        begin, node.shape, node.strides, [holder](void*) {}, at::TensorOptions().dtype(type));
  }

  /// `whole`: every entry of the network and of the file; else all but the segmentation heads.
  void copy_weights(UNet& network, bool whole) const;

  [[nodiscard]] std::tuple<at::DataPtr, std::size_t> read_record(const std::string& name) const {
    try {
      return reader->getRecord(name);
    } catch (const c10::Error&) {
      refuse(path, "record '" + name + "' is damaged or cut off");
    }
  }
};

CheckpointFile::CheckpointFile(const std::filesystem::path& path)
    : impl_(std::make_unique<Impl>()) {
  impl_->path = path;
  std::error_code ignored;
  const bool archived = nnunet::archived_path(path).has_value();
  if (!archived && !std::filesystem::is_regular_file(path, ignored)) {
    throw Error(ErrorCode::kIo, path.string() + ": no such checkpoint file");
  }
  std::shared_ptr<BytesAdapter> bytes;
  if (archived) bytes = std::make_shared<BytesAdapter>(nnunet::read_file(path));
  try {
    impl_->reader = archived
                        ? std::make_unique<caffe2::serialize::PyTorchStreamReader>(bytes)
                        : std::make_unique<caffe2::serialize::PyTorchStreamReader>(path.string());
  } catch (const c10::Error&) {
    refuse(
        path,
        "not a complete checkpoint: the zip archive is damaged, cut off, or older than torch 1.6");
  }
  if (!impl_->reader->hasRecord("data.pkl"))
    refuse(path, "not a checkpoint: record 'data.pkl' is missing");
  if (impl_->reader->hasRecord("byteorder")) {
    const auto [order, size] = impl_->read_record("byteorder");
    if (std::string_view(static_cast<const char*>(order.get()), size) != "little") {
      refuse(path, "written on a big-endian machine");
    }
  }
  const auto [data, size] = impl_->read_record("data.pkl");
  impl_->document =
      nnunet::PickleDocument::parse({static_cast<const char*>(data.get()), size}, path.string());
  const PickleNode& root = impl_->document->root();
  if (!root.is(Kind::kDict)) refuse(path, "not a checkpoint: its pickle is not a dict");
  impl_->training = root.find("network_weights") != nullptr;
  if (impl_->training) impl_->info = read_info(root);
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
  Findings findings;
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
  findings.raise(path);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (sources[i] == nullptr) continue;
    targets[i].copy_(tensor(*sources[i]));
  }
}

void CheckpointFile::load_weights(UNet& network) const { impl_->copy_weights(network, true); }
void CheckpointFile::load_pretrained(UNet& network) const { impl_->copy_weights(network, false); }

void CheckpointFile::load_optimiser(const UNet& network, Optimiser& optimiser) const {
  const PickleNode* optimiser_state = impl_->document->root().find("optimizer_state");
  const PickleNode* state = optimiser_state != nullptr ? optimiser_state->find("state") : nullptr;
  if (state == nullptr) return;
  for (const auto& [key, entry] : state->entries) {
    const auto index = static_cast<std::size_t>(key->integer);
    if (!key->is(Kind::kInt) || index >= network.layout().size()) {
      refuse(impl_->path, "optimizer_state has an entry for parameter " +
                              std::to_string(key->integer) + " of " +
                              std::to_string(network.layout().size()));
    }
    const ParameterInfo& info = network.layout()[index];
    for (std::size_t slot = 0; slot < optimiser.slots().size(); ++slot) {
      const std::string& name = optimiser.slots()[slot];
      const PickleNode* value = entry->find(name);
      if (value == nullptr) {
        refuse(impl_->path, "optimizer_state has no '" + name + "' of '" + info.name +
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
        refuse(impl_->path, name + " of '" + info.name + "' has shape " + shape_text(value->shape) +
                                ", expected " + shape_text(shape));
      }
      optimiser.set_slot(slot, index, impl_->tensor(*value));
    }
  }
}

}  // namespace nnflow::networks
