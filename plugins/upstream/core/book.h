#pragma once

/// The work of all connections to the current pool as one work source's: templates for sinks, inputs for their
/// extranonces, and which job of which connection a solution belongs to. No I/O; one thread at a time.
///
/// A template is what the connections had when it was announced. An extranonce is but a name of the sink's: at its
/// first derivation it gets a slice of nonces that nobody had yet, the one of its last work if it can be, else of the
/// connection with the most left; so no input is ever given twice, whatever a pool repeats. Only in dialect B it is
/// bytes of the coinbase, as there are enough of them.

#include "homes.h"
#include "input.h"
#include "job_record.h"
#include "request.h"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <unordered_set>
#include <variant>

namespace nebula::upstream {

using LaneId = std::uint64_t; ///< a connection; never used twice

/// Shares of a sink's last jobs still count; a pool that renews its work every few seconds must not outrun them.
inline constexpr std::size_t k_templates_kept = 16;
inline constexpr std::size_t k_names_kept = 4; ///< pools keep few jobs of one connection: ours five

struct BookSettings {
   Dialect dialect = Dialect::cosmic;
   Split split = Split::nonces;
   std::uint64_t keep_ns = 30'000'000'000; ///< work of a lost pool is given out that long
};

/// One input of a connection, with the jobs that have it: pools repeat a job under another name for another target.
struct LaneWork {
   struct Name {
      std::string job;
      U256 target;
   };
   LaneId lane = 0;
   Job job; ///< the first one
   Slices slices;
   std::vector<bool> taken;              ///< of the slices; as many as there are
   std::uint32_t left = 0;               ///< that are not
   std::deque<Name> names;               ///< newest last
   bool stale = false;                   ///< its pool takes no shares of it any more, or its connection is gone
   std::uint64_t lost_ns = 0;            ///< since when it has no connection; 0: it has one
   std::unordered_set<std::string> seen; ///< what was handed in
   [[nodiscard]] U256 target() const { return names.back().target; }
};

/// A template to be told to sinks. The same id again: nothing but the submit target is another one.
struct Offer {
   std::uint64_t id = 0;
   bool clean = false;
   std::uint32_t extranonce_size = 0;
   std::uint64_t height = 0, time_s = 0;
   Bytes key; ///< of the epoch
   U256 submit_target;
   std::shared_ptr<const LaneWork> coinbase; ///< dialect B: whose parts the sink may build from
   Bytes coinb1;                             ///< with the pool's extranonce
};

/// A solution that may go to a pool, once its hash is recomputed.
struct Admitted {
   std::shared_ptr<LaneWork> work;
   Input input;
   Share share; ///< all but its ticket, job and digest
};

struct Judgement {
   std::int32_t outcome = 0; ///< NEB_WORK_...
   const char *text = "";
};

struct FoundSolution {
   std::uint64_t template_id = 0, nonce = 0;
   ByteView extranonce;
   std::uint32_t ntime = 0, version_bits = 0;
};

enum class Derived { good, gone, full, wrong };

class Book {
public:
   explicit Book(BookSettings settings, std::uint64_t first_id) : settings_(settings), next_id_(first_id) {}

   /// A job of a connection of the current pool.
   void job(LaneId lane, const Job &job, std::uint64_t now_ns);
   /// The connection is gone: what it gave is no use to its pool.
   void lost(LaneId lane, std::uint64_t now_ns);
   /// Another pool: what came before is worthless, once the new one has work.
   void change_pool(std::uint64_t now_ns);

   /// What is to be told now; nothing: all is told. `open`: connections that may still bring their part of a new block.
   [[nodiscard]] std::optional<Offer> due(std::size_t open, std::uint64_t now_ns);
   [[nodiscard]] bool waits() const { return dirty_; }
   /// For who comes later.
   [[nodiscard]] std::optional<Offer> current() const;

   [[nodiscard]] Derived derive(std::uint64_t template_id, ByteView extranonce, std::uint64_t now_ns, Input &out);
   [[nodiscard]] std::variant<Admitted, Judgement> admit(const FoundSolution &found);
   /// The job under which a digest of that number is a share; nothing: of none.
   [[nodiscard]] static const std::string *job_for(const LaneWork &work, const U256 &number);

   [[nodiscard]] std::uint64_t next_id() const { return next_id_; }
   void save(RecordWriter &out) const;
   /// Into a book without anything, whose next id is the other's. Work of connections that are not among `lanes` is
   /// lost now.
   void restore(RecordReader &in, const std::vector<LaneId> &lanes, std::uint64_t now_ns);

   /// How many more connections the sinks need whose derivations failed.
   [[nodiscard]] std::size_t connections_wanted() const;

private:
   struct Given {
      std::shared_ptr<LaneWork> work;
      std::uint32_t slice = 0;
   };
   struct Template {
      Offer offer;
      std::vector<std::shared_ptr<LaneWork>> works;
      std::map<Bytes, Given> given;
      std::set<Bytes> starved;
   };
   struct Lane {
      std::shared_ptr<LaneWork> work;
      Homes homes;
      bool fresh = false; ///< its work is in no template yet
   };

   [[nodiscard]] bool same_input(const Job &a, const Job &b) const;
   [[nodiscard]] bool joins(LaneId id, const Job &job) const;
   [[nodiscard]] Offer offer_of(const std::vector<std::shared_ptr<LaneWork>> &works) const;
   [[nodiscard]] Template *find(std::uint64_t id);
   [[nodiscard]] std::optional<Offer> retarget();
   [[nodiscard]] bool has_work(const Template &of, const Bytes &name) const;
   /// The slice that an extranonce has, or now gets.
   [[nodiscard]] Derived slice(Template &of, ByteView extranonce, Given &out);
   void restore_template(RecordReader &in, const std::vector<std::shared_ptr<LaneWork>> &works);

   BookSettings settings_;
   std::map<LaneId, Lane> lanes_;
   std::deque<Template> templates_; // newest last
   std::uint64_t next_id_;
   bool dirty_ = false, clean_ = false;
   std::uint64_t dirty_ns_ = 0, told_ns_ = 0;
};

} // namespace nebula::upstream
