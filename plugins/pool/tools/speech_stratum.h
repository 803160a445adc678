#pragma once

/// What the dialects of Stratum v1 (B, C and D) have in common: subscribe, authorize, and numbered answers.

#include "speech.h"

#include "core/reply.h"

#include "common/json_line.h"

namespace nebula::pool {

class StratumSpeech : public Speech {
public:
   using Speech::Speech;

   void greet(Miner &miner, std::string &out) override;
   [[nodiscard]] Heard hear(Miner &miner, std::string_view text, std::string &out) override;

protected:
   using Value = common::JsonLine::Value;

   /// False: it is none of the dialect.
   [[nodiscard]] virtual bool notified(Miner &miner, const Value &params) = 0;
   /// The user's, with the algorithm among its options: a port may serve several.
   [[nodiscard]] virtual std::string password() const;
   /// Any other message without an answer.
   virtual void told(Miner &, std::string_view method, const Value &params) {
      (void)method;
      (void)params;
   }
   /// `{"id":ID,"method":"mining.submit","params":["USER","JOB"`
   [[nodiscard]] static std::string submit_head(const Miner &miner, std::string_view job, std::uint64_t id);

private:
   [[nodiscard]] Heard job(Miner &miner, const Value &params);
   [[nodiscard]] Heard subscribed(Miner &miner, const Value &root, std::string &out);

   common::JsonLine line_;
};

} // namespace nebula::pool
