// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/pickle.hpp"

#include <gtest/gtest.h>

#include <random>

#include "expect_error.hpp"
#include "pickle_samples.hpp"

namespace nnflow::nnunet {
namespace {

using Kind = PickleNode::Kind;
using testing::ElementsAre;
using testing::HasSubstr;

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

PickleDocument parse(std::string_view bytes) { return PickleDocument::parse(bytes, "t.pkl"); }

class PythonPickle : public testing::TestWithParam<std::size_t> {};

TEST_P(PythonPickle, IsRead) {
  const auto document = parse(from_hex(kPickles[GetParam()]));
  const PickleNode& root = document.root();
  ASSERT_TRUE(root.is(Kind::kDict));
  EXPECT_EQ(root.find("i")->integer, -5);
  EXPECT_EQ(root.find("big")->integer, std::int64_t{1} << 40);
  EXPECT_TRUE(root.find("huge")->is(Kind::kBigInt));
  EXPECT_EQ(root.find("huge")->number(), 1180591620717411303424.0);
  const auto& tuple = root.find("t")->items;
  ASSERT_EQ(tuple.size(), 4U);
  EXPECT_EQ(tuple[1]->real, 2.5);
  EXPECT_TRUE(tuple[2]->is(Kind::kNone));
  EXPECT_TRUE(tuple[3]->is(Kind::kBool));
  EXPECT_EQ(root.find("s")->text, "h\xc3\xa9");
  EXPECT_EQ(root.find("b")->text, std::string("\x00\xff", 2));
  EXPECT_EQ(root.find("np")->real, 0.5);
  EXPECT_EQ(root.find("npi")->integer, -7);
  EXPECT_TRUE(root.find("npb")->is(Kind::kBool));
  EXPECT_EQ(root.find("nps")->text, "ab");
  EXPECT_EQ(root.find("f4")->number(), 0.25);
  EXPECT_EQ(root.find("f4")->dtype, "<f4");
  EXPECT_THAT(root.find("a")->shape, ElementsAre(2, 3));
  EXPECT_THAT(array_as_integers(*root.find("a"), "t"), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_TRUE(root.find("af")->fortran_order);
  EXPECT_THAT(array_as_doubles(*root.find("af"), "t"), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_EQ(root.find("od")->find("x")->integer, 1);
  ASSERT_TRUE(root.find("set")->is(Kind::kSet));
  EXPECT_EQ(root.find("set")->items.at(0)->integer, 3);
  EXPECT_THAT(array_as_integers(*root.find("e"), "t"), ElementsAre());
  EXPECT_EQ(root.find("absent"), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Protocols, PythonPickle, testing::Range(std::size_t{0}, kPickles.size()));

TEST(Pickle, WritesWhatItReads) {
  for (const int protocol : {2, 4}) {
    PickleWriter out(protocol);
    out.begin_dict()
        .string("t")
        .begin_tuple()
        .integer(-1)
        .integer(std::int64_t{1} << 40)
        .real(0.1)
        .none();
    out.boolean(true).end_tuple().string("b").bytes(std::string("\x80\x00z", 3));
    out.string("l").begin_list().end_list().string("a");
    const std::array<std::int64_t, 2> shape{1, 2};
    const std::array<std::int64_t, 2> values{7, -8};
    out.numpy_array("i8", shape, {reinterpret_cast<const char*>(values.data()), 16});
    const auto document = parse(out.end_dict().finish());
    const PickleNode& root = document.root();
    EXPECT_EQ(root.find("t")->items.at(1)->integer, std::int64_t{1} << 40);
    EXPECT_EQ(root.find("t")->items.at(2)->real, 0.1);
    EXPECT_EQ(root.find("b")->text, std::string("\x80\x00z", 3));
    EXPECT_TRUE(root.find("l")->items.empty());
    EXPECT_THAT(array_as_integers(*root.find("a"), "t"), ElementsAre(7, -8));
  }
}

TEST(Pickle, CarriesTensorsAsDescriptions) {
  const std::array<std::int64_t, 2> size{2, 3};
  const std::array<std::int64_t, 2> stride{3, 1};
  const auto document =
      parse(PickleWriter(2).tensor("FloatStorage", "5", 7, 1, size, stride).finish());
  const PickleNode& tensor = document.root();
  ASSERT_TRUE(tensor.is(Kind::kTensor));
  EXPECT_EQ(tensor.storage->module, "FloatStorage");
  EXPECT_EQ(tensor.storage->text, "5");
  EXPECT_EQ(tensor.storage->integer, 7);
  EXPECT_EQ(tensor.integer, 1);
  EXPECT_THAT(tensor.shape, ElementsAre(2, 3));
  EXPECT_THAT(tensor.strides, ElementsAre(3, 1));
  EXPECT_THAT(
      message_of(ErrorCode::kInvalidData,
                 [&] {
                   return parse(
                       PickleWriter(2).tensor("FloatStorage", "5", 6, 1, size, stride).finish());
                 }),
      HasSubstr("beyond its storage"));
}

TEST(Pickle, NamesFunctionsWithoutRunningThem) {
  PickleWriter out(2);
  out.global("posix", "system").begin_tuple().string("boom").end_tuple().reduce();
  const auto document = parse(out.finish());
  ASSERT_TRUE(document.root().is(Kind::kObject));
  EXPECT_TRUE(document.root().callee->is_global("posix", "system"));
  EXPECT_EQ(document.root().items.at(0)->text, "boom");
}

TEST(Pickle, KeepsCyclesHarmless) {
  const auto document =
      parse(std::string("]q\x00h\x00"
                        "a.",
                        7));
  EXPECT_EQ(document.root().items.at(0), &document.root());
}

TEST(Pickle, RefusesDamage) {
  for (const std::string& bytes :
       {std::string(), std::string("."), std::string("("), std::string("0."), std::string("K"),
        std::string("h\x05.", 3), std::string("t."), std::string("\x80\x09N."),
        std::string("]K\x01u.", 5), std::string("NN\x93."), std::string("X\xff\xff\xff\xffN."),
        std::string("\x8b\xff\xff\xff\xff."), std::string("\xfe."), std::string("NNR."),
        std::string("Nb."), std::string("I1x\n."), std::string("X\x01\x00\x00\x00\xff.", 7)}) {
    EXPECT_THAT(message_of(ErrorCode::kInvalidData, [&] { return parse(bytes); }),
                HasSubstr("t.pkl: pickle offset"));
  }
}

TEST(Pickle, BoundsWhatSharedValuesCost) {
  std::string bytes = "c_codecs\nencode\nq";
  bytes += '\0';
  bytes += "0(X";
  const std::uint32_t size = 100000;
  bytes.append(reinterpret_cast<const char*>(&size), 4);
  bytes.append(size, 'a');
  bytes += std::string("X\x06\x00\x00\x00latin1tq\x01", 14);
  bytes += "0(";
  for (int i = 0; i < 20000; ++i) bytes += std::string("h\x00h\x01R", 5);
  bytes += "t.";
  EXPECT_THAT(message_of(ErrorCode::kInvalidData, [&] { return parse(bytes); }),
              HasSubstr("repeat each other"));
}

TEST(Pickle, SurvivesRandomDamage) {
  std::mt19937 random(7);
  for (const auto hex : kPickles) {
    const std::string good = from_hex(hex);
    for (int round = 0; round < 3000; ++round) {
      std::string bad = good;
      for (int k = 0; k < 3; ++k) bad[random() % bad.size()] = static_cast<char>(random());
      if (round % 3 == 0) bad.resize(random() % bad.size());
      try {
        static_cast<void>(parse(bad));
      } catch (const Error&) {
      }
    }
  }
}

TEST(Pickle, RefusesArraysThatDoNotFitTheirShape) {
  PickleNode array;
  array.kind = Kind::kArray;
  array.dtype = "<i8";
  array.shape = {3};
  array.text = std::string(16, '\0');
  EXPECT_THROW(static_cast<void>(array_as_integers(array, "t")), Error);
  array.shape = {std::int64_t{1} << 62, 1 << 10};
  EXPECT_THROW(static_cast<void>(array_as_integers(array, "t")), Error);
  array.shape = {-1};
  EXPECT_THROW(static_cast<void>(array_as_integers(array, "t")), Error);
  array.shape = {2};
  array.dtype = "|O8";
  EXPECT_THROW(static_cast<void>(array_as_integers(array, "t")), Error);
}

}  // namespace
}  // namespace nnflow::nnunet
