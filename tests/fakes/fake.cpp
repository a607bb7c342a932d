// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// A plugin of small stages on numbers, for tests of the engine.
#include <atomic>
#include <chrono>
#include <thread>

#include "nnflow/nnflow.hpp"

namespace fake {

struct Number {
  std::int64_t value = 0;
};
struct Total {
  std::int64_t sum = 0;
  std::string order;  ///< the items in the order in which they came
};

}  // namespace fake

template <>
struct nnflow::PayloadTraits<fake::Number> {
  static constexpr std::string_view kId = "fake.number/1";
  static std::size_t bytes(const fake::Number&) { return sizeof(fake::Number); }
  static void save(const fake::Number& n, std::string& out) { out += std::to_string(n.value); }
  static fake::Number load(std::string_view text) { return {std::stoll(std::string(text))}; }
};
template <>
struct nnflow::PayloadTraits<fake::Total> {
  static constexpr std::string_view kId = "fake.total/1";
  static std::size_t bytes(const fake::Total& t) { return t.order.size(); }
  static void save(const fake::Total& t, std::string& out) {
    out += std::to_string(t.sum) + " " + t.order;
  }
  static fake::Total load(std::string_view text) {
    const std::size_t space = text.find(' ');
    return {std::stoll(std::string(text.substr(0, space))), std::string(text.substr(space + 1))};
  }
};

namespace fake {

struct NumbersParams {
  std::int64_t count = 10;
  std::int64_t first_ordinal = 0;
  std::int64_t ordinal_step = 1;
  std::string prefix = "n";
  bool digest = true;
  std::int64_t fail_at = -1;
  bool same_id = false;
};

class Numbers final : public nnflow::Source {
 public:
  static constexpr nnflow::Out<Number> kOut{"number"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Count from 0").output(kOut, "the next number");
    spec.params<NumbersParams>()
        .field("count", &NumbersParams::count, "how many", nnflow::Minimum{0})
        .field("first_ordinal", &NumbersParams::first_ordinal, "ordinal of the first item")
        .field("ordinal_step", &NumbersParams::ordinal_step, "distance of ordinals")
        .field("prefix", &NumbersParams::prefix, "start of the item ids")
        .field("digest", &NumbersParams::digest, "whether items can be cached")
        .field("fail_at", &NumbersParams::fail_at, "number at which the source fails")
        .field("same_id", &NumbersParams::same_id, "give all items one id");
  }
  explicit Numbers(const nnflow::StageConfig& config) : params_(config.params<NumbersParams>()) {}
  void open(nnflow::Context&) override { next_ = 0; }
  [[nodiscard]] std::optional<std::uint64_t> size() const override {
    return static_cast<std::uint64_t>(params_.count);
  }
  void seek(std::uint64_t ordinal) override {
    const auto wanted = static_cast<std::int64_t>(ordinal) - params_.first_ordinal;
    next_ = wanted <= 0 ? 0 : (wanted + params_.ordinal_step - 1) / params_.ordinal_step;
  }
  bool next(nnflow::Emitter& out) override {
    if (next_ >= params_.count) return false;
    if (next_ == params_.fail_at)
      throw nnflow::Error(nnflow::ErrorCode::kInvalidData, "the source broke");
    const std::string id = params_.prefix + (params_.same_id ? "" : std::to_string(next_));
    out.begin_item(id, {.digest = params_.digest ? id : "",
                        .bytes = 1,
                        .ordinal = static_cast<std::uint64_t>(params_.first_ordinal +
                                                              next_ * params_.ordinal_step)});
    out.emit(kOut, Number{next_++});
    return true;
  }

 private:
  const NumbersParams params_;
  std::int64_t next_ = 0;
};

struct AddParams {
  std::int64_t amount = 1;
  int delay_us = 0;
  std::int64_t fail_on = -1;
  std::int64_t drop_on = -1;
  std::int64_t log_on = -1;
  std::string error = "invalid_data";
  bool random = false;
};

class Add final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<Number> kIn{"number"};
  static constexpr nnflow::OnceIn<Total> kTotal{"total"};
  static constexpr nnflow::Out<Number> kOut{"number"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Add to a number").input(kIn, "a number").output(kOut, "the sum");
    spec.optional_input(kTotal, "added too when fed");
    spec.params<AddParams>()
        .field("amount", &AddParams::amount, "what to add")
        .field("delay_us", &AddParams::delay_us, "longest random delay", nnflow::Range{0, 1e6},
               nnflow::Unit{"us"})
        .field("fail_on", &AddParams::fail_on, "number that fails")
        .field("drop_on", &AddParams::drop_on, "number without an output")
        .field("log_on", &AddParams::log_on, "number that is logged")
        .field("error", &AddParams::error, "kind of the failure",
               nnflow::Choices{{"invalid_data", "std", "internal", "filesystem"}})
        .field("random", &AddParams::random, "add a random number below 1000 as well");
  }
  explicit Add(const nnflow::StageConfig& config) : params_(config.params<AddParams>()) {}
  void process(nnflow::Context& ctx) const override {
    Number n = ctx.take(kIn);
    if (params_.delay_us > 0) {
      const auto delay =
          ctx.rng().split(7).integer(static_cast<std::uint64_t>(params_.delay_us) + 1);
      std::this_thread::sleep_for(std::chrono::microseconds(delay));
    }
    if (n.value == params_.log_on)
      ctx.log(nnflow::LogLevel::kInfo, "number " + std::to_string(n.value));
    if (n.value == params_.fail_on) {
      if (params_.error == "filesystem") (void)std::filesystem::file_size("/nowhere");
      if (params_.error == "std") throw std::runtime_error("a plain exception");
      if (params_.error == "internal") throw nnflow::Error(nnflow::ErrorCode::kInternal, "a bug");
      ctx.fail("number " + std::to_string(n.value) + " is unlucky");
    }
    if (n.value == params_.drop_on) return;
    n.value += params_.amount;
    if (params_.random) n.value += static_cast<std::int64_t>(ctx.rng().integer(1000));
    if (ctx.has(kTotal)) n.value += ctx.get(kTotal).sum;
    ctx.emit(kOut, n);
  }

 private:
  const AddParams params_;
};

class Plus final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<Number> kLeft{"left"};
  static constexpr nnflow::In<Number> kRight{"right"};
  static constexpr nnflow::Out<Number> kOut{"number"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Add two numbers of one item").output(kOut, "the sum");
    spec.input(kLeft, "a number").optional_input(kRight, "another number");
  }
  explicit Plus(const nnflow::StageConfig&) {}
  void process(nnflow::Context& ctx) const override {
    ctx.emit(kOut, Number{ctx.get(kLeft).value + (ctx.has(kRight) ? ctx.get(kRight).value : 0)});
  }
};

/// As Plus, but takes its values instead of reading them.
class TakePlus final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<Number> kLeft{"left"};
  static constexpr nnflow::In<Number> kRight{"right"};
  static constexpr nnflow::Out<Number> kOut{"number"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Take and add two numbers").output(kOut, "the sum");
    spec.input(kLeft, "a number").input(kRight, "another number");
  }
  explicit TakePlus(const nnflow::StageConfig&) {}
  void process(nnflow::Context& ctx) const override {
    Number left = ctx.take(kLeft);
    left.value += ctx.take(kRight).value;
    ctx.emit(kOut, left);
  }
};

/// Looks at a number and sends it on.
class Look final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<Number> kIn{"number"};
  static constexpr nnflow::Out<Number> kOut{"number"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Send a number on as it is").input(kIn, "a number").output(kOut, "the same");
  }
  explicit Look(const nnflow::StageConfig&) {}
  void process(nnflow::Context& ctx) const override { ctx.pass(kIn, kOut); }
};

struct GroupParams {
  std::int64_t size = 2;
};

class Group final : public nnflow::GroupStage {
 public:
  static constexpr nnflow::In<Number> kIn{"number"};
  static constexpr nnflow::Out<Number> kOut{"number"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Add the numbers of a group").input(kIn, "a number").output(kOut, "their sum");
    spec.params<GroupParams>().field("size", &GroupParams::size, "members", nnflow::Minimum{1});
  }
  explicit Group(const nnflow::StageConfig& config) : params_(config.params<GroupParams>()) {}
  std::size_t group_size(nnflow::Context&) override {
    return static_cast<std::size_t>(params_.size);
  }
  void process(nnflow::Context& ctx) override {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < ctx.size(); ++i) sum += ctx.get(kIn, i).value;
    ctx.emit(kOut, Number{sum});
  }

 private:
  const GroupParams params_;
};

struct SumParams {
  std::int64_t resume = 0;
  std::int64_t unit = 0;
  bool upstream = false;
};

class Sum final : public nnflow::ReduceStage {
 public:
  static constexpr nnflow::In<Number> kIn{"number"};
  static constexpr nnflow::OnceOut<Total> kOut{"total"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Add all numbers and note their order")
        .input(kIn, "a number")
        .output(kOut, "the sum");
    spec.params<SumParams>()
        .field("resume", &SumParams::resume, "ordinal to go on from")
        .field("unit", &SumParams::unit, "ends a stopped run after so many items, 0 = never")
        .field("upstream", &SumParams::upstream, "note where the items come from");
  }
  explicit Sum(const nnflow::StageConfig& config) : params_(config.params<SumParams>()) {}
  std::uint64_t resume_point(nnflow::Context& ctx) override {
    if (params_.upstream) total_.order += ctx.upstream().to_json();
    return ctx.forced() ? 0 : static_cast<std::uint64_t>(params_.resume);
  }
  void accumulate(nnflow::Context& ctx) override {
    if (inside_.exchange(true))
      throw nnflow::Error(nnflow::ErrorCode::kInternal, "two calls at once");
    total_.sum += ctx.get(kIn).value;
    total_.order += ctx.item() + "@" + std::to_string(ctx.ordinal()) + ";";
    inside_ = false;
    if (params_.unit > 0 && ++items_ % params_.unit == 0 && ctx.stop_requested()) {
      throw nnflow::Error(nnflow::ErrorCode::kCancelled,
                          "stopped after " + std::to_string(items_) + " items");
    }
  }
  void finish(nnflow::Context& ctx) override { ctx.emit(kOut, total_); }

 private:
  const SumParams params_;
  std::atomic<bool> inside_{false};
  std::int64_t items_ = 0;
  Total total_;
};

class Count final : public nnflow::ReduceStage {
 public:
  static constexpr nnflow::In<Number> kIn{"number"};
  static constexpr nnflow::OnceOut<Total> kOut{"total"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Add all numbers in any order")
        .input(kIn, "a number")
        .output(kOut, "the sum")
        .order_free();
  }
  explicit Count(const nnflow::StageConfig&) {}
  void accumulate(nnflow::Context& ctx) override { total_.sum += ctx.get(kIn).value; }
  void finish(nnflow::Context& ctx) override { ctx.emit(kOut, total_); }

 private:
  Total total_;
};

struct WriteParams {
  std::string folder;
};

class Write final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<Number> kIn{"number"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Write a number to a file").input(kIn, "a number").writes_artifacts();
    spec.params<WriteParams>().field("folder", &WriteParams::folder, "where to",
                                     nnflow::Required{});
  }
  explicit Write(const nnflow::StageConfig& config) : params_(config.params<WriteParams>()) {}
  void process(nnflow::Context& ctx) const override {
    ctx.artifact(std::filesystem::path(params_.folder) / (ctx.item() + ".txt"))
        .write_and_commit(std::to_string(ctx.get(kIn).value) + "\n");
  }

 private:
  const WriteParams params_;
};

class Device final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<Number> kIn{"number"};
  static constexpr nnflow::Out<Number> kOut{"number"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Hold a device for a while").input(kIn, "a number").output(kOut, "the same");
    spec.uses("device", 1);
  }
  explicit Device(const nnflow::StageConfig&) {}
  void process(nnflow::Context& ctx) const override {
    static std::atomic<int> holders{0};
    if (++holders > 1)
      throw nnflow::Error(nnflow::ErrorCode::kInternal, "two stages hold the device");
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    --holders;
    ctx.emit(kOut, ctx.get(kIn));
  }
};

struct ListParams {
  std::string id = "e";
};

class List final : public nnflow::ReduceStage {
 public:
  static constexpr nnflow::OnceIn<Total> kTotal{"total"};
  static constexpr nnflow::OnceOut<nnflow::Elements> kOut{"elements"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("List the first numbers")
        .optional_input(kTotal, "unused")
        .output(kOut, "elements a and b");
    spec.params<ListParams>().field("id", &ListParams::id, "start of the ids");
  }
  explicit List(const nnflow::StageConfig& config) : params_(config.params<ListParams>()) {}
  void finish(nnflow::Context& ctx) override {
    nnflow::Elements list;
    for (const std::int64_t n : {3, 5}) {
      nnflow::Value values;
      values.set("count", n);
      const bool plain = params_.id == "e";
      list.items.push_back({plain ? "e" + std::to_string(n) : params_.id, values});
    }
    ctx.emit(kOut, list);
  }

 private:
  const ListParams params_;
};

}  // namespace fake

NNFLOW_PLUGIN("fake", "1.0.0") {
  registry.add<fake::Numbers>("fake.numbers");
  registry.add<fake::Add>("fake.add");
  registry.add<fake::Plus>("fake.plus");
  registry.add<fake::TakePlus>("fake.take_plus");
  registry.add<fake::Look>("fake.look");
  registry.add<fake::Group>("fake.group");
  registry.add<fake::Sum>("fake.sum");
  registry.add<fake::Count>("fake.count");
  registry.add<fake::Write>("fake.write");
  registry.add<fake::List>("fake.list");
  registry.add<fake::Device>("fake.device");
}
