// The reference step by step, and the algorithm as the host sees it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "algorithm.h"
#include "reference.h"
#include "vectors.h"

namespace nebula::test {
namespace {

using namespace nebula::autolykos2;

Bytes big_endian(const Number &x) {
   const DigestWords words = words_of(x);
   Bytes out(32);
   std::memcpy(out.data(), words.data(), out.size());
   return out;
}

Bytes bytes_of(const Digest &digest) {
   return {digest.begin(), digest.end()};
}

Solution solve_vector(const Vector &v, const Kernel &kernel) {
   const Bytes input = v.input();
   return solve(std::span<const std::uint8_t, k_input_bytes>(input), static_cast<std::uint32_t>(v.height),
                table_size(v.height), kernel);
}

TEST(TableSize, is_that_of_every_known_height) {
   const auto known = sizes();
   ASSERT_GT(known.size(), 10u);
   for (const Size &size : known)
      EXPECT_EQ(table_size(size.height), size.table_size) << "height " << size.height;
}

TEST(TableSize, grows_at_exactly_the_known_steps_and_then_no_more) {
   const auto steps = growth_steps();
   ASSERT_EQ(steps.size(), 72u) << "the first at 614,400, the last at 4,198,400, and one after it that is none";
   std::uint32_t before = k_table_size_first;
   for (const Size &step : steps) {
      EXPECT_EQ(table_size(step.height - 1), before) << "height " << step.height - 1;
      EXPECT_EQ(table_size(step.height), step.table_size) << "height " << step.height;
      before = step.table_size;
   }
   EXPECT_EQ(table_size(UINT64_MAX), before);
}

TEST(Reference, takes_every_step_of_the_known_answers) {
   const auto all = vectors();
   ASSERT_EQ(all.size(), 3u);
   for (const Vector &v : all) {
      SCOPED_TRACE(v.name);
      EXPECT_EQ(table_size(v.height), v.table_size);
      const Solution s = solve_vector(v, k_plain_kernel);
      EXPECT_EQ(s.first_index, v.first_index);
      const Bytes e = big_endian(s.first_element);
      EXPECT_EQ(e.front(), 0) << "an element is below 2^248";
      EXPECT_EQ(Bytes(e.begin() + 1, e.end()), v.first_element);
      EXPECT_EQ(bytes_of(s.seed), v.seed);
      EXPECT_EQ(std::vector(s.indices.begin(), s.indices.end()), v.indices);
      EXPECT_EQ(big_endian(s.sum), v.sum);
      EXPECT_EQ(bytes_of(s.digest), v.hit);
      EXPECT_EQ(bytes_of(s.digest) < v.bound, v.valid);
   }
}

TEST(Reference, gives_the_known_answers_with_every_kernel) {
   for (const Kernel *kernel : available_kernels())
      for (const Vector &v : vectors())
         EXPECT_EQ(bytes_of(solve_vector(v, *kernel).digest), v.hit) << kernel->name << ", " << v.name;
}

class Autolykos2 : public testing::Test {
protected:
   neb_status hash(const Bytes &input, std::uint64_t height, Bytes &digest) const {
      const neb_pow_epoch epoch{{}, height};
      digest.assign(32, 0);
      return table().hash(&table(), &epoch, {input.data(), input.size()}, digest.data(), nullptr);
   }
   const neb_pow_algorithm &table() const { return *algorithm_.table(); }

private:
   Algorithm algorithm_{autolykos2_spec(*available_kernels().back(), 1234)};
};

TEST_F(Autolykos2, hashes_every_known_answer) {
   for (const Vector &v : vectors()) {
      Bytes digest;
      ASSERT_EQ(hash(v.input(), v.height, digest), NEB_OK);
      EXPECT_EQ(digest, v.hit) << v.name;
   }
}

TEST_F(Autolykos2, carries_the_known_answers) {
   const auto all = vectors();
   ASSERT_EQ(table().vector_count, all.size());
   for (std::size_t i = 0; i < all.size(); ++i) {
      const neb_pow_vector &carried = table().vectors[i];
      EXPECT_EQ(carried.epoch.height, all[i].height);
      EXPECT_EQ(Bytes(carried.input.ptr, carried.input.ptr + carried.input.len), all[i].input());
      EXPECT_EQ(Bytes(carried.digest.ptr, carried.digest.ptr + carried.digest.len), all[i].hit);
   }
}

TEST(Autolykos2OnTinyTables, gives_a_second_implementation_s_answers) {
   const Algorithm tiny(autolykos2_spec(*available_kernels().back(), 1234, Meaning::tiny_tables));
   ASSERT_EQ(tiny.table()->vector_count, vectors().size());
   for (std::size_t i = 0; i < tiny.table()->vector_count; ++i) {
      const neb_pow_vector &carried = tiny.table()->vectors[i];
      Bytes digest(32);
      const neb_pow_epoch epoch{{}, carried.epoch.height};
      const neb_bytes input{carried.input.ptr, carried.input.len};
      ASSERT_EQ(tiny.table()->hash(tiny.table(), &epoch, input, digest.data(), nullptr), NEB_OK);
      EXPECT_EQ(digest, Bytes(carried.digest.ptr, carried.digest.ptr + carried.digest.len));
      EXPECT_NE(digest, vectors()[i].hit);
   }
}

TEST_F(Autolykos2, is_deprecated_and_says_why_what_instead_and_until_when) {
   EXPECT_EQ(table().status, NEB_POW_DEPRECATED);
   EXPECT_EQ(table().height_max, 1234u);
   const std::string_view text = table().text;
   EXPECT_NE(text.find("Deprecated: "), text.npos);
   EXPECT_NE(text.find("instead"), text.npos);
}

TEST_F(Autolykos2, refuses_inputs_and_heights_that_it_cannot_have) {
   Bytes digest;
   EXPECT_EQ(hash(Bytes(39), 1, digest), NEB_E_INVALID);
   EXPECT_EQ(hash(Bytes(41), 1, digest), NEB_E_INVALID);
   EXPECT_EQ(hash(Bytes(77), 1, digest), NEB_E_INVALID);
   EXPECT_EQ(hash(Bytes(40), k_height_max + 1, digest), NEB_E_INVALID);
   EXPECT_EQ(hash(Bytes(40), k_height_max, digest), NEB_OK);
}

} // namespace
} // namespace nebula::test
