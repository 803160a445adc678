#pragma once

/// Who may connect and ask how often, by address and by network. Bounded, and it forgets by itself.

#include "limits.h"
#include "net_address.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace nebula::pool {

struct GuardSettings {
   std::uint32_t connections_per_address = 1'000;
   Rate rates[k_asks] = {{2'400}, {2'400}, {30'000}, {12'000}}; ///< of one address, by Ask
   Rate strikes = {100, 600'000'000'000};                       ///< more of them shut an address out
   std::uint64_t ban_ns = 600'000'000'000;
   std::vector<NetRange> trusted; ///< nothing of this is for them
   std::uint64_t secret = 0;
   /// A network may do so many times what an address may: one address must not use up what its neighbours need, and
   /// many addresses of one owner are not many owners.
   static constexpr std::uint32_t k_network_share = 4;
   /// Addresses without a connection that something is remembered of. Beyond, the memory of any of them is dropped:
   /// some 100 bytes each.
   static constexpr std::size_t k_strangers_max = 65'536;
};

class Guard {
   struct Entry;

public:
   explicit Guard(GuardSettings settings);

   /// What is known of a connection's address and network: found once, for each of its requests. Good from `admit` or
   /// `adopt` until `leave`.
   class Place {
      friend class Guard;
      Entry *address_ = nullptr, *network_ = nullptr; // null: trusted
   };

   enum class Admission : std::uint8_t {
      welcome,
      too_many,            ///< connections at a time of its address
      too_many_of_network, ///< the same of its network
      too_fast,            ///< connections in a minute
      banned
   };
   /// `welcome`: it counts until `leave`.
   [[nodiscard]] Admission admit(const NetAddress &address, std::uint64_t now_ns, Place *place = nullptr);
   /// One that another process admitted: it counts, whatever the limits say.
   [[nodiscard]] Place adopt(const NetAddress &address);
   void leave(const NetAddress &address, std::uint64_t now_ns);

   /// A request of a connection that was admitted.
   [[nodiscard]] bool allows(const Place &place, Ask ask, std::uint64_t now_ns) const;
   /// It did what no honest miner does. True: it is shut out from now on.
   bool strike(const NetAddress &address, std::uint64_t now_ns);
   void ban(const NetAddress &address, std::uint64_t until_ns);
   /// False: it was not shut out.
   bool unban(const NetAddress &address, std::uint64_t now_ns);
   [[nodiscard]] bool banned(const NetAddress &address, std::uint64_t now_ns) const;
   /// Addresses that are shut out. A millisecond with all strangers remembered, nothing while there are none.
   [[nodiscard]] std::size_t banned_count(std::uint64_t now_ns) const;
   [[nodiscard]] bool trusts(const NetAddress &address) const { return contains(settings_.trusted, address); }

   /// Forgets who is as good as new; looks at a part each time. About once a second.
   void tick(std::uint64_t now_ns);
   /// Addresses and networks that something is known of.
   [[nodiscard]] std::size_t known() const { return addresses_.size() + networks_.size(); }

private:
   struct Entry {
      std::uint32_t connections = 0;
      Bucket buckets[k_asks];
      Bucket strikes;
      std::uint64_t banned_until_ns = 0;
      [[nodiscard]] bool forgettable(std::uint64_t now_ns) const;
   };
   using Table = std::unordered_map<NetAddress, Entry, NetAddress::Hash>;

   /// All is looked at in so many ticks: a look at everything would hold up the loop for ten milliseconds.
   static constexpr std::size_t k_sweep_ticks = 64;

   void forget(Table &table, std::uint64_t now_ns) const;
   /// One more that has no connection must find room.
   static void make_room(Table &table, std::size_t connected);

   GuardSettings settings_;
   Table addresses_, networks_;
   std::size_t connected_ = 0; // connections that count
   std::uint64_t last_ban_ends_ns_ = 0;
   std::size_t sweep_ = 0; // part of the next tick
};

} // namespace nebula::pool
