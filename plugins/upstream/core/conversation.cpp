#include "conversation.h"

#include <nebula/svc/work-source.h>

#include <algorithm>

namespace nebula::upstream {
namespace {

std::string lower(std::string_view text) {
   std::string out(text);
   std::ranges::transform(out, out.begin(),
                          [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
   return out;
}

/// Words that mean: this connection is worth nothing any more.
bool shuts_out(const std::string &text) {
   return text.find("unauthenticated") != std::string::npos || text.find("banned") != std::string::npos;
}

} // namespace

std::int32_t outcome_of_refusal(int code, std::string_view text) {
   const std::string words = lower(text);
   const auto says = [&](const char *word) { return words.find(word) != std::string::npos; };
   if (says("stale") || says("job not found") || says("invalid job") || says("block expired") || says("expired"))
      return NEB_WORK_STALE;
   if (says("duplicate"))
      return NEB_WORK_DUPLICATE;
   if (says("low diff") || says("above target"))
      return NEB_WORK_LOW;
   if (says("too many") || says("too often") || says("rate limit")) // it was not looked at
      return NEB_WORK_LOST;
   return code == 21 ? NEB_WORK_STALE : code == 22 ? NEB_WORK_DUPLICATE : code == 23 ? NEB_WORK_LOW : NEB_WORK_INVALID;
}

void Conversation::ask(Asked what, std::uint64_t id, std::string line, std::uint64_t now_ns, std::uint64_t ticket) {
   pending_.emplace(id, Pending{what, ticket, now_ns});
   shares_ += what == Asked::share;
   said_ns_ = now_ns;
   listener_.say(std::move(line));
}

void Conversation::fail(const std::string &why, bool refused) {
   if (over_)
      return;
   over_ = true;
   serving_ = false;
   listener_.broken(why, refused);
}

void Conversation::begin(std::uint64_t now_ns) {
   const std::uint64_t id = ++last_id_;
   if (dialect_ == Dialect::xmrig)
      ask(Asked::login, id, login_request(id, account_), now_ns);
   else
      ask(Asked::subscribe, id, subscribe_request(id, account_), now_ns);
}

void Conversation::line(std::string_view text, std::uint64_t now_ns) {
   if (over_)
      return;
   JsonLine line;
   const char *wrong = line.parse(text);
   ParsedMessage parsed;
   if (!wrong) {
      parsed = read_message(line, dialect_);
      wrong = parsed.wrong;
   }
   if (wrong) {
      if (++strikes_ >= k_strikes_max || !serving_)
         fail(std::string("it does not speak as a pool does: ") + wrong);
      return;
   }
   std::visit([&](auto &message) { take(message, now_ns); }, *parsed.message);
}

void Conversation::take(Answer &answer, std::uint64_t now_ns) {
   const auto found = pending_.find(answer.id);
   if (found == pending_.end())
      return;
   const Pending asked = found->second;
   pending_.erase(found);
   listener_.answered(now_ns - asked.since_ns);
   switch (asked.what) {
   case Asked::subscribe:
      return subscribed(answer, now_ns);
   case Asked::authorize:
      if (!answer.good || !says_yes(answer.result))
         return fail("it refuses the user: " + (answer.text.empty() ? "it gives no reason" : answer.text), true);
      authorized_ = true;
      return give(now_ns);
   case Asked::login:
      return logged_in(answer, now_ns);
   case Asked::share:
      --shares_;
      return judged(answer, asked.ticket);
   case Asked::extranonce: // whoever does not know it sends no new ones
   case Asked::keepalive:
      return;
   }
}

void Conversation::subscribed(const Answer &answer, std::uint64_t now_ns) {
   if (!answer.good)
      return fail("it refuses mining.subscribe: " + answer.text, true);
   auto space = read_subscription(answer.result, dialect_);
   if (!space)
      return fail("its answer to mining.subscribe has no extranonce and size that fit");
   space_ = std::move(*space);
   std::uint64_t id = ++last_id_;
   ask(Asked::authorize, id, authorize_request(id, account_), now_ns);
   if (dialect_ != Dialect::bitcoin && dialect_ != Dialect::ergo)
      return;
   id = ++last_id_;
   ask(Asked::extranonce, id, extranonce_request(id), now_ns);
}

void Conversation::logged_in(const Answer &answer, std::uint64_t now_ns) {
   if (!answer.good)
      return fail("it refuses the login: " + answer.text, true);
   const char *wrong = "";
   auto result = read_login(answer.result, wrong);
   if (!result)
      return fail(std::string("it does not speak as a pool does: ") + wrong);
   session_ = std::move(result->session);
   keepalive_ = result->keepalive;
   nicehash_ = result->nicehash;
   authorized_ = true;
   take(result->job, now_ns);
}

void Conversation::judged(const Answer &answer, std::uint64_t ticket) {
   if (answer.good && says_yes(answer.result))
      return listener_.settled({ticket, NEB_WORK_ACCEPTED, {}});
   const std::string text = answer.text.empty() ? "refused without a reason" : answer.text;
   listener_.settled({ticket, outcome_of_refusal(answer.code, text), text});
   if (shuts_out(lower(text)))
      fail("it shuts us out: " + text, true);
}

void Conversation::take(NewJob &job, std::uint64_t now_ns) {
   newest_ = std::move(job);
   job_ns_ = now_ns;
   give(now_ns);
}

void Conversation::take(NewDifficulty &difficulty, std::uint64_t) {
   // The jobs that follow have it. Without the last of its digests it is the target of the whole number of hashes that
   // the pool means, so that a pool of ours asks its miners for the same and not for one less.
   target_ = std::max(difficulty.target, U256(1)) - U256(1);
}

void Conversation::take(NewTarget &target, std::uint64_t now_ns) {
   target_ = target.target;
   give(now_ns);
}

void Conversation::take(NewExtranonce &space, std::uint64_t) {
   if (dialect_ == Dialect::ergo && space.extranonce1.size() + space.extranonce2_size != 8)
      return fail("its new extranonce does not fit");
   space_ = std::move(space);
}

/// A job goes on when all that belongs to it is known.
void Conversation::give(std::uint64_t) {
   if (!newest_ || !authorized_ || over_ || (!newest_->has_target && !target_))
      return;
   Job &job = newest_->job;
   if (!newest_->has_target)
      job.target = *target_;
   job.extranonce1 = space_.extranonce1;
   job.extranonce2_size = space_.extranonce2_size;
   job.nonce_byte_fixed = nicehash_;
   serving_ = true;
   const Job given = std::move(job);
   newest_.reset();
   listener_.job(given);
}

void Conversation::take(Reconnect &where, std::uint64_t) {
   listener_.reconnect(where);
}

void Conversation::take(ShowMessage &message, std::uint64_t) {
   listener_.message(message.text);
}

void Conversation::take(Question &question, std::uint64_t now_ns) {
   said_ns_ = now_ns;
   listener_.say(answer_to(question.id, question.method, account_));
}

bool Conversation::submit(const Share &share, std::uint64_t now_ns) {
   if (!serving_ || shares_ >= k_pending_max)
      return false;
   const std::uint64_t id = ++last_id_;
   ask(Asked::share, id, submit_request(id, dialect_, account_, session_, share), now_ns, share.ticket);
   return true;
}

void Conversation::tick(std::uint64_t now_ns) {
   if (over_)
      return;
   if (!pending_.empty() && now_ns - pending_.begin()->second.since_ns >= patience_.answer_ns) {
      if (pending_.begin()->second.what != Asked::extranonce)
         return fail("it gave no answer within " + std::to_string(patience_.answer_ns / 1'000'000'000) + " s");
      pending_.erase(pending_.begin()); // not every pool answers what it does not know
   }
   if (serving_ && patience_.job_ns != 0 && now_ns - job_ns_ >= patience_.job_ns)
      return fail("it gave no new job for " + std::to_string(patience_.job_ns / 1'000'000'000) + " s");
   if (serving_ && keepalive_ && now_ns - said_ns_ >= patience_.keepalive_ns) {
      const std::uint64_t id = ++last_id_;
      ask(Asked::keepalive, id, keepalive_request(id, session_), now_ns);
   }
}

void Conversation::abandon(const char *why) {
   over_ = true;
   serving_ = false;
   auto left = std::move(pending_);
   pending_.clear();
   shares_ = 0;
   for (const auto &[id, asked] : left)
      if (asked.what == Asked::share)
         listener_.settled({asked.ticket, NEB_WORK_LOST, why});
}

} // namespace nebula::upstream
