// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "fake_catalog.hpp"
#include "nnflow/error.hpp"
#include "pipeline/validate.hpp"

namespace nnflow::runtime {
namespace {

namespace fs = std::filesystem;

class Resolve : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / (std::string("nnflow_resolve_") +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& text) {
    const fs::path file = folder_ / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file;
  }

  std::shared_ptr<const ResolvedPipeline> resolve(const std::string& stages,
                                                  const std::string& rest = "") {
    return resolve_file(write("main.yaml", "nnflow: 1\n" + rest + "stages:\n" + stages));
  }

  std::shared_ptr<const ResolvedPipeline> resolve_file(const fs::path& file) {
    Findings findings;
    auto pipeline = resolve_pipeline(file, options_, catalog_, findings);
    EXPECT_EQ(format_findings(findings), "");
    return pipeline;
  }

  static std::string ids(const ResolvedPipeline& pipeline, const std::vector<std::size_t>& stages) {
    std::string text;
    for (const std::size_t stage : stages)
      text += (text.empty() ? "" : " ") + pipeline.stages[stage].id;
    return text;
  }

  /// "once stages | stream stages" of each phase, one phase a line.
  static std::string phases(const ResolvedPipeline& pipeline) {
    std::string text;
    for (const Phase& phase : pipeline.phases) {
      text += ids(pipeline, phase.once) + " | " + ids(pipeline, phase.stream) + "\n";
    }
    return text;
  }

  /// "port=stage.port+stage.port" of each input.
  static std::string inputs(const ResolvedPipeline& pipeline, const std::string& id) {
    const ResolvedStage& stage = pipeline.stages.at(pipeline.find_stage(id).value());
    std::string text;
    for (const InputWiring& wiring : stage.inputs) {
      text += (text.empty() ? "" : " ") + wiring.port + "=";
      for (std::size_t i = 0; i < wiring.sources.size(); ++i) {
        const PortRef& ref = wiring.sources[i];
        text += (i == 0 ? "" : "+") + pipeline.stages[ref.stage].id + "." + ref.port;
      }
      if (wiring.merge) text += "(merge)";
    }
    return text;
  }

  static std::string param(const ResolvedPipeline& pipeline,
                           const std::string& id,
                           const std::string& key) {
    return pipeline.stages.at(pipeline.find_stage(id).value()).params.find(key)->to_json();
  }

  fs::path folder_;
  ResolveOptions options_;
  test::FakeCatalog catalog_;
};

TEST_F(Resolve, WiresByNameByPortAndByMap) {
  const auto p = resolve(
      "  numbers: {use: numbers.count}\n"
      "  split: {use: numbers.split, from: numbers}\n"
      "  add: {use: numbers.add, from: {left: split.low, right: split.high}}\n"
      "  smooth: {use: numbers.smooth, from: split.low}\n"
      "  total: {use: numbers.sum, from: add.value}\n"
      "  scale: {use: numbers.scale, from: [smooth, total]}\n"
      "  print: {use: numbers.print, from: scale}\n");
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(inputs(*p, "split"), "value=numbers.value");
  EXPECT_EQ(inputs(*p, "add"), "left=split.low right=split.high");
  EXPECT_EQ(inputs(*p, "smooth"), "value=split.low");
  EXPECT_EQ(inputs(*p, "scale"), "value=smooth.value total=total.total");
}

TEST_F(Resolve, MergesStreamsInTheOrderGiven) {
  const auto p = resolve(
      "  a: {use: numbers.count}\n"
      "  b: {use: numbers.count}\n"
      "  sum: {use: numbers.sum, from: {value: {merge: [b, a.value]}}}\n"
      "  batch: {use: numbers.batch, from: {merge: [a, b]}}\n"
      "  print: {use: numbers.print, from: batch}\n");
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(inputs(*p, "sum"), "value=b.value+a.value(merge)");
  EXPECT_EQ(inputs(*p, "batch"), "value=a.value+b.value(merge)");
}

TEST_F(Resolve, StagesAreInTopologicalOrderWhateverTheFileSays) {
  const auto p = resolve(
      "  print: {use: numbers.print, from: smooth}\n"
      "  smooth: {use: numbers.smooth, from: numbers}\n"
      "  numbers: {use: numbers.count}\n");
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(p->stages[0].id, "numbers");
  EXPECT_EQ(p->stages[2].id, "print");
}

TEST_F(Resolve, AOnceOutputOfAStreamEndsAPhaseAndItemsAreReplayed) {
  const auto p = resolve(
      "  numbers: {use: numbers.count}\n"
      "  smooth: {use: numbers.smooth, from: numbers}\n"
      "  sum: {use: numbers.sum, from: smooth}\n"
      "  refine: {use: numbers.refine, from: sum}\n"
      "  scale: {use: numbers.scale, from: {value: smooth, total: refine.total}}\n"
      "  print: {use: numbers.print, from: scale}\n");
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(phases(*p), " | numbers smooth sum\nrefine | numbers smooth scale print\n");
}

TEST_F(Resolve, OnceStagesRunBeforeTheStreamOfTheirPhase) {
  const auto p = resolve(
      "  fixed: {use: numbers.fixed, params: {number: 1}}\n"
      "  refine: {use: numbers.refine, from: fixed}\n"
      "  numbers: {use: numbers.count}\n"
      "  scale: {use: numbers.scale, from: {value: numbers, total: refine.total}}\n"
      "  print: {use: numbers.print, from: scale}\n");
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(phases(*p), "fixed refine | numbers scale print\n");
}

TEST_F(Resolve, AStreamWaitsForItsReaders) {
  const auto p = resolve(
      "  a: {use: numbers.count}\n"
      "  sum: {use: numbers.sum, from: a}\n"
      "  b: {use: numbers.count}\n"
      "  scale: {use: numbers.scale, from: {value: b, total: sum.total}}\n"
      "  print: {use: numbers.print, from: scale}\n");
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(phases(*p), " | a sum\n | b scale print\n");
}

TEST_F(Resolve, AfterStartsANewPhase) {
  const auto p = resolve(
      "  a: {use: numbers.count}\n"
      "  print: {use: numbers.print, from: a}\n"
      "  fixed: {use: numbers.fixed, params: {number: 1}, after: print}\n"
      "  b: {use: numbers.count, after: [fixed]}\n"
      "  more: {use: numbers.print, from: b}\n");
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(phases(*p), " | a print\nfixed | b more\n");
  EXPECT_EQ(ids(*p, p->stages[p->find_stage("b").value()].after), "fixed");
}

TEST_F(Resolve, FillsDefaultsAndSubstitutesTypes) {
  const auto p = resolve(
      "  numbers: {use: numbers.count, params: {last: '${last}'}}\n"
      "  smooth: {use: numbers.smooth, from: numbers, params: {spacing: '${spacing}', mode: "
      "null}}\n"
      "  print: {use: numbers.print, from: smooth}\n",
      "vars: {last: {type: int, default: 7}, spacing: {type: 'number[3]', default: [1, 2, 3]}}\n");
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(param(*p, "numbers", "last"), "7");
  EXPECT_EQ(param(*p, "smooth", "spacing"), "[1,2,3]");
  EXPECT_EQ(param(*p, "smooth", "mode"), "\"edge\"");
  EXPECT_EQ(param(*p, "smooth", "order"), "3");
}

TEST_F(Resolve, ASwitchedOffStageLetsItsInputThrough) {
  const std::string stages =
      "  numbers: {use: numbers.count}\n"
      "  smooth: {use: numbers.smooth, from: numbers, when: '${smooth}'}\n"
      "  text: {use: numbers.write_text, from: numbers, when: false}\n"
      "  paint: {use: numbers.paint, from: {value: smooth.value, text: text.text}}\n"
      "  print: {use: numbers.print, from: paint}\n";
  const auto off = resolve(stages, "vars: {smooth: {type: bool, default: false}}\n");
  ASSERT_NE(off, nullptr);
  EXPECT_EQ(inputs(*off, "paint"), "value=numbers.value");
  EXPECT_FALSE(off->find_stage("smooth").has_value());
  const auto on = resolve(stages, "vars: {smooth: {type: bool, default: true}}\n");
  ASSERT_NE(on, nullptr);
  EXPECT_EQ(inputs(*on, "paint"), "value=smooth.value");
}

TEST_F(Resolve, PrecedenceIsImportsFileWithSetFlags) {
  write("common/a.yaml",
        "vars: {last: {type: int, default: 1}}\n"
        "run: {seed: 1, threads: 1}\n"
        "stages: {numbers: {use: numbers.count, params: {last: '${last}'}}, gone: {use: "
        "numbers.fixed}}\n");
  const fs::path file = write("main.yaml",
                              "nnflow: 1\nimports: [common/a.yaml]\nrun: {seed: 2}\n"
                              "vars: {last: 2}\n"
                              "stages: {print: {use: numbers.print, from: numbers}, gone: null}\n");
  const auto plain = resolve_file(file);
  ASSERT_NE(plain, nullptr);
  EXPECT_EQ(plain->run.seed, 2U);
  EXPECT_EQ(plain->run.threads, 1);
  EXPECT_EQ(param(*plain, "numbers", "last"), "2");
  EXPECT_FALSE(plain->find_stage("gone").has_value());

  options_.overrides.with = {write("over.yaml", "vars: {last: 3}\nrun: {seed: 3}\n")};
  EXPECT_EQ(param(*resolve_file(file), "numbers", "last"), "3");
  options_.overrides.set = {"vars.last=4", "run.seed=4"};
  EXPECT_EQ(param(*resolve_file(file), "numbers", "last"), "4");
  options_.overrides.vars = {{"last", {"5"}, "--last"}};
  options_.seed = 5;
  const auto all = resolve_file(file);
  EXPECT_EQ(param(*all, "numbers", "last"), "5");
  EXPECT_EQ(all->run.seed, 5U);
  options_.overrides.set.emplace_back("stages.numbers.params.last=6");
  EXPECT_EQ(param(*resolve_file(file), "numbers", "last"), "6");
}

TEST_F(Resolve, WordsOfFlagsAreNotSubstituted) {
  options_.overrides.vars = {{"path", {"${env:HOME}"}, "--path"}};
  const auto p = resolve(
      "  numbers: {use: numbers.count, params: {path: '${path}'}}\n"
      "  print: {use: numbers.print, from: numbers}\n",
      "vars: {path: {type: path, required: true}}\n");
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(param(*p, "numbers", "path"), "\"${env:HOME}\"");
}

TEST_F(Resolve, APipelineIsAStage) {
  write("parts/inner.yaml",
        "nnflow: 1\nvars: {last: {type: int, required: true}}\n"
        "stages:\n  numbers: {use: numbers.count, params: {last: '${last}'}}\n"
        "  smooth: {use: numbers.smooth, from: numbers}\n  sum: {use: numbers.sum, from: smooth}\n"
        "exports: {result: sum.total}\n");
  const auto p = resolve(
      "  first: {use: numbers.fixed, params: {number: 1}}\n"
      "  inner:\n"
      "    use: pipeline:parts/inner.yaml\n"
      "    from: [first.total]\n"
      "    params: {last: 9}\n"
      "    stages: {smooth: {params: {order: 1}}}\n"
      "  refine: {use: numbers.refine, from: {total: inner.result}}\n"
      "  last: {use: numbers.fixed, params: {number: 2}, after: inner}\n",
      "");
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(inputs(*p, "refine"), "total=inner/sum.total");
  EXPECT_EQ(param(*p, "inner/numbers", "last"), "9");
  EXPECT_EQ(param(*p, "inner/smooth", "order"), "1");
  EXPECT_EQ(ids(*p, p->stages[p->find_stage("inner/numbers").value()].after), "first");
  EXPECT_EQ(ids(*p, p->stages[p->find_stage("last").value()].after), "inner/sum");
}

TEST_F(Resolve, ForeachOverListsResolvesEachElement) {
  write(
      "parts/inner.yaml",
      "nnflow: 1\nvars: {name: {type: string, required: true}, fold: {type: int, required: true}}\n"
      "stages:\n  numbers: {use: numbers.count, params: {last: '${fold}', path: 'x/${name}'}}\n"
      "  print: {use: numbers.print, from: numbers}\n");
  const auto p = resolve(
      "  all:\n    use: pipeline:parts/inner.yaml\n    foreach: {name: [2d, 3d], fold: [0, 1]}\n"
      "    params: {name: '${each.name}', fold: '${each.fold}'}\n",
      "run: {seed: 77}\n");
  ASSERT_NE(p, nullptr);
  const Foreach& foreach = p->stages[0].foreach.value();
  ASSERT_EQ(foreach.elements.value().size(), 4U);
  EXPECT_EQ(foreach.elements.value()[2].id, "3d_0");
  const ResolvedPipeline element = foreach.resolve(foreach.elements.value()[3]);
  EXPECT_EQ(param(element, "numbers", "last"), "1");
  EXPECT_EQ(param(element, "numbers", "path"), "\"x/3d\"");
  EXPECT_EQ(element.run.seed, 77U);
}

TEST_F(Resolve, ForeachOverAOnceOutputWaitsForItsElements) {
  write("parts/inner.yaml",
        "nnflow: 1\nvars: {fold: {type: int, required: true}}\n"
        "stages:\n  numbers: {use: numbers.count, params: {last: '${fold}'}}\n"
        "  print: {use: numbers.print, from: numbers}\n");
  const auto p = resolve(
      "  numbers: {use: numbers.count}\n"
      "  sum: {use: numbers.sum, from: numbers}\n"
      "  folds: {use: numbers.folds, from: sum}\n"
      "  train: {use: 'pipeline:parts/inner.yaml', foreach: folds.elements, params: {fold: "
      "'${each.fold}'}}\n"
      "  last: {use: numbers.fixed, params: {number: 1}, after: train}\n");
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(phases(*p), " | numbers sum\nfolds train last | \n");
  const Foreach& foreach = p->stages[p->find_stage("train").value()].foreach.value();
  EXPECT_EQ(p->stages[foreach.from.value().stage].id, "folds");
  EXPECT_EQ(param(foreach.resolve({"a", Value(Value::Object{{"fold", "3"}})}), "numbers", "last"),
            "3");
  EXPECT_THROW(static_cast<void>(foreach.resolve({"a", Value(Value::Object{})})), Error);
  EXPECT_THROW(static_cast<void>(foreach.resolve({"a", Value(Value::Object{{"fold", 1000}})})),
               Error);
}

TEST_F(Resolve, TheResolvedPipelineResolvesToItself) {
  write("parts/inner.yaml",
        "nnflow: 1\nvars: {fold: {type: int, required: true}}\n"
        "stages:\n  numbers: {use: numbers.count, params: {last: '${fold}', path: '$${x}'}}\n"
        "  sum: {use: numbers.sum, from: numbers}\nexports: {total: sum.total}\n");
  const auto first = resolve(
      "  a: {use: numbers.count, hints: {concurrency: 2, memory: 4*input}}\n"
      "  b: {use: numbers.count, params: {path: '${env:NNFLOW_TEST_UNSET:-it''s}'}}\n"
      "  inner: {use: 'pipeline:parts/inner.yaml', params: {fold: 3}}\n"
      "  batch: {use: numbers.batch, from: {merge: [a, b]}, on_error: skip_item, after: inner}\n"
      "  scale: {use: numbers.scale, from: {value: batch, total: inner.total}, cache: true, doc: "
      "'odd: text'}\n"
      "  print: {use: numbers.print, from: scale}\n"
      "  each: {use: 'pipeline:parts/inner.yaml', foreach: [{fold: 1}, {fold: 2}], params: {fold: "
      "'${each.fold}'}, "
      "after: print, stages: {numbers: {params: {path: '${each.id}'}}}}\n"
      "exports: {total: inner.total}\n",
      "name: first\nsummary: a test\nrun: {seed: 9, memory: 1GiB, record: summary, executor: {use: "
      "cluster, params: {queue: \"$${a}\"}}}\n");
  ASSERT_NE(first, nullptr);
  const auto second = resolve_file(write("resolved.yaml", first->to_yaml()));
  ASSERT_NE(second, nullptr) << first->to_yaml();
  EXPECT_EQ(second->document.to_json(), first->document.to_json());
  EXPECT_EQ(phases(*second), phases(*first));
}

TEST_F(Resolve, UntilKeepsAStageAndWhatItNeeds) {
  options_.until = "sum";
  const auto p = resolve(
      "  numbers: {use: numbers.count}\n"
      "  sum: {use: numbers.sum, from: numbers}\n"
      "  refine: {use: numbers.refine, from: sum}\n"
      "  other: {use: numbers.fixed, params: {number: 1}}\n");
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(phases(*p), " | numbers sum\n");
}

TEST_F(Resolve, OpenRequiredVariablesAreNoFindings) {
  options_.open_required = true;
  const auto p = resolve(
      "  numbers: {use: numbers.count, params: {last: '${last}', path: '${dir}/x'}}\n"
      "  print: {use: numbers.print, from: numbers}\n",
      "vars: {last: {type: int, required: true}, dir: {type: path, required: true}}\n");
  EXPECT_NE(p, nullptr);
}

TEST_F(Resolve, ElementsThatLackAValueAreRefusedWhenTheyCome) {
  write("inner.yaml",
        "nnflow: 1\nvars: {last: {type: int, required: true}}\n"
        "stages: {numbers: {use: numbers.count, params: {last: '${last}'}}}\n");
  const auto p = resolve(
      "  first: {use: numbers.fixed, params: {number: 1}}\n"
      "  folds: {use: numbers.folds, from: first}\n"
      "  a: {use: 'pipeline:inner.yaml', foreach: folds.elements, params: {last: "
      "'${each.last}'}}\n");
  ASSERT_NE(p, nullptr);
  Element element{"two", Value(Value::Object{})};
  try {
    static_cast<void>(p->stages[2].foreach->resolve(element));
    ADD_FAILURE() << "nothing was refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidPipeline);
    EXPECT_NE(std::string(error.what())
                  .find("the element two has no value \"last\", needed by ${each.last}"),
              std::string::npos)
        << error.what();
  }
  element.values.set("last", 3);
  EXPECT_EQ(p->stages[2].foreach->resolve(element).stages.size(), 1U);
}

TEST_F(Resolve, ElementsAreKnownWhileAVariableIsOpen) {
  options_.open_required = true;
  write("inner.yaml",
        "nnflow: 1\nvars: {last: {type: int, required: true}}\n"
        "stages: {numbers: {use: numbers.count, params: {last: '${last}'}}}\n");
  const std::string vars = "vars: {last: {type: int, required: true}}\n";
  const auto p = resolve(
      "  a: {use: 'pipeline:inner.yaml', foreach: [4, 5], params: {last: '${each.value}'}}\n"
      "  b: {use: 'pipeline:inner.yaml', foreach: ['${last}'], params: {last: '${each.value}'}}\n",
      vars);
  ASSERT_NE(p, nullptr);
  ASSERT_TRUE(p->stages[0].foreach->elements.has_value());
  EXPECT_EQ(p->stages[0].foreach->elements->at(1).id, "5");
  EXPECT_FALSE(p->stages[1].foreach->elements.has_value());
  EXPECT_NE(p->to_yaml(), "");
}

TEST_F(Resolve, AVariableChoosesAnImport) {
  write("kinds/plain.yaml", "stages: {numbers: {use: numbers.count, params: {last: '${last}'}}}\n");
  write("kinds/long.yaml", "imports: [plain.yaml]\nvars: {last: 9}\n");
  const std::string head = "nnflow: 1\nimports: [vars.yaml, 'kinds/${kind}.yaml']\n";
  write("vars.yaml",
        "vars: {kind: {type: string, default: plain}, last: {type: int, default: 2}}\n");
  const std::string print = "stages: {print: {use: numbers.print, from: numbers}}\n";
  const fs::path file = write("main.yaml", head + print);
  EXPECT_EQ(param(*resolve_file(file), "numbers", "last"), "2");
  const fs::path other = write("other.yaml", head + "vars: {kind: long}\n" + print);
  EXPECT_EQ(param(*resolve_file(other), "numbers", "last"), "9");

  // A file that imports a file decides for it.
  const fs::path above =
      write("above.yaml", "nnflow: 1\nimports: [main.yaml]\nvars: {kind: long}\n");
  EXPECT_EQ(param(*resolve_file(above), "numbers", "last"), "9");

  // What is given comes before what the files say.
  options_.overrides.with = {write("over.yaml", "vars: {kind: long}\n")};
  EXPECT_EQ(param(*resolve_file(file), "numbers", "last"), "9");
  options_.overrides.set = {"vars.kind=plain"};
  EXPECT_EQ(param(*resolve_file(file), "numbers", "last"), "2");
  options_.overrides.vars = {{"kind", {"long"}, "--kind"}};
  EXPECT_EQ(param(*resolve_file(file), "numbers", "last"), "9");
  options_.overrides = {};

  // As a stage, and with elements that each choose.
  const fs::path outer = write("outer.yaml",
                               "nnflow: 1\nvars: {any: {type: string, default: long}}\nstages:\n"
                               "  inner: {use: 'pipeline:main.yaml', params: {kind: '${any}'}}\n");
  EXPECT_EQ(param(*resolve_file(outer), "inner/numbers", "last"), "9");
  const fs::path each = write("each.yaml",
                              "nnflow: 1\nstages:\n  inner:\n    use: 'pipeline:main.yaml'\n"
                              "    foreach: [long, plain]\n    params: {kind: '${each.id}'}\n");
  const auto elements = resolve_file(each);
  ASSERT_NE(elements, nullptr);
  const auto& foreach_stage = elements->stages.at(0);
  const auto first = foreach_stage.foreach->resolve(foreach_stage.foreach->elements->at(0));
  EXPECT_EQ(param(first, "numbers", "last"), "9");
}

TEST_F(Resolve, AFlagThatChoosesNothingIsNamedWithWhatThereIs) {
  write("kinds/plain.yaml", "stages: {numbers: {use: numbers.count}}\n");
  write("more/kinds/long.yaml", "imports: [kinds/plain.yaml]\n");
  const fs::path file = write("main.yaml",
                              "nnflow: 1\nimports: ['kinds/${kind}.yaml']\n"
                              "vars: {kind: {type: string, default: plain}}\n"
                              "stages: {print: {use: numbers.print, from: numbers}}\n");
  options_.search = {folder_ / "more", folder_};
  options_.overrides.vars = {{"kind", {"lang"}, "--kind"}};
  Findings findings;
  EXPECT_EQ(resolve_pipeline(file, options_, catalog_, findings), nullptr);
  EXPECT_NE(format_findings(findings).find(
                "--kind: error: no file kinds/lang.yaml for kind \"lang\"; did you mean \"long\"?\n"
                "  note: there are long, plain; searched: "),
            std::string::npos)
      << format_findings(findings);
  options_.overrides.vars = {{"kind", {"a/b"}, "--kind"}};
  findings.clear();
  EXPECT_EQ(resolve_pipeline(file, options_, catalog_, findings), nullptr);
  EXPECT_EQ(format_findings(findings),
            "--kind: error: kind is \"a/b\", expected a name that stands for a file\n");
  options_.overrides.vars = {{"kind", {"long"}, "--kind"}};
  EXPECT_NE(resolve_file(file), nullptr);
}

TEST_F(Resolve, FilesAreFoundOnTheSearchPath) {
  write("shared/common/a.yaml", "stages: {numbers: {use: numbers.count}}\n");
  write("shared/inner.yaml",
        "nnflow: 1\nstages: {numbers: {use: numbers.fixed, params: {number: 1}}}\n");
  options_.search = {folder_ / "shared"};
  const auto p = resolve(
      "  print: {use: numbers.print, from: numbers}\n  inner: {use: 'pipeline:inner.yaml'}\n",
      "imports: [common/a.yaml]\n");
  ASSERT_NE(p, nullptr);
  EXPECT_TRUE(p->find_stage("inner/numbers").has_value());
}

TEST_F(Resolve, PipelinesThatUseEachOtherAreAFinding) {
  write("b.yaml", "nnflow: 1\nstages: {back: {use: 'pipeline:main.yaml', foreach: [1]}}\n");
  const fs::path file =
      write("main.yaml", "nnflow: 1\nstages: {there: {use: 'pipeline:b.yaml', foreach: [1]}}\n");
  Findings findings;
  EXPECT_EQ(resolve_pipeline(file, {}, catalog_, findings), nullptr);
  EXPECT_NE(format_findings(findings).find("the pipeline uses itself"), std::string::npos);
}

}  // namespace
}  // namespace nnflow::runtime
