#include <nebula/error.hpp>

#include <gtest/gtest.h>

#include <cstring>

namespace nebula {
namespace {

neb_error record(uint32_t size = sizeof(neb_error)) {
   neb_error err{};
   std::memset(err.text, 'x', sizeof err.text);
   err.size = size;
   return err;
}

TEST(Guarded, TurnsAnErrorIntoItsStatusAndText) {
   neb_error err = record();
   EXPECT_EQ(guarded(&err, [] { throw Error(NEB_E_BUSY, "try in ", 5, " s"); }), NEB_E_BUSY);
   EXPECT_EQ(err.code, NEB_E_BUSY);
   EXPECT_STREQ(err.text, "try in 5 s");
}

TEST(Guarded, TurnsAnythingThrownIntoAFailure) {
   neb_error err = record();
   EXPECT_EQ(guarded(&err, [] { throw 42; }), NEB_E_FAIL);
   EXPECT_EQ(guarded(&err, [] { throw std::bad_alloc(); }), NEB_E_NO_MEMORY);
   EXPECT_EQ(guarded(&err, [] { throw std::runtime_error("disk on fire"); }), NEB_E_FAIL);
   EXPECT_STREQ(err.text, "disk on fire");
   EXPECT_EQ(guarded(nullptr, [] { throw Error(NEB_OK, "an error is never NEB_OK"); }), NEB_E_FAIL);
}

TEST(Guarded, PassesAStatusOn) {
   EXPECT_EQ(guarded(nullptr, [] { return static_cast<neb_status>(NEB_E_GONE); }), NEB_E_GONE);
   EXPECT_EQ(guarded(nullptr, [] {}), NEB_OK);
}

TEST(Fail, WritesWithinTheRecordAndNeverHalfACharacter) {
   neb_error err = record(offsetof(neb_error, text) + 6);
   EXPECT_EQ(fail(&err, NEB_E_IO, "abcd\xC3\xA9"), NEB_E_IO); // "abcdé" has six bytes and needs seven
   EXPECT_STREQ(err.text, "abcd");
   EXPECT_EQ(err.text[6], 'x');
   neb_error tiny = record(offsetof(neb_error, text));
   fail(&tiny, NEB_E_IO, "no room");
   EXPECT_EQ(tiny.text[0], 'x');
}

TEST(StatusText, KnowsEveryStatus) {
   EXPECT_STREQ(status_text(NEB_OK), "ok");
   EXPECT_STREQ(status_text(NEB_E_DEVICE), "device failed");
   EXPECT_STREQ(status_text(-1000), "failed");
}

} // namespace
} // namespace nebula
