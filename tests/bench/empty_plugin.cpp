// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Stages that do nothing, to measure what the engine itself costs.
#include "nnflow/nnflow.hpp"

namespace empty {

struct Token {
  std::int64_t value = 0;
};

}  // namespace empty

template <>
struct nnflow::PayloadTraits<empty::Token> {
  static constexpr std::string_view kId = "empty.token/1";
  static std::size_t bytes(const empty::Token&) { return sizeof(empty::Token); }
};

namespace empty {

struct SourceParams {
  std::int64_t count = 1;
};

class Source final : public nnflow::Source {
 public:
  static constexpr nnflow::Out<Token> kOut{"token"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Emit tokens").output(kOut, "a token");
    spec.params<SourceParams>().field("count", &SourceParams::count, "how many");
  }
  explicit Source(const nnflow::StageConfig& config) : params_(config.params<SourceParams>()) {}
  bool next(nnflow::Emitter& out) override {
    if (next_ >= params_.count) return false;
    out.begin_item(std::to_string(next_));
    out.emit(kOut, Token{next_++});
    return true;
  }

 private:
  const SourceParams params_;
  std::int64_t next_ = 0;
};

class Pass final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<Token> kIn{"token"};
  static constexpr nnflow::Out<Token> kOut{"token"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Pass a token on").input(kIn, "a token").output(kOut, "the same token");
  }
  explicit Pass(const nnflow::StageConfig&) {}
  void process(nnflow::Context& ctx) const override { ctx.pass(kIn, kOut); }
};

class Sink final : public nnflow::ReduceStage {
 public:
  static constexpr nnflow::In<Token> kIn{"token"};
  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Check the order of tokens").input(kIn, "a token");
  }
  explicit Sink(const nnflow::StageConfig&) {}
  void accumulate(nnflow::Context& ctx) override {
    if (ctx.get(kIn).value != next_++)
      throw nnflow::Error(nnflow::ErrorCode::kInternal, "out of order");
  }
  void finish(nnflow::Context&) override {}

 private:
  std::int64_t next_ = 0;
};

}  // namespace empty

NNFLOW_PLUGIN("empty", "1.0.0") {
  registry.add<empty::Source>("empty.source");
  registry.add<empty::Pass>("empty.pass");
  registry.add<empty::Sink>("empty.sink");
}
