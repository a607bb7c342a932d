// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "nnflow/testing.hpp"

#include "pipeline/yaml.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow::testing {
namespace {

using Values = std::map<std::string, Payload, std::less<>>;

}  // namespace

struct StageRunner::Impl {
  Impl(std::string id, std::string_view yaml, std::string name_)
      : plugins(runtime::PluginSet::default_search({})), name(std::move(name_)) {
    if (plugins.describe(id) == nullptr) throw Error(ErrorCode::kPlugin, plugins.why_missing(id));
    const runtime::LoadedStage& loaded = plugins.stage(id);
    spec = &loaded.spec;
    runtime::Findings findings;
    const runtime::Document document = runtime::parse_yaml(yaml, "params", findings);
    if (runtime::has_errors(findings))
      throw Error(ErrorCode::kInvalidParam, runtime::format_findings(findings));
    std::vector<ParamError> errors;
    auto params = loaded.spec.binding.bind(
        document.root.is_null() ? Value(Value::Object{}) : document.root, errors);
    if (params == nullptr) {
      throw Error(ErrorCode::kInvalidParam,
                  id + ": " + errors.front().field + ": " + errors.front().message);
    }
    stage = loaded.factory(StageConfig(name, std::move(params)));
  }

  runtime::PluginSet plugins;
  std::string name;
  const StageSpec* spec = nullptr;
  std::unique_ptr<Stage> stage;
  std::vector<Values> members{1};
  Values once;
  std::string item = "item";
  std::uint64_t ordinal = 0;
  std::uint64_t seed = 1234;
  int threads = 1;
  bool cancelled = false;
  bool forced = false;
  Value upstream{Value::Object{}};
  bool opened = false;
  std::vector<std::string> log;
  std::map<std::string, std::shared_ptr<void>> scratch;
};

namespace {

class RunnerContext final : public Emitter {
 public:
  RunnerContext(runtime::PluginSet& plugins,
                const StageSpec& spec,
                std::string name,
                std::vector<Values>* members,
                Values* once,
                std::string item,
                std::uint64_t ordinal,
                std::uint64_t seed,
                int threads,
                bool cancelled,
                bool forced,
                const Value* upstream,
                std::vector<std::string>* log,
                std::map<std::string, std::shared_ptr<void>>* scratch)
      : plugins_(plugins),
        spec_(spec),
        name_(std::move(name)),
        members_(members),
        once_(once),
        item_(std::move(item)),
        ordinal_(ordinal),
        seed_(seed),
        threads_(threads),
        cancelled_(cancelled),
        forced_(forced),
        upstream_(upstream),
        log_(log),
        scratch_(scratch) {}

  Outputs outputs;
  bool begun = false;

  const std::string& item() const override { return item_; }
  std::uint64_t ordinal() const override { return ordinal_; }
  std::size_t size() const override { return members_->size(); }
  Rng rng() const override { return Rng(seed_, name_, item_); }
  std::uint64_t seed() const override { return seed_; }
  int threads() const override { return threads_; }
  bool cancelled() const override { return cancelled_; }
  bool stop_requested() const override { return false; }
  bool forced() const override { return forced_; }
  Value upstream() const override { return *upstream_; }
  void progress(double /*done*/, double /*total*/, std::string_view /*text*/) override {}
  void log(LogLevel /*level*/, std::string_view text) override { log_->emplace_back(text); }
  Artifact artifact(const std::filesystem::path& target) override {
    return Artifact(
        target, [this](const std::filesystem::path& path) { outputs.artifacts.push_back(path); });
  }
  const InterfaceCatalog& interfaces() const override { return plugins_; }
  void begin_item(std::string id, ItemInfo info) override {
    begun = true;
    item_ = std::move(id);
    outputs.item = item_;
    outputs.info = std::move(info);
  }

 protected:
  const Payload* find_input(std::string_view port, std::size_t member) const override {
    const auto value = (*members_)[member].find(port);
    return value == (*members_)[member].end() ? nullptr : &value->second;
  }
  const Payload* find_once(std::string_view port) const override {
    const auto value = once_->find(port);
    return value == once_->end() ? nullptr : &value->second;
  }
  Payload take_input(std::string_view port, std::size_t member) override {
    auto node = (*members_)[member].extract((*members_)[member].find(port));
    return std::move(node.mapped());
  }
  void emit_payload(std::string_view port, Payload payload) override {
    const PortSpec* const declared = spec_.description.output(port);
    if (declared == nullptr || declared->payload != payload.id()) {
      throw Error(ErrorCode::kInternal, "output '" + std::string(port) + "' is not declared as " +
                                            std::string(payload.id()));
    }
    outputs.values_.insert_or_assign(std::string(port), std::move(payload));
  }
  std::shared_ptr<void>& scratch_slot(const char* type) override { return (*scratch_)[type]; }

 private:
  runtime::PluginSet& plugins_;
  const StageSpec& spec_;
  std::string name_;
  std::vector<Values>* members_;
  Values* once_;
  std::string item_;
  std::uint64_t ordinal_;
  std::uint64_t seed_;
  int threads_;
  bool cancelled_;
  bool forced_;
  const Value* upstream_;
  std::vector<std::string>* log_;
  std::map<std::string, std::shared_ptr<void>>* scratch_;
};

template <class I>
RunnerContext make_context(I& impl) {
  return RunnerContext(impl.plugins, *impl.spec, impl.name, &impl.members, &impl.once, impl.item,
                       impl.ordinal, impl.seed, impl.threads, impl.cancelled, impl.forced,
                       &impl.upstream, &impl.log, &impl.scratch);
}

template <class Shape>
Shape& as_shape(Stage& stage, const char* what) {
  auto* const shape = dynamic_cast<Shape*>(&stage);
  if (shape == nullptr) throw Error(ErrorCode::kInternal, std::string("the stage is no ") + what);
  return *shape;
}

}  // namespace

StageRunner::StageRunner(std::string stage_id, std::string_view params_yaml, std::string name)
    : impl_(std::make_unique<Impl>(std::move(stage_id), params_yaml, std::move(name))) {}
StageRunner::~StageRunner() = default;

StageRunner& StageRunner::put_payload(std::string_view port, Payload value) {
  const PortSpec* const declared = impl_->spec->description.input(port);
  if (declared == nullptr || declared->payload != value.id()) {
    throw Error(ErrorCode::kInternal,
                "input '" + std::string(port) + "' is not declared as " + std::string(value.id()));
  }
  Values& values = declared->once ? impl_->once : impl_->members.back();
  values.insert_or_assign(std::string(port), std::move(value));
  return *this;
}
StageRunner& StageRunner::item(std::string id, std::uint64_t ordinal) {
  impl_->item = std::move(id);
  impl_->ordinal = ordinal;
  return *this;
}
StageRunner& StageRunner::seed(std::uint64_t seed) {
  impl_->seed = seed;
  return *this;
}
StageRunner& StageRunner::threads(int threads) {
  impl_->threads = threads;
  return *this;
}
StageRunner& StageRunner::cancel() {
  impl_->cancelled = true;
  return *this;
}
StageRunner& StageRunner::force() {
  impl_->forced = true;
  return *this;
}
StageRunner& StageRunner::upstream(Value stages) {
  impl_->upstream = std::move(stages);
  return *this;
}
StageRunner& StageRunner::next_member() {
  impl_->members.emplace_back();
  return *this;
}

Outputs StageRunner::run() {
  if (impl_->members.size() > 1 && impl_->members.back().empty()) impl_->members.pop_back();
  RunnerContext ctx = make_context(*impl_);
  if (auto* const map = dynamic_cast<MapStage*>(impl_->stage.get())) {
    map->process(ctx);
  } else if (auto* const group = dynamic_cast<GroupStage*>(impl_->stage.get())) {
    group->process(ctx);
  } else {
    as_shape<ReduceStage>(*impl_->stage, "map, group or reduce").accumulate(ctx);
  }
  impl_->members.assign(1, {});
  return std::move(ctx.outputs);
}

std::size_t StageRunner::group_size() {
  RunnerContext ctx = make_context(*impl_);
  return as_shape<GroupStage>(*impl_->stage, "group").group_size(ctx);
}

Outputs StageRunner::finish() {
  RunnerContext ctx = make_context(*impl_);
  as_shape<ReduceStage>(*impl_->stage, "reduce").finish(ctx);
  return std::move(ctx.outputs);
}

std::uint64_t StageRunner::resume_point() {
  RunnerContext ctx = make_context(*impl_);
  return as_shape<ReduceStage>(*impl_->stage, "reduce").resume_point(ctx);
}

bool StageRunner::next(Outputs& out) {
  auto& source = as_shape<Source>(*impl_->stage, "source");
  if (!impl_->opened) {
    RunnerContext ctx = make_context(*impl_);
    source.open(ctx);
    impl_->opened = true;
  }
  RunnerContext ctx = make_context(*impl_);
  if (!source.next(ctx)) return false;
  out = std::move(ctx.outputs);
  return true;
}

void StageRunner::seek(std::uint64_t ordinal) {
  auto& source = as_shape<Source>(*impl_->stage, "source");
  if (!impl_->opened) {
    RunnerContext ctx = make_context(*impl_);
    source.open(ctx);
    impl_->opened = true;
  }
  source.seek(ordinal);
}

std::vector<Outputs> StageRunner::drain() {
  std::vector<Outputs> all;
  Outputs out;
  while (next(out)) {
    all.push_back(std::move(out));
    out = Outputs();
  }
  return all;
}

const StageDescription& StageRunner::description() const { return impl_->spec->description; }
const std::vector<std::string>& StageRunner::log() const { return impl_->log; }

}  // namespace nnflow::testing
