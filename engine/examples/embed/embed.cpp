// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// A program with a pipeline inside: it pushes signals, takes the smoothed ones in the same order
// while others are still on their way, and reads what the pipeline made of all of them.
//
// usage: nnflow_embed PIPELINE RUN-FOLDER [WIDTH]
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <nnflow/engine.hpp>

namespace embed {

struct Signal {
  std::vector<double> samples;
};
struct Mean {
  double value = 0;
};

}  // namespace embed

template <>
struct nnflow::PayloadTraits<embed::Signal> {
  static constexpr std::string_view kId = "embed.signal/1";
  static std::size_t bytes(const embed::Signal& signal) {
    return signal.samples.size() * sizeof(double);
  }
};
template <>
struct nnflow::PayloadTraits<embed::Mean> {
  static constexpr std::string_view kId = "embed.mean/1";
  static std::size_t bytes(const embed::Mean&) { return sizeof(embed::Mean); }
};

namespace embed {

struct SmoothParams {
  std::int64_t width = 1;
};

/// A stage as a plugin would have it; this one is part of the program.
class Smooth final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<Signal> kIn{"signal"};
  static constexpr nnflow::Out<Signal> kOut{"signal"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Average neighbouring samples").input(kIn, "samples").output(kOut, "as many");
    spec.params<SmoothParams>().field("width", &SmoothParams::width, "neighbours on each side",
                                      nnflow::Minimum{0});
  }
  explicit Smooth(const nnflow::StageConfig& config) : params_(config.params<SmoothParams>()) {}
  void process(nnflow::Context& ctx) const override {
    const std::vector<double>& in = ctx.get(kIn).samples;
    const auto size = static_cast<std::int64_t>(in.size());
    Signal out;
    for (std::int64_t i = 0; i < size; ++i) {
      const std::int64_t begin = std::max<std::int64_t>(0, i - params_.width);
      const std::int64_t end = std::min(size, i + params_.width + 1);
      out.samples.push_back(std::accumulate(in.begin() + begin, in.begin() + end, 0.0) /
                            static_cast<double>(end - begin));
    }
    ctx.emit(kOut, std::move(out));
  }

 private:
  const SmoothParams params_;
};

class MeanOf final : public nnflow::ReduceStage {
 public:
  static constexpr nnflow::In<Signal> kIn{"signal"};
  static constexpr nnflow::OnceOut<Mean> kOut{"mean"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Mean of all samples").input(kIn, "samples").output(kOut, "their mean");
  }
  explicit MeanOf(const nnflow::StageConfig&) {}
  void accumulate(nnflow::Context& ctx) override {
    for (const double sample : ctx.get(kIn).samples) sum_ += sample;
    count_ += static_cast<double>(ctx.get(kIn).samples.size());
  }
  void finish(nnflow::Context& ctx) override {
    ctx.emit(kOut, Mean{count_ > 0 ? sum_ / count_ : 0});
  }

 private:
  double sum_ = 0;
  double count_ = 0;
};

void run(const std::string& file, const std::string& run_dir, const std::string& width) {
  nnflow::Engine engine;  // EngineOptions::installed() would look for plugins too
  engine.add_source<Signal>("embed.signals");
  engine.add_sink<Signal>("embed.smoothed");
  engine.add_plugin("embed", [](nnflow::Registry& registry) {
    registry.add<Smooth>("embed.smooth");
    registry.add<MeanOf>("embed.mean");
  });

  nnflow::Pipeline pipeline = engine.load(file);
  if (!width.empty()) pipeline.set("vars.width=" + width);
  auto signals = pipeline.feed<Signal>("signals");
  auto smoothed = pipeline.collect<Signal>("smoothed");
  nnflow::RunHandle handle = pipeline.start({.run_dir = run_dir});

  std::thread pushing([&signals] {
    for (int i = 0; i < 5; ++i) {
      // Waits while the pipeline has enough in flight; false when the run is over.
      if (!signals.push("signal_" + std::to_string(i), {{0.0, 3.0 * i, 0.0}})) return;
    }
    signals.close();
  });
  while (const auto item = smoothed.next()) {
    std::printf("%s:", item->id.c_str());
    for (const double sample : item->value.samples) std::printf(" %g", sample);
    std::printf("\n");
  }
  pushing.join();

  const nnflow::RunResult result = handle.wait();
  result.check();
  std::printf("mean: %g\n", result.get<Mean>("mean").value);
}

}  // namespace embed

int main(int argc, char** argv) {
  if (argc < 3 || argc > 4) {
    std::fprintf(stderr, "usage: nnflow_embed PIPELINE RUN-FOLDER [WIDTH]\n");
    return 2;
  }
  try {
    embed::run(argv[1], argv[2], argc == 4 ? argv[3] : "");
    return 0;
  } catch (const nnflow::Error& error) {
    std::fprintf(stderr, "%s\n", error.full_message().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  return 1;
}
