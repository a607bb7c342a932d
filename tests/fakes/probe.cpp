// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// A plugin of stages that watch the engine: how much is alive, how many calls run at once.
#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#include "nnflow/nnflow.hpp"

namespace probe {

/// Values alive in this process, and their bytes, with the most that were seen.
struct Alive {
  std::atomic<std::int64_t> items{0};
  std::atomic<std::int64_t> most_items{0};
  std::atomic<std::int64_t> bytes{0};
  std::atomic<std::int64_t> most_bytes{0};

  static Alive& instance() {
    static Alive alive;
    return alive;
  }
  static void raise(std::atomic<std::int64_t>& most, std::int64_t value) {
    std::int64_t seen = most;
    while (seen < value && !most.compare_exchange_weak(seen, value)) {
    }
  }
  void add(std::int64_t size) {
    raise(most_items, ++items);
    raise(most_bytes, bytes += size);
  }
  void remove(std::int64_t size) {
    --items;
    bytes -= size;
  }
  void reset() {
    most_items = items.load();
    most_bytes = bytes.load();
  }
};

/// Memory that is counted while it lives.
class Balloon {
 public:
  Balloon() = default;
  Balloon(std::size_t size, unsigned char fill) : data_(size, fill) { count(); }
  Balloon(const Balloon& other) : data_(other.data_) { count(); }
  Balloon(Balloon&& other) noexcept : data_(std::move(other.data_)) { other.data_.clear(); }
  Balloon& operator=(const Balloon&) = delete;
  Balloon& operator=(Balloon&& other) noexcept {
    release();
    data_ = std::move(other.data_);
    other.data_.clear();
    return *this;
  }
  ~Balloon() { release(); }
  [[nodiscard]] std::vector<unsigned char>& data() { return data_; }
  [[nodiscard]] const std::vector<unsigned char>& data() const { return data_; }

 private:
  void count() {
    if (!data_.empty()) Alive::instance().add(static_cast<std::int64_t>(data_.size()));
  }
  void release() {
    if (!data_.empty()) Alive::instance().remove(static_cast<std::int64_t>(data_.size()));
  }
  std::vector<unsigned char> data_;
};

struct Report {
  std::string text;
};

}  // namespace probe

template <>
struct nnflow::PayloadTraits<probe::Balloon> {
  static constexpr std::string_view kId = "probe.balloon/1";
  static std::size_t bytes(const probe::Balloon& b) { return b.data().size(); }
};
template <>
struct nnflow::PayloadTraits<probe::Report> {
  static constexpr std::string_view kId = "probe.report/1";
  static std::size_t bytes(const probe::Report& r) { return r.text.size(); }
  static void save(const probe::Report& r, std::string& out) { out += r.text; }
  static probe::Report load(std::string_view text) { return {std::string(text)}; }
};

namespace probe {

struct InflateParams {
  std::int64_t count = 10;
  std::int64_t smallest_bytes = 1024;
  std::int64_t largest_bytes = 1024;
};

class Inflate final : public nnflow::Source {
 public:
  static constexpr nnflow::Out<Balloon> kOut{"balloon"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Emit memory of random sizes").output(kOut, "some memory");
    spec.params<InflateParams>()
        .field("count", &InflateParams::count, "how many", nnflow::Minimum{0})
        .field("smallest_bytes", &InflateParams::smallest_bytes, "smallest size",
               nnflow::Minimum{1}, nnflow::Unit{"bytes"})
        .field("largest_bytes", &InflateParams::largest_bytes, "largest size", nnflow::Minimum{1},
               nnflow::Unit{"bytes"});
  }
  explicit Inflate(const nnflow::StageConfig& config) : params_(config.params<InflateParams>()) {}
  void open(nnflow::Context& ctx) override {
    next_ = 0;
    seed_ = ctx.seed();
    Alive::instance().reset();
  }
  bool next(nnflow::Emitter& out) override {
    if (next_ >= params_.count) return false;
    nnflow::Rng rng(seed_, "inflate", std::to_string(next_));
    const auto range =
        static_cast<std::uint64_t>(params_.largest_bytes - params_.smallest_bytes) + 1;
    const auto size = static_cast<std::size_t>(params_.smallest_bytes) + rng.integer(range);
    out.begin_item("b" + std::to_string(next_), {.digest = {}, .bytes = size});
    out.emit(kOut, Balloon(size, static_cast<unsigned char>(next_)));
    ++next_;
    return true;
  }

 private:
  const InflateParams params_;
  std::int64_t next_ = 0;
  std::uint64_t seed_ = 0;
};

struct WorkParams {
  int passes = 1;
  int delay_us = 0;
};

class Work final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<Balloon> kIn{"balloon"};
  static constexpr nnflow::Out<Balloon> kOut{"balloon"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Change memory in place").input(kIn, "some memory").output(kOut, "the same");
    spec.params<WorkParams>()
        .field("passes", &WorkParams::passes, "how often", nnflow::Minimum{0})
        .field("delay_us", &WorkParams::delay_us, "how long to wait", nnflow::Minimum{0},
               nnflow::Unit{"us"});
  }
  explicit Work(const nnflow::StageConfig& config) : params_(config.params<WorkParams>()) {}
  void process(nnflow::Context& ctx) const override {
    Balloon balloon = ctx.take(kIn);
    for (int pass = 0; pass < params_.passes; ++pass) {
      for (unsigned char& byte : balloon.data()) byte = static_cast<unsigned char>(byte + 1);
    }
    if (params_.delay_us > 0)
      std::this_thread::sleep_for(std::chrono::microseconds(params_.delay_us));
    ctx.emit(kOut, std::move(balloon));
  }

 private:
  const WorkParams params_;
};

class Join final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<Balloon> kLeft{"left"};
  static constexpr nnflow::In<Balloon> kRight{"right"};
  static constexpr nnflow::Out<Balloon> kOut{"balloon"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Add two pieces of memory").output(kOut, "their sum");
    spec.input(kLeft, "some memory").input(kRight, "as much memory");
  }
  explicit Join(const nnflow::StageConfig&) {}
  void process(nnflow::Context& ctx) const override {
    Balloon left = ctx.take(kLeft);
    const Balloon& right = ctx.get(kRight);
    for (std::size_t i = 0; i < left.data().size(); ++i)
      left.data()[i] = static_cast<unsigned char>(left.data()[i] + right.data()[i]);
    ctx.emit(kOut, std::move(left));
  }
};

class Hash final : public nnflow::ReduceStage {
 public:
  static constexpr nnflow::In<Balloon> kIn{"balloon"};
  static constexpr nnflow::OnceOut<Report> kOut{"report"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Hash all memory; tell the most items and bytes that were alive")
        .input(kIn, "some memory")
        .output(kOut, "hash, most items, most bytes");
  }
  explicit Hash(const nnflow::StageConfig&) {}
  void accumulate(nnflow::Context& ctx) override {
    const std::vector<unsigned char>& data = ctx.get(kIn).data();
    for (std::size_t i = 0; i + 8 <= data.size(); i += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, data.data() + i, 8);
      hash_ = (hash_ ^ word) * 1099511628211ULL;
    }
  }
  void finish(nnflow::Context& ctx) override {
    const Alive& alive = Alive::instance();
    const std::string text = std::to_string(hash_) + " " + std::to_string(alive.most_items) + " " +
                             std::to_string(alive.most_bytes);
    ctx.log(nnflow::LogLevel::kInfo, text);
    ctx.emit(kOut, Report{text});
  }

 private:
  std::uint64_t hash_ = 14695981039346656037ULL;
};

struct InsideParams {
  int delay_us = 500;
};

/// Counts the calls that run at once, over all stages of this kind with the same id.
class Inside final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<Balloon> kIn{"balloon"};
  static constexpr nnflow::Out<Report> kOut{"report"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Tell how many calls run at once").input(kIn, "some memory");
    spec.output(kOut, "the number");
    spec.params<InsideParams>().field("delay_us", &InsideParams::delay_us, "how long to stay",
                                      nnflow::Minimum{0}, nnflow::Unit{"us"});
  }
  explicit Inside(const nnflow::StageConfig& config) : params_(config.params<InsideParams>()) {}
  void process(nnflow::Context& ctx) const override {
    const int now = ++inside_;
    std::this_thread::sleep_for(std::chrono::microseconds(params_.delay_us));
    --inside_;
    ctx.emit(kOut, Report{std::to_string(now)});
  }

 private:
  const InsideParams params_;
  mutable std::atomic<int> inside_{0};
};

class Most final : public nnflow::ReduceStage {
 public:
  static constexpr nnflow::In<Report> kIn{"report"};
  static constexpr nnflow::OnceOut<Report> kOut{"report"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Keep the largest number").input(kIn, "a number").output(kOut, "the largest");
  }
  explicit Most(const nnflow::StageConfig&) {}
  void accumulate(nnflow::Context& ctx) override {
    most_ = std::max(most_, std::stoi(ctx.get(kIn).text));
  }
  void finish(nnflow::Context& ctx) override { ctx.emit(kOut, Report{std::to_string(most_)}); }

 private:
  int most_ = 0;
};

}  // namespace probe

NNFLOW_PLUGIN("probe", "1.0.0") {
  registry.add<probe::Inflate>("probe.inflate");
  registry.add<probe::Work>("probe.work");
  registry.add<probe::Join>("probe.join");
  registry.add<probe::Hash>("probe.hash");
  registry.add<probe::Inside>("probe.inside");
  registry.add<probe::Most>("probe.most");
}
