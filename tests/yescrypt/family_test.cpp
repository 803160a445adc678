#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "answers.h"
#include "family.h"
#include "support.h"

namespace nebula::test {
namespace {

using namespace nebula::yescrypt;

class YescryptFamily : public testing::Test {
protected:
   struct Answer {
      neb_status status;
      const neb_pow_member *member;
      std::string text;
   };

   YescryptFamily() { family_.provide(); }

   /// As the host asks: through the table alone.
   Answer member(std::string_view parameters) {
      const auto &table = *static_cast<const neb_pow_family *>(host_.provided().front().table);
      neb_error err{sizeof err, NEB_OK, {}};
      const neb_pow_member *out = nullptr;
      const neb_status status = table.member(&table, str(parameters), &out, &err);
      return {status, out, err.text};
   }

   FakeHost host_;
   const Shared shared_ = all_kernels();
   Family family_{host_.host(), shared_};
};

std::string digest_of(const neb_pow_algorithm &algorithm, std::span<const std::uint8_t> input) {
   std::vector<std::uint8_t> scratch(algorithm.scratch_bytes + 64);
   const auto address = reinterpret_cast<std::uintptr_t>(scratch.data());
   void *aligned = algorithm.scratch_bytes ? scratch.data() + (64 - address % 64) : nullptr;
   common::Digest256 digest{};
   EXPECT_EQ(algorithm.hash(&algorithm, nullptr, {input.data(), input.size()}, digest.data(), aligned), NEB_OK);
   return hex(digest);
}

TEST_F(YescryptFamily, is_provided_under_its_name) {
   ASSERT_EQ(host_.provided().size(), 1u);
   EXPECT_EQ(host_.provided()[0].id, NEB_SVC_POW_FAMILY);
   EXPECT_EQ(host_.provided()[0].name, "yescrypt");
   const neb_pow_family &table = family_.table();
   EXPECT_EQ(table.size, sizeof table);
   EXPECT_STREQ(table.name, "yescrypt");
   EXPECT_NE(std::string(table.parameters).find("N=1024..524288"), std::string::npos);
}

TEST_F(YescryptFamily, gives_a_member_with_its_published_answers) {
   const Answer got = member("pers=Client Key,r=16,N=4096,version=0.5");
   ASSERT_EQ(got.status, NEB_OK) << got.text;
   EXPECT_EQ(got.member->size, sizeof(neb_pow_member));
   const neb_pow_algorithm &algorithm = *got.member->algorithm;
   EXPECT_STREQ(algorithm.name, "yescrypt:version=0.5,N=4096,r=16,pers=Client Key");
   ASSERT_EQ(algorithm.vector_count, 1u);
   EXPECT_EQ(hex({algorithm.vectors[0].digest.ptr, 32}),
             "927e72d0ded3d80475473f40f1743c67289d453d5242d4f55af4e325e06699c5");
   EXPECT_EQ(digest_of(algorithm, counting_input()),
             "927e72d0ded3d80475473f40f1743c67289d453d5242d4f55af4e325e06699c5");
}

TEST_F(YescryptFamily, gives_a_member_without_published_answers_one_of_the_reference) {
   const Answer got = member("version=1.0,N=1024,r=9,pers=a slogan");
   ASSERT_EQ(got.status, NEB_OK) << got.text;
   const neb_pow_algorithm &algorithm = *got.member->algorithm;
   ASSERT_EQ(algorithm.vector_count, 1u);
   const Parameters parameters{Version::v1_0, 1024, 9, {Personality::Kind::bytes, "a slogan"}};
   EXPECT_EQ(hex({algorithm.vectors[0].digest.ptr, 32}), hex(reference(parameters, counting_input())));
}

TEST_F(YescryptFamily, gives_the_same_member_for_every_spelling_of_it) {
   const Answer one = member("version=0.5,N=1024,r=8,pers=ab");
   EXPECT_EQ(member("pers_hex=6162,N=1024,r=8,version=0.5").member, one.member);
   EXPECT_NE(member("version=0.5,N=1024,r=8,pers=ac").member, one.member);
   EXPECT_NE(member("version=0.5,N=1024,r=8").member, one.member);
}

TEST_F(YescryptFamily, gives_each_member_a_backend_per_kernel_that_mines) {
   const Answer got = member("version=0.5,N=1024,r=8,pers=@input");
   ASSERT_EQ(got.status, NEB_OK) << got.text;
   ASSERT_EQ(got.member->backend_count, available_kernels().size());
   for (std::uint32_t i = 0; i < got.member->backend_count; ++i) {
      const neb_pow_member_backend &one = got.member->backends[i];
      EXPECT_STREQ(one.backend->algorithm, got.member->algorithm->name);
      EXPECT_EQ(std::string(one.properties).find("algorithm="), std::string::npos);
      EXPECT_NE(std::string(one.properties).find("device=cpu,kind=simd"), std::string::npos);
      TestSession session(*one.backend);
      const TestJob job{.first = 5, .count = 3};
      expect_exact({Version::v0_5, 1024, 8, {Personality::Kind::input}}, job, session.run(job));
   }
}

TEST_F(YescryptFamily, refuses_what_is_no_member_and_says_why) {
   const Answer got = member("N=3000");
   EXPECT_EQ(got.status, NEB_E_INVALID);
   EXPECT_EQ(got.member, nullptr);
   EXPECT_EQ(got.text, "N is a power of two, such as 2048 or 4096, not 3000");
   const neb_pow_family &table = family_.table();
   EXPECT_EQ(table.member(&table, str("N=1024"), nullptr, nullptr), NEB_E_INVALID);
}

TEST_F(YescryptFamily, is_full_when_it_has_as_many_members_as_it_keeps_and_still_gives_those) {
   const auto name = [](std::size_t i) { return concat("version=1.0,N=1024,r=8,pers=", i); };
   for (std::size_t i = 0; i < k_members_max; ++i)
      ASSERT_EQ(member(name(i)).status, NEB_OK);
   const Answer got = member(name(k_members_max));
   EXPECT_EQ(got.status, NEB_E_FULL);
   EXPECT_EQ(got.text,
             "this node keeps at most 64 yescrypt functions with parameters of their own; restart it to forget "
             "those it has");
   EXPECT_EQ(member(name(0)).status, NEB_OK);
}

TEST_F(YescryptFamily, gives_every_thread_that_asks_at_once_the_same_member) {
   const neb_pow_member *got[4] = {};
   std::vector<std::thread> threads;
   for (auto &one : got)
      threads.emplace_back([&] { one = member("version=0.5,N=1024,r=8,pers=threads").member; });
   for (std::thread &thread : threads)
      thread.join();
   EXPECT_NE(got[0], nullptr);
   EXPECT_TRUE(std::all_of(got, got + 4, [&](const neb_pow_member *one) { return one == got[0]; }));
}

TEST_F(YescryptFamily, hashes_members_that_need_more_memory_than_a_caller_may_lend) {
   const Answer got = member("version=1.0,N=16384,r=32");
   ASSERT_EQ(got.status, NEB_OK) << got.text;
   const neb_pow_algorithm &algorithm = *got.member->algorithm;
   EXPECT_EQ(algorithm.scratch_bytes, 0u);
   EXPECT_EQ(digest_of(algorithm, counting_input()), hex({algorithm.vectors[0].digest.ptr, 32}));
}

} // namespace
} // namespace nebula::test
