// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "train/trainer.hpp"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>

#include <cmath>

#include "nnflow/error.hpp"
#include "nnflow/imaging/image_io.hpp"
#include "nnflow/networks/checkpoint.hpp"
#include "nnflow/networks/from_plans.hpp"
#include "nnflow/networks/loss.hpp"
#include "nnflow/networks/precision.hpp"
#include "nnflow/rng.hpp"
#include "nnflow/torch_bridge/tensors.hpp"
#include "train/epoch_record.hpp"
#include "train/plot/progress_plot.hpp"
#include "train/plot/scalar_events.hpp"
#include "train/recipe.hpp"
#include "train/training_log.hpp"

namespace nnflow::train {
namespace {

/// Float16 autocast on CUDA while it lives (nnunet-training 5.2).
class Autocast {
 public:
  explicit Autocast(bool enabled) : enabled_(enabled) {
    if (enabled_) at::autocast::set_autocast_enabled(at::kCUDA, true);
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;
  ~Autocast() {
    if (!enabled_) return;
    at::autocast::set_autocast_enabled(at::kCUDA, false);
    at::autocast::clear_cache();
  }

 private:
  bool enabled_;
};

}  // namespace

std::vector<int> mirror_axes_of(const TrainerOptions& options, int dimensions) {
  std::vector<int> axes;
  if (options.mirror_axes) {
    axes = *options.mirror_axes;
  } else {
    for (int axis = 0; axis < dimensions; ++axis) axes.push_back(axis);
  }
  if (!options.mirror_last_axis) std::erase(axes, dimensions - 1);
  return axes;
}

struct Trainer::Impl {
  TrainerOptions options;
  torch_bridge::DeviceSpec device;
  std::filesystem::path model_folder;
  std::filesystem::path fold_folder;
  std::shared_ptr<torch_bridge::DeviceThread> thread;
  std::unique_ptr<networks::UNet> network;
  std::unique_ptr<networks::Optimiser> optimiser;
  std::optional<networks::GradScaler> scaler;
  networks::LossOptions loss;
  std::vector<double> weights;  ///< of the outputs
  networks::CheckpointInfo info;
  EpochRecord epoch;
  double last_loss = 0.0;
  bool trained = false;  ///< since the checkpoint was read
  std::unique_ptr<TrainingTextLog> log;
  std::size_t event_epochs = 0;  ///< epochs in the file of scalars, written by this process

  template <class Function>
  auto on_device(Function&& function) {
    return thread->run(options.compute_threads, std::forward<Function>(function));
  }

  void build(const nnunet::ConfigurationPlan& configuration,
             const nnunet::DatasetDescription& dataset) {
    networks::NetworkSpec spec = networks::network_spec(configuration, dataset);
    networks::refuse_dropout(configuration.architecture, "configuration " + configuration.name);
    if (options.batch_norm) spec.norm = networks::NormKind::kBatch;
    loss = loss_options(options, dataset.labels, configuration.batch_dice);
    weights = networks::deep_supervision_weights(options.deep_supervision ? spec.stages() - 1 : 1);
    options.mirror_axes = mirror_axes_of(options, spec.dimensions);
    thread = torch_bridge::DeviceThread::open(device);
    const std::uint64_t seed =
        stable_hash("train/" + options.configuration + "/" + options.fold, options.seed);
    on_device([&] {
      network = std::make_unique<networks::UNet>(spec);
      network->initialise(seed);
      network->move_to(device);
      network->require_gradients(true);
      network->set_precision(networks::parse_precision(options.precision));
      optimiser = make_optimiser(*network, options);
    });
    if (device.cuda && options.half_precision) scaler.emplace(networks::GradScaler::State{});
  }

  void begin_epoch() {
    epoch = EpochRecord{};
    epoch.start_time = now_seconds();
    epoch.lr = learning_rate(options, info.current_epoch);
    if (!log) {
      std::error_code error;
      std::filesystem::create_directories(fold_folder, error);
      if (error) {
        throw Error(ErrorCode::kIo,
                    fold_folder.string() + ": cannot create the folder: " + error.message());
      }
      log = std::make_unique<TrainingTextLog>(fold_folder);
    }
    log->line("");
    log->line("Epoch " + std::to_string(info.current_epoch));
    log->line("Current learning rate: " + rounded(epoch.lr, 5));
  }

  /// Input and targets of a batch on the device.
  struct Tensors {
    at::Tensor input;
    std::vector<at::Tensor> targets;
  };
  [[nodiscard]] Tensors tensors(const nnunet::Batch& batch) const {
    const networks::NetworkSpec& spec = network->spec();
    std::vector<std::int64_t> shape(batch.extent.begin() + (3 - spec.dimensions),
                                    batch.extent.end());
    std::vector<std::int64_t> image_shape{batch.batch, batch.channels};
    image_shape.insert(image_shape.end(), shape.begin(), shape.end());
    std::vector<std::int64_t> seg_shape{batch.batch, batch.seg_channels};
    seg_shape.insert(seg_shape.end(), shape.begin(), shape.end());
    Tensors result;
    result.input = torch_bridge::view_of(std::span<const float>(batch.image), image_shape);
    const at::Tensor seg =
        torch_bridge::view_of(std::span<const std::int16_t>(batch.seg), seg_shape);
    result.targets =
        networks::target_pyramid(seg.select(1, 0).contiguous(), spec.strides, spec.dimensions);
    result.targets.resize(weights.size());
    if (device.cuda) {
      result.input = torch_bridge::copy_to(result.input, device);
      for (at::Tensor& target : result.targets) target = torch_bridge::copy_to(target, device);
    }
    return result;
  }

  [[nodiscard]] std::pair<at::Tensor, at::Tensor> forward(const Tensors& batch) const {
    const Autocast autocast(scaler.has_value());
    const std::vector<at::Tensor> outputs = network->forward(batch.input, options.deep_supervision);
    return {networks::deep_supervision_loss(outputs, batch.targets, weights, loss),
            outputs.front().detach()};
  }

  void train_step(const Tensors& batch) {
    network->set_training(true);
    optimiser->zero_grad();
    const at::Tensor value = forward(batch).first;
    (scaler ? scaler->scaled(value) : value).backward();
    const bool finite = !scaler || scaler->unscale(*network);
    if (finite) {
      optimiser->clip(options.gradient_clip);
      optimiser->step(epoch.lr);
    }
    if (scaler) scaler->update(finite);
    last_loss = value.item<double>();
    epoch.train_loss_sum += last_loss;
    ++epoch.train_batches;
    trained = true;
  }

  void validation_step(const Tensors& batch) {
    const c10::NoGradGuard no_grad;
    network->set_training(false);
    const auto [value, logits] = forward(batch);
    epoch.counts.add(networks::hard_counts(logits, batch.targets.front(), loss));
    last_loss = value.item<double>();
    epoch.val_loss_sum += last_loss;
    ++epoch.val_batches;
  }

  void check_batch(const nnunet::Batch& batch) const {
    if (batch.epoch != info.current_epoch) {
      throw Error(ErrorCode::kInternal,
                  "got a batch of epoch " + std::to_string(batch.epoch) + " in epoch " +
                      std::to_string(info.current_epoch) +
                      ": iterations, val_iterations and batch_size must equal the sources'");
    }
    const networks::NetworkSpec& spec = network->spec();
    const imaging::Extent3 divisor = spec.divisor();
    for (std::size_t axis = 0; axis < 3; ++axis) {
      if (batch.extent[axis] % divisor[axis] != 0) {
        throw Error(ErrorCode::kInvalidData,
                    "patch edge " + std::to_string(batch.extent[axis]) + " is not divisible by " +
                        std::to_string(divisor[axis]) + ", the product of the strides along axis " +
                        std::to_string(axis));
      }
    }
    if (batch.channels != spec.input_channels) {
      throw Error(ErrorCode::kInvalidData, "patches have " + std::to_string(batch.channels) +
                                               " channels, the network expects " +
                                               std::to_string(spec.input_channels));
    }
  }

  void check_loss(const nnunet::Batch& batch) const {
    if (scaler || std::isfinite(last_loss)) return;
    std::string cases;
    for (const std::string& id : batch.case_ids) cases += (cases.empty() ? "" : ", ") + id;
    throw Error(ErrorCode::kInvalidData,
                "the loss is not a number in epoch " + std::to_string(info.current_epoch) +
                    " on cases " + cases +
                    ": lower initial_lr, or look for infinities in these cases");
  }

  nnunet::TrainedModel model() {
    nnunet::TrainedModel model;
    model.folder = model_folder;
    model.folds = {options.fold};
    model.configuration = options.configuration;
    model.trainer = options.trainer;
    model.mirror_axes = info.mirror_axes;
    model.weights_digest = on_device([&] { return networks::weights_digest(*network); });
    return model;
  }

  void write(const Publish& publish, const std::string& name) {
    if (!options.checkpoints && name != kFinalCheckpoint) return;
    Artifact artifact = publish(fold_folder / name);
    if (scaler) info.grad_scaler = scaler->state();
    on_device([&] { networks::write_checkpoint(artifact.path(), *network, *optimiser, info); });
    artifact.commit();
  }

  void draw_progress(const Publish& publish) const {
    const Canvas picture = plot_progress(info.logging);
    Artifact artifact = publish(fold_folder / kProgress);
    imaging::write_png(artifact.path(), picture.pixels(),
                       static_cast<std::int64_t>(picture.height()),
                       static_cast<std::int64_t>(picture.width()));
    artifact.commit();
  }

  /// Appends the epochs that the file has not; the first time in a process it is written anew, so
  /// that what an interrupted run left behind is gone. Followers of the file see it grow.
  void write_events(const Publish& publish) {
    const std::filesystem::path path = fold_folder / kScalarEvents;
    const std::size_t epochs = info.logging.epoch_end_timestamps.size();
    if (event_epochs == 0 || !std::filesystem::exists(path)) {
      publish(path).write_and_commit(scalar_events(info.logging, 0));
    } else {
      append_text(path, scalar_events(info.logging, event_epochs));
    }
    event_epochs = epochs;
  }
};

Trainer::Trainer(TrainerOptions options,
                 const nnunet::Plans& plans,
                 const nnunet::DatasetDescription& dataset,
                 std::filesystem::path model_folder)
    : impl_(std::make_unique<Impl>()) {
  impl_->device = torch_bridge::parse_device(options.device);
  impl_->model_folder = std::move(model_folder);
  impl_->fold_folder = impl_->model_folder / ("fold_" + options.fold);
  impl_->options = std::move(options);
  impl_->build(plans.configuration(impl_->options.configuration), dataset);
  networks::CheckpointInfo& info = impl_->info;
  info.trainer_name = impl_->options.trainer;
  info.configuration = impl_->options.configuration;
  info.fold = impl_->options.fold;
  info.device = impl_->device.text();
  info.plans = plans.document();
  info.dataset_json = dataset.json;
  if (!impl_->options.mirror_axes->empty()) info.mirror_axes = impl_->options.mirror_axes;
  info.initial_lr = impl_->options.initial_lr;
  info.lr = info.initial_lr;
}

Trainer::~Trainer() {
  if (!impl_->thread) return;
  impl_->on_device([&] {
    impl_->optimiser.reset();
    impl_->network.reset();
  });
}

std::int64_t Trainer::resume() {
  Impl& impl = *impl_;
  return impl.on_device([&]() -> std::int64_t {
    const auto path = find_resume_checkpoint(impl.fold_folder);
    if (!path) return 0;
    const networks::CheckpointFile file(*path);
    if (file.info().configuration != impl.options.configuration) {
      throw Error(ErrorCode::kInvalidData, path->string() + ": is of configuration '" +
                                               file.info().configuration + "', expected '" +
                                               impl.options.configuration + "'");
    }
    file.load_weights(*impl.network);
    file.load_optimiser(*impl.network, *impl.optimiser);
    impl.info.current_epoch = file.info().current_epoch;
    impl.info.best_ema = file.info().best_ema;
    impl.info.logging = file.info().logging;
    if (impl.scaler && file.info().grad_scaler) impl.scaler.emplace(*file.info().grad_scaler);
    return impl.info.current_epoch;
  });
}

void Trainer::load_pretrained() {
  Impl& impl = *impl_;
  impl.on_device([&] {
    networks::CheckpointFile(impl.options.pretrained_weights).load_pretrained(*impl.network);
  });
}

std::string Trainer::weights_digest() const { return impl_->model().weights_digest; }

std::int64_t Trainer::finished_epochs() const { return impl_->info.current_epoch; }
double Trainer::last_loss() const { return impl_->last_loss; }
std::int64_t Trainer::batches_done() const {
  return impl_->epoch.train_batches + impl_->epoch.val_batches;
}

bool Trainer::step(const nnunet::Batch& batch) {
  Impl& impl = *impl_;
  impl.check_batch(batch);
  if (batches_done() == 0) impl.begin_epoch();
  impl.on_device([&] {
    const Impl::Tensors tensors = impl.tensors(batch);
    if (batch.validation) {
      impl.validation_step(tensors);
    } else {
      impl.train_step(tensors);
    }
  });
  impl.check_loss(batch);
  return batches_done() == impl.options.iterations + impl.options.val_iterations;
}

std::string Trainer::finish_epoch(const Publish& publish, bool checkpoint_now) {
  Impl& impl = *impl_;
  networks::TrainingLog& log = impl.info.logging;
  append_epoch(impl.epoch, now_seconds(), log);
  impl.log->line("train_loss " + rounded(log.train_losses.back(), 4));
  impl.log->line("val_loss " + rounded(log.val_losses.back(), 4));
  impl.log->line("Pseudo dice " + dice_list(log.dice_per_class_or_region.back()));
  const double seconds = log.epoch_end_timestamps.back() - log.epoch_start_timestamps.back();
  impl.log->line("Epoch time: " + rounded(seconds, 2) + " s");
  impl.info.lr = impl.epoch.lr;
  impl.epoch = EpochRecord{};
  const std::int64_t done = ++impl.info.current_epoch;
  if (is_best(log, impl.info.best_ema)) {
    impl.info.best_ema = log.ema_fg_dice.back();
    impl.log->line("Yayy! New best EMA pseudo Dice: " + rounded(*impl.info.best_ema, 4));
    impl.write(publish, kBestCheckpoint);
  }
  // After the best one, so that a resumed run compares with what this run has reached.
  const bool due = done % impl.options.checkpoint_every == 0 && done != impl.options.epochs;
  if (due || checkpoint_now) impl.write(publish, kLatestCheckpoint);
  impl.write_events(publish);
  impl.draw_progress(publish);
  return epoch_line(log);
}

nnunet::TrainedModel Trainer::finish(const Publish& publish) {
  Impl& impl = *impl_;
  if (impl.info.current_epoch < impl.options.epochs) {
    throw Error(ErrorCode::kInternal, "batches ended after " +
                                          std::to_string(impl.info.current_epoch) + " of " +
                                          std::to_string(impl.options.epochs) + " epochs");
  }
  if (impl.trained || !std::filesystem::exists(impl.fold_folder / kFinalCheckpoint)) {
    impl.write(publish, kFinalCheckpoint);
    if (impl.log) impl.log->line("Training done.");
  }
  // They come after an epoch's checkpoint; a run may have ended in between.
  if (!std::filesystem::exists(impl.fold_folder / kScalarEvents)) impl.write_events(publish);
  if (!std::filesystem::exists(impl.fold_folder / kProgress)) impl.draw_progress(publish);
  std::filesystem::remove(impl.fold_folder / kLatestCheckpoint);
  return impl.model();
}

nnunet::TrainedModel Trainer::load(const std::string& checkpoint) {
  Impl& impl = *impl_;
  impl.on_device([&] {
    const networks::CheckpointFile file(impl.fold_folder / checkpoint);
    file.load_weights(*impl.network);
    impl.info.mirror_axes = file.info().mirror_axes;
  });
  nnunet::TrainedModel model = impl.model();
  model.checkpoint = checkpoint;
  return model;
}

}  // namespace nnflow::train
