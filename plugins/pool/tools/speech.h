#pragma once

/// A dialect as its miners speak it. No I/O: lines in, lines out.

#include "algorithms.h"
#include "miner.h"

#include <memory>
#include <string>
#include <string_view>

namespace nebula::pool {

/// What a line of the pool meant.
struct Heard {
   enum class What {
      nothing,  ///< for this measurement
      job,      ///< the miner has new work
      answer,   ///< to the share with the number `id`
      refused,  ///< the pool has no such work for this miner; `text` says why
      not_known ///< no line of this dialect; `text`: what it said nevertheless
   };
   What what = What::nothing;
   std::uint64_t id = 0;
   Outcome outcome = Outcome::other;
   std::string text{};
};

struct SpeechSettings {
   Dialect dialect = Dialect::cosmic;
   std::string algorithm = "cosmic-harmony"; ///< as the user calls it
   std::string wallet, password;
   std::uint64_t difficulty = 2; ///< that the miner fixes; 0: it leaves that to the pool
};

class Speech {
public:
   Speech(SpeechSettings settings, Computer &computer) : settings_(std::move(settings)), computer_(computer) {}
   virtual ~Speech() = default;

   /// The first request of a connection; with the miner's session when it has one.
   virtual void greet(Miner &miner, std::string &out) = 0;
   /// One line of the pool; what the miner says to it is appended to `out`.
   [[nodiscard]] virtual Heard hear(Miner &miner, std::string_view line, std::string &out) = 0;

   /// What a share can be: there is no duplicate before the first good one.
   [[nodiscard]] ShareKind possible(const Miner &miner, ShareKind kind) const;
   /// Whether a share of that kind is known only by hashing.
   [[nodiscard]] bool searches(ShareKind kind) const {
      return kind == ShareKind::valid || (kind == ShareKind::low && !claims());
   }
   /// Appends a share of a possible kind, which is searched now where it must be. The miner has work.
   void submit(Miner &miner, ShareKind kind, std::uint64_t id, std::string &out);
   /// Appends one that was found before.
   void submit(Miner &miner, ShareKind kind, const Share &share, std::uint64_t id, std::string &out);

   [[nodiscard]] std::string user_of(const Miner &miner) const;
   [[nodiscard]] Computer &computer() const { return computer_; }

protected:
   /// The request that hands in a share. Where a share claims no digest, an invalid one is made so here.
   virtual void write(const Miner &miner, ShareKind kind, const Share &share, std::uint64_t id, std::string &out) = 0;
   /// Whether a share says which digest it has.
   [[nodiscard]] virtual bool claims() const { return true; }
   /// On the dialect's scale.
   [[nodiscard]] virtual std::string difficulty_text() const { return std::to_string(settings_.difficulty); }
   /// A job that the pool never gave.
   [[nodiscard]] virtual std::string_view unknown_job() const = 0;

   /// The program that it calls itself, which names what it mines.
   [[nodiscard]] std::string agent() const;
   [[nodiscard]] Heard refused(std::string_view why) const;
   /// The pool gave work for `other`.
   [[nodiscard]] Heard other_algorithm(std::string_view other) const;
   /// As pools word their refusals.
   [[nodiscard]] static Outcome outcome_of(std::string_view message);

   SpeechSettings settings_;
   Computer &computer_;

private:
   Share share_; ///< of the last call; its texts keep their memory
};

[[nodiscard]] std::unique_ptr<Speech> make_speech(const SpeechSettings &settings, Computer &computer);

/// Throws UsageError for another text than the name of one.
[[nodiscard]] Dialect dialect_called(std::string_view name);
[[nodiscard]] std::string_view usual_algorithm(Dialect dialect);

} // namespace nebula::pool
