// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "end_stages.hpp"

#include <utility>

#include "exec/stage_context.hpp"

namespace nnflow::runtime {
namespace {

template <class T>
std::shared_ptr<T> checked(const std::shared_ptr<Channel>& channel, const std::string& stage) {
  auto own = std::dynamic_pointer_cast<T>(channel);
  if (own != nullptr) return own;
  throw Error(ErrorCode::kInvalidPipeline,
              "inside a foreach a program can neither feed a stage nor collect from one")
      .with_context("stage " + stage);
}

class FedSource final : public Source, public ProgramStage {
 public:
  explicit FedSource(const StageConfig& config) : id_(config.stage()) {}

  void bind(std::shared_ptr<Channel> channel) override {
    channel_ = checked<FeedChannel>(channel, id_);
  }
  void attach(std::shared_ptr<Gate> gate, std::size_t position) override {
    channel_->attach([gate = std::move(gate), position] { gate->kick(position); });
  }
  [[nodiscard]] bool waiting() const override { return waiting_; }

  void open(Context& /*ctx*/) override {
    if (std::exchange(opened_, true)) {
      throw Error(ErrorCode::kInvalidPipeline,
                  "a program gives its items once, and a later phase reads them again");
    }
  }
  bool next(Emitter& out) override {
    auto entry = channel_->pop(waiting_);
    if (!entry) return false;
    out.begin_item(std::move(entry->id), std::move(entry->info));
    dynamic_cast<StageContext&>(out).put(kProgramPort, std::move(entry->value));
    return true;
  }

 private:
  const std::string id_;
  std::shared_ptr<FeedChannel> channel_;
  bool opened_ = false;
  bool waiting_ = false;
};

/// Keeps an item's place in flight.
class Place {
 public:
  Place(std::shared_ptr<const Item> item, std::shared_ptr<Gate> gate)
      : item_(std::move(item)), gate_(std::move(gate)) {
    gate_->hold();
  }
  ~Place() {
    item_.reset();
    gate_->let_go();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::shared_ptr<const Item> item_;
  std::shared_ptr<Gate> gate_;
};

class CollectedSink final : public ReduceStage, public ProgramStage {
 public:
  explicit CollectedSink(const StageConfig& config) : id_(config.stage()) {}

  void bind(std::shared_ptr<Channel> channel) override {
    channel_ = checked<CollectChannel>(channel, id_);
  }
  void attach(std::shared_ptr<Gate> gate, std::size_t /*position*/) override {
    gate_ = std::move(gate);
  }
  [[nodiscard]] bool waiting() const override { return false; }

  void accumulate(Context& ctx) override {
    auto& context = dynamic_cast<StageContext&>(ctx);
    channel_->deliver({ctx.item(), ctx.ordinal(), context.give(kProgramPort),
                       std::make_shared<Place>(context.shared_item(), gate_)});
  }
  void finish(Context& /*ctx*/) override {}

 private:
  const std::string id_;
  std::shared_ptr<CollectChannel> channel_;
  std::shared_ptr<Gate> gate_;
};

template <class S>
StageFactory factory() {
  return [](const StageConfig& config) -> std::unique_ptr<Stage> {
    return std::make_unique<S>(config);
  };
}

StageSpec spec_of(const std::string& id, StageShape shape, const std::string& summary) {
  StageSpec spec;
  spec.description.id = id;
  spec.description.shape = shape;
  spec.summary(summary);
  return spec;
}

}  // namespace

LoadedStage make_program_source(const std::string& id,
                                const PayloadType& type,
                                const std::string& summary) {
  StageSpec spec = spec_of(id, StageShape::kSource, summary);
  const std::string port(kProgramPort);
  spec.description.outputs.push_back(
      {port, std::string(type.id), "what the program pushes", false, false});
  spec.payload_types[port] = &type;
  return {std::move(spec), factory<FedSource>()};
}

LoadedStage make_program_sink(const std::string& id,
                              const PayloadType& type,
                              const std::string& summary) {
  StageSpec spec = spec_of(id, StageShape::kReduce, summary);
  spec.description.inputs.push_back(
      {std::string(kProgramPort), std::string(type.id), "what the program gets", false, false});
  return {std::move(spec), factory<CollectedSink>()};
}

}  // namespace nnflow::runtime
