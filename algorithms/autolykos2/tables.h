#pragma once

/// The tables in use, shared by all sessions: the one of the present height and, where the memory allows, the one of
/// the next, prepared ahead. They are built by the host's workers in pieces of some 30 ms. While a table is built,
/// sessions compute every element and lose no time waiting. A finished table is checked against the reference before
/// anyone may read it.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "table.h"
#include "table_size.h"

namespace nebula::autolykos2 {

/// What the tables need of their surroundings.
struct Workers {
   /// Runs a task on some worker, later; throws when there is none to take it.
   std::function<void(std::function<void()>)> post;
   std::uint32_t count = 1;
   /// Told after each piece, from any worker; done == total at the end.
   std::function<void(std::uint64_t done_mib, std::uint64_t total_mib)> progress;
   /// Told once, in words, when there will be no table.
   std::function<void(std::string_view why)> failed;
   /// What this process may still take.
   std::function<std::uint64_t()> available_bytes;
};

/// Nonces computed without the table, all of one height, before its table is built: about a second of a core. So
/// neither late jobs of the previous height nor somebody's probe throw away what the miner uses.
inline constexpr std::uint64_t k_interest_nonces = 16'384;

/// Left to the rest of the node and of the machine.
inline constexpr std::uint64_t k_memory_kept_free = 1ull << 30;

/// Thread-safe. Must outlive its tasks.
class Tables {
public:
   Tables(const Kernel &kernel, TableSizeRule rule, Workers workers);

   /// The finished table of that height, which the caller keeps for a slice; else null. `nonces` of that height are
   /// about to be hashed: enough of them begin the building of a table, and end the use of other heights'. Returns at
   /// once.
   [[nodiscard]] std::shared_ptr<const Table> use(std::uint32_t height, std::uint64_t nonces);

   /// Begins to build the table of a height before its jobs come, unless jobs use that of another one and there is no
   /// memory for two. Returns at once: mining without it meanwhile is better than waiting a minute.
   void build_ahead(std::uint32_t height);

private:
   struct Build {
      std::shared_ptr<Table> table;
      std::atomic<std::uint64_t> next{0}, done{0}; ///< pieces
      std::atomic<bool> dropped{false};            ///< another height is wanted more
   };
   using BuildPtr = std::shared_ptr<Build>;

   // These with plan_ held.
   [[nodiscard]] std::shared_ptr<const Table> find(std::uint32_t height) const;
   [[nodiscard]] BuildPtr begin(std::uint32_t height, bool keep_others);
   void give_up(std::string_view why);

   void post_workers(const BuildPtr &build);
   void work(const BuildPtr &build);
   [[nodiscard]] bool do_piece(Build &build);
   void finish(Build &build);

   const Kernel &kernel_;
   TableSizeRule rule_;
   Workers workers_;

   std::mutex plan_;
   std::vector<std::shared_ptr<const Table>> ready_; ///< at most two
   BuildPtr build_;                                  ///< the one under way
   std::uint32_t used_ = 0;                          ///< the height of the last job that found its table
   bool any_used_ = false;
   std::uint32_t other_ = 0; ///< a height without a table that jobs ask for
   std::uint64_t asked_for_other_ = 0;
   bool unavailable_ = false;
};

} // namespace nebula::autolykos2
