// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/imaging/inflate.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nnflow::imaging {
namespace {

using Bytes = std::vector<std::byte>;

Bytes content() {
  Bytes bytes(100000);
  unsigned state = 1;
  for (std::byte& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<std::byte>(state >> 29U);
  }
  return bytes;
}

/// A stream made by zlib, whose `window` names the wrapping.
Bytes packed(const Bytes& bytes, int window) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
  Bytes result(deflateBound(&stream, bytes.size()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

struct Kind {
  std::string_view name;
  Wrapping wrapping;
  int window;
};

class Inflate : public ::testing::TestWithParam<Kind> {
 protected:
  [[nodiscard]] static bool unpack(const Bytes& in, Bytes& out) {
    return inflate_at_once(GetParam().wrapping, in, out);
  }
  const Bytes content_ = content();
  const Bytes packed_ = packed(content_, GetParam().window);
};

TEST_P(Inflate, GivesTheBytesBack) {
  Bytes out(content_.size());
  ASSERT_TRUE(unpack(packed_, out));
  EXPECT_EQ(out, content_);
}

TEST_P(Inflate, RefusesAnotherLength) {
  for (const std::size_t length : {content_.size() - 1, content_.size() + 1, std::size_t{0}}) {
    Bytes out(length);
    EXPECT_FALSE(unpack(packed_, out)) << length;
  }
}

TEST_P(Inflate, RefusesEveryCut) {
  Bytes out(content_.size());
  for (std::size_t length = 0; length < packed_.size(); length += 997) {
    EXPECT_FALSE(unpack(Bytes(packed_.begin(), packed_.begin() + static_cast<long>(length)), out))
        << length;
  }
}

TEST_P(Inflate, RefusesAWrongChecksum) {
  if (GetParam().wrapping == Wrapping::kNone) GTEST_SKIP() << "a bare stream has no checksum";
  Bytes wrong = packed_;
  // zlib's checksum ends the stream, that of gzip stands before the length of four bytes.
  std::byte& last = wrong[wrong.size() - (GetParam().wrapping == Wrapping::kGzip ? 5 : 1)];
  last ^= std::byte{1};
  Bytes out(content_.size());
  EXPECT_FALSE(unpack(wrong, out));
}

INSTANTIATE_TEST_SUITE_P(Wrappings,
                         Inflate,
                         ::testing::Values(Kind{"bare", Wrapping::kNone, -15},
                                           Kind{"zlib", Wrapping::kZlib, 15},
                                           Kind{"gzip", Wrapping::kGzip, 15 + 16}),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST(InflateGzip, TakesSeveralMembersButNothingElseBehindThem) {
  const Bytes bytes = content();
  Bytes members = packed(bytes, 15 + 16);
  std::ranges::copy(Bytes(members), std::back_inserter(members));
  Bytes out(2 * bytes.size());
  ASSERT_TRUE(inflate_at_once(Wrapping::kGzip, members, out));
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), out.begin() + 100000));
  members.resize(members.size() + 100);
  EXPECT_FALSE(inflate_at_once(Wrapping::kGzip, members, out));
}

TEST(Checksum, IsThatOfZlib) {
  const Bytes bytes = content();
  EXPECT_EQ(checksum(bytes), crc32(0, reinterpret_cast<const Bytef*>(bytes.data()),
                                   static_cast<uInt>(bytes.size())));
}

TEST(RawBytes, AreUsedAgain) {
  const std::byte* first = nullptr;
  {
    RawBytes bytes(1U << 20U);
    first = bytes.data();
    RawBytes moved = std::move(bytes);
    EXPECT_EQ(moved.data(), first);
    EXPECT_EQ(moved.all().size(), 1U << 20U);
  }
  const RawBytes smaller(1U << 19U);
  EXPECT_EQ(smaller.data(), first);
  EXPECT_EQ(smaller.all().size(), 1U << 19U);
  const RawBytes meanwhile(1U << 19U);
  EXPECT_NE(meanwhile.data(), first);
}

}  // namespace
}  // namespace nnflow::imaging
