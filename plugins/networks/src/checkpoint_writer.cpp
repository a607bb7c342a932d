// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <caffe2/serialize/inline_container.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "nnflow/error.hpp"
#include "nnflow/networks/checkpoint.hpp"
#include "nnflow/nnunet/pickle.hpp"
#include "nnflow/rng.hpp"

namespace nnflow::networks {
namespace {

using nnunet::Json;
using nnunet::PickleWriter;

/// The storages of a file, keyed "0", "1", ... in order of first use.
class StorageList {
 public:
  std::size_t add(const at::Tensor& tensor) {
    const at::ScalarType type = tensor.scalar_type() == at::kLong ? at::kLong : at::kFloat;
    tensors_.push_back(tensor.detach().to(at::Device(at::kCPU), type).contiguous());
    return tensors_.size() - 1;
  }
  void pickle(PickleWriter& out, std::size_t index) const {
    const at::Tensor& tensor = tensors_[index];
    const bool integers = tensor.scalar_type() == at::kLong;
    out.tensor(integers ? "LongStorage" : "FloatStorage", std::to_string(index), tensor.numel(), 0,
               {tensor.sizes().data(), tensor.sizes().size()},
               {tensor.strides().data(), tensor.strides().size()});
  }
  [[nodiscard]] const std::vector<at::Tensor>& tensors() const { return tensors_; }

 private:
  std::vector<at::Tensor> tensors_;
};

void pickle_json(PickleWriter& out, const Json& value) {
  if (value.is_object()) {
    out.begin_dict();
    for (const auto& [key, member] : value.items()) {
      out.string(key);
      pickle_json(out, member);
    }
    out.end_dict();
  } else if (value.is_array()) {
    out.begin_list();
    for (const Json& element : value) pickle_json(out, element);
    out.end_list();
  } else if (value.is_string()) {
    out.string(value.get_ref<const std::string&>());
  } else if (value.is_boolean()) {
    out.boolean(value.get<bool>());
  } else if (value.is_number_float()) {
    out.real(value.get<double>());
  } else if (value.is_number()) {
    out.integer(value.get<std::int64_t>());
  } else {
    out.none();
  }
}

void pickle_reals(PickleWriter& out, const char* key, const std::vector<double>& values) {
  out.string(key).begin_list();
  for (const double value : values) out.real(value);
  out.end_list();
}

void pickle_log(PickleWriter& out, const TrainingLog& log) {
  out.begin_dict();
  pickle_reals(out, "mean_fg_dice", log.mean_fg_dice);
  pickle_reals(out, "ema_fg_dice", log.ema_fg_dice);
  out.string("dice_per_class_or_region").begin_list();
  for (const std::vector<double>& epoch : log.dice_per_class_or_region) {
    out.begin_list();
    for (const double value : epoch) out.real(value);
    out.end_list();
  }
  out.end_list();
  pickle_reals(out, "train_losses", log.train_losses);
  pickle_reals(out, "val_losses", log.val_losses);
  pickle_reals(out, "lrs", log.lrs);
  pickle_reals(out, "epoch_start_timestamps", log.epoch_start_timestamps);
  pickle_reals(out, "epoch_end_timestamps", log.epoch_end_timestamps);
  out.end_dict();
}

void pickle_weights(PickleWriter& out, StorageList& storages, const UNet& network) {
  for (const at::Tensor& parameter : network.parameters()) storages.add(parameter);
  for (const at::Tensor& buffer : network.buffers()) storages.add(buffer);
  out.begin_dict();
  for (const StateKey& key : state_keys(network.spec())) {
    out.string(key.key);
    storages.pickle(out, key.parameter);
  }
  out.end_dict();
}

void pickle_optimiser(PickleWriter& out,
                      StorageList& storages,
                      const Optimiser& optimiser,
                      const CheckpointInfo& info) {
  const std::size_t parameters = optimiser.slot(0).size();
  out.begin_dict().string("state").begin_dict();
  for (std::size_t i = 0; i < parameters; ++i) {
    if (!optimiser.slot(0)[i].defined()) continue;
    out.integer(static_cast<std::int64_t>(i)).begin_dict();
    for (std::size_t slot = 0; slot < optimiser.slots().size(); ++slot) {
      out.string(optimiser.slots()[slot]);
      storages.pickle(out, storages.add(optimiser.slot(slot)[i]));
    }
    out.end_dict();
  }
  out.end_dict();
  out.string("param_groups").begin_list().begin_dict();
  out.string("lr").real(info.lr);
  const Json settings = optimiser.settings();
  for (const auto& [name, value] : settings.items()) {
    out.string(name);
    if (!value.is_array()) {
      pickle_json(out, value);
      continue;
    }
    out.begin_tuple();
    for (const Json& element : value) pickle_json(out, element);
    out.end_tuple();
  }
  out.string("initial_lr").real(info.initial_lr);
  out.string("params").begin_list();
  for (std::size_t i = 0; i < parameters; ++i) out.integer(static_cast<std::int64_t>(i));
  out.end_list().end_dict().end_list().end_dict();
}

void pickle_scaler(PickleWriter& out, const std::optional<GradScaler::State>& state) {
  if (!state) {
    out.none();
    return;
  }
  out.begin_dict();
  out.string("scale").real(state->scale);
  out.string("growth_factor").real(GradScaler::kGrowthFactor);
  out.string("backoff_factor").real(GradScaler::kBackoffFactor);
  out.string("growth_interval").integer(GradScaler::kGrowthInterval);
  out.string("_growth_tracker").integer(state->growth_tracker);
  out.end_dict();
}

void pickle_device(PickleWriter& out, const std::string& device) {
  const std::size_t colon = device.find(':');
  out.global("torch", "device").begin_tuple().string(device.substr(0, colon));
  if (colon != std::string::npos) {
    std::int64_t index = 0;
    std::from_chars(device.data() + colon + 1, device.data() + device.size(), index);
    out.integer(index);
  }
  out.end_tuple().reduce();
}

void pickle_init_args(PickleWriter& out, const CheckpointInfo& info) {
  out.begin_dict().string("plans");
  pickle_json(out, info.plans);
  out.string("configuration").string(info.configuration);
  out.string("fold");
  std::int64_t number = 0;
  const char* end = info.fold.data() + info.fold.size();
  const auto [rest, error] = std::from_chars(info.fold.data(), end, number);
  if (error == std::errc{} && rest == end) {
    out.integer(number);
  } else {
    out.string(info.fold);
  }
  out.string("dataset_json");
  pickle_json(out, info.dataset_json);
  out.string("device");
  pickle_device(out, info.device);
  out.end_dict();
}

std::string pickle_checkpoint(StorageList& storages,
                              const UNet& network,
                              const Optimiser& optimiser,
                              const CheckpointInfo& info) {
  PickleWriter out(2);
  out.begin_dict().string("network_weights");
  pickle_weights(out, storages, network);
  out.string("optimizer_state");
  pickle_optimiser(out, storages, optimiser, info);
  out.string("grad_scaler_state");
  pickle_scaler(out, info.grad_scaler);
  out.string("logging");
  pickle_log(out, info.logging);
  out.string("_best_ema");
  if (info.best_ema) {
    out.real(*info.best_ema);
  } else {
    out.none();
  }
  out.string("current_epoch").integer(info.current_epoch);
  out.string("init_args");
  pickle_init_args(out, info);
  out.string("trainer_name").string(info.trainer_name);
  out.string("inference_allowed_mirroring_axes");
  if (info.mirror_axes) {
    out.begin_tuple();
    for (const int axis : *info.mirror_axes) out.integer(axis);
    out.end_tuple();
  } else {
    out.none();
  }
  out.end_dict();
  return out.finish();
}

/// A file that keeps its first error to itself: the archive writer must be able to finish, for its
/// destructor writes what is missing and ends the program when that fails.
class Sink {
 public:
  explicit Sink(const std::filesystem::path& path)
      : file_(path, std::ios::binary | std::ios::trunc) {
    note();
  }
  std::size_t write(const void* data, std::size_t size) {
    if (error_ == 0)
      file_.write(static_cast<const char*>(data), static_cast<std::streamsize>(size));
    note();
    return size;
  }
  /// The error number of the first failure, or 0.
  [[nodiscard]] int close() {
    if (error_ == 0) file_.close();
    note();
    return error_;
  }

 private:
  void note() {
    if (error_ == 0 && !file_) error_ = errno == 0 ? EIO : errno;
  }

  std::ofstream file_;
  int error_ = 0;
};

void write_archive(Sink& sink, const std::string& pickle, const std::vector<at::Tensor>& storages) {
  caffe2::serialize::PyTorchStreamWriter writer(
      [&sink](const void* data, std::size_t size) { return sink.write(data, size); });
  writer.writeRecord("data.pkl", pickle.data(), pickle.size());
  writer.writeRecord("byteorder", "little", 6);
  for (std::size_t i = 0; i < storages.size(); ++i) {
    writer.writeRecord("data/" + std::to_string(i), storages[i].const_data_ptr(),
                       storages[i].nbytes());
  }
  writer.writeEndOfFile();
}

}  // namespace

std::string weights_digest(const UNet& network) {
  std::uint64_t hash = 0;
  for (const auto* tensors : {&network.parameters(), &network.buffers()}) {
    for (const at::Tensor& tensor : *tensors) {
      const at::Tensor values = tensor.detach().to(at::Device(at::kCPU), at::kFloat).contiguous();
      hash =
          stable_hash({static_cast<const char*>(values.const_data_ptr()), values.nbytes()}, hash);
    }
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

void write_checkpoint(const std::filesystem::path& path,
                      const UNet& network,
                      const Optimiser& optimiser,
                      const CheckpointInfo& info) {
  StorageList storages;
  const std::string pickle = pickle_checkpoint(storages, network, optimiser, info);
  Sink sink(path);
  write_archive(sink, pickle, storages.tensors());
  if (const int error = sink.close(); error != 0) {
    throw Error(ErrorCode::kIo, path.string() + ": cannot write: " + std::strerror(error));
  }
}

}  // namespace nnflow::networks
