#include "core/address.h"
#include "core/amount.h"
#include "wallet/keystore.h"
#include "wallet/send.h"

#include "common/hex.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nebula::chain {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Cheap, so that tests are quick.
constexpr KeystoreCost k_cheap{1, 8192};

Seed seed_of(std::uint8_t n) {
   Seed out{};
   out.fill(n);
   return out;
}

TEST(Keystore, gives_the_seed_back_to_who_has_the_password) {
   const std::string json = *make_keystore(seed_of(7), "correct horse", k_cheap);
   const auto info = read_keystore(json);
   ASSERT_TRUE(info.ok()) << info.error().text;
   EXPECT_TRUE(info->encrypted);
   EXPECT_EQ(info->address, address_of(SigningKey(seed_of(7)).public_key()));
   EXPECT_EQ(*open_keystore(json, "correct horse"), seed_of(7));
   EXPECT_THAT(json, Not(HasSubstr(common::to_hex(seed_of(7)))));
   const auto wrong = open_keystore(json, "correct hors");
   ASSERT_FALSE(wrong.ok());
   EXPECT_THAT(wrong.error().text, HasSubstr("password is wrong"));
}

TEST(Keystore, with_any_byte_changed_never_gives_another_key) {
   const std::string json = *make_keystore(seed_of(7), "pw", k_cheap);
   for (std::size_t i = 0; i < json.size(); ++i) {
      std::string changed = json;
      changed[i] = changed[i] == '1' ? '2' : '1';
      const auto opened = open_keystore(changed, "pw");
      if (opened.ok()) {
         EXPECT_EQ(*opened, seed_of(7)) << i; // Argon2id counts memory in whole KiB
      }
   }
   for (const char *bad : {"", "[]", "{}", "{\"version\":1}", "{\"version\":2}"})
      EXPECT_FALSE(read_keystore(bad).ok()) << bad;
}

TEST(Keystore, refuses_absurd_costs_before_trying_them) {
   std::string json = *make_keystore(seed_of(7), "pw", k_cheap);
   const std::size_t at = json.find("8192");
   json.replace(at, 4, "999999999999");
   const auto opened = open_keystore(json, "pw");
   ASSERT_FALSE(opened.ok());
   EXPECT_THAT(opened.error().text, HasSubstr("absurd"));
}

TEST(Keystore, file_is_the_owners_only_and_is_never_overwritten) {
   const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("nebula-keystore-" + std::to_string(::getpid()));
   std::filesystem::create_directories(folder);
   const std::string path = folder / "wallet.json";
   const std::string json = *make_keystore(seed_of(7), {}, k_cheap);
   ASSERT_TRUE(write_keystore_file(path, json).ok());
   struct stat status {};
   ASSERT_EQ(::stat(path.c_str(), &status), 0);
   EXPECT_EQ(status.st_mode & 0777, 0600u);
   EXPECT_EQ(*read_keystore_file(path), json);
   const auto again = write_keystore_file(path, "other");
   ASSERT_FALSE(again.ok());
   EXPECT_EQ(again.error().fault, Fault::duplicate);
   EXPECT_EQ(*read_keystore_file(path), json);
   EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
   EXPECT_EQ(read_keystore_file(folder / "none").error().fault, Fault::missing);
   std::filesystem::remove_all(folder);
}

TEST(Amount, has_one_text_and_reads_what_people_write) {
   EXPECT_EQ(to_text_zion(43'835'000), "43.835000");
   EXPECT_EQ(to_text_zion(1), "0.000001");
   EXPECT_EQ(*parse_zion("12.5"), 12'500'000u);
   EXPECT_EQ(*parse_zion("144000000000"), k_max_supply);
   EXPECT_EQ(*parse_zion("0.000001"), 1u);
   for (const char *bad :
        {"", ".", "1.", ".5", "-1", "1e3", "1.0000001", "0x1", "144000000000.1", "99999999999999", " 1"})
      EXPECT_FALSE(parse_zion(bad).ok()) << bad;
}

TEST(Send, signs_what_the_node_would_take) {
   const SigningKey key(seed_of(1));
   const SenderState state{2, 9, 5'000'000, 10};
   const auto made = build_transfer(key, {{{Address{1}, 1'000'000}}, 0, {}}, state);
   ASSERT_TRUE(made.ok()) << made.error().text;
   EXPECT_TRUE(signature_is_valid(**made));
   EXPECT_EQ((*made)->transfer()->nonce, 9u);
   EXPECT_EQ((*made)->transfer()->fee, 10 * (*made)->raw.size());
}

TEST(Send, says_what_is_wrong_before_asking_the_node) {
   const SigningKey key(seed_of(1));
   const SenderState state{2, 0, 5'000'000, 10};
   EXPECT_THAT(build_transfer(key, {{{Address{1}, 5'000'000}}, 0, {}}, state).error().text,
               HasSubstr("does not cover"));
   EXPECT_THAT(build_transfer(key, {{{Address{1}, 1}}, 5, {}}, state).error().text, HasSubstr("at least 0.001490"));
   EXPECT_THAT(build_transfer(key, {{}, 0, {}}, state).error().text, HasSubstr("receivers"));
   EXPECT_THAT(build_transfer(key, {{{Address{1}, 1}}, 0, Bytes(129)}, state).error().text, HasSubstr("128"));
   EXPECT_THAT(build_transfer(key, {{{Address{1}, 0}}, 0, {}}, state).error().text, HasSubstr("zero"));
}

} // namespace
} // namespace nebula::chain
