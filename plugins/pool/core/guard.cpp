#include "guard.h"

#include <algorithm>

namespace nebula::pool {
namespace {

Rate of_network(Rate rate) {
   rate.events *= GuardSettings::k_network_share;
   return rate;
}

} // namespace

Guard::Guard(GuardSettings settings)
   : settings_(std::move(settings)), addresses_(0, NetAddress::Hash{settings_.secret}),
     networks_(0, NetAddress::Hash{settings_.secret}) {}

bool Guard::Entry::forgettable(std::uint64_t now_ns) const {
   return connections == 0 && banned_until_ns <= now_ns && strikes.full(now_ns) &&
          std::ranges::all_of(buckets, [&](const Bucket &bucket) { return bucket.full(now_ns); });
}

void Guard::make_room(Table &table, std::size_t connected) {
   if (table.size() < connected + GuardSettings::k_strangers_max)
      return;
   // More entries than connections: one without is soon found.
   const auto stranger = std::ranges::find_if(table, [](const auto &one) { return one.second.connections == 0; });
   if (stranger != table.end())
      table.erase(stranger);
}

Guard::Admission Guard::admit(const NetAddress &address, std::uint64_t now_ns, Place *place) {
   if (trusts(address))
      return Admission::welcome;
   make_room(addresses_, connected_);
   make_room(networks_, connected_);
   Entry &one = addresses_[address.holder()], &all = networks_[address.network()];
   if (one.banned_until_ns > now_ns)
      return Admission::banned;
   if (one.connections >= settings_.connections_per_address)
      return Admission::too_many;
   if (all.connections / GuardSettings::k_network_share >= settings_.connections_per_address)
      return Admission::too_many_of_network;
   const Rate &rate = settings_.rates[static_cast<std::size_t>(Ask::connect)];
   constexpr auto k_connect = static_cast<std::size_t>(Ask::connect);
   if (!one.buckets[k_connect].take(rate, now_ns) || !all.buckets[k_connect].take(of_network(rate), now_ns))
      return Admission::too_fast;
   ++one.connections;
   ++all.connections;
   ++connected_;
   if (place) {
      place->address_ = &one;
      place->network_ = &all;
   }
   return Admission::welcome;
}

Guard::Place Guard::adopt(const NetAddress &address) {
   Place place;
   if (trusts(address))
      return place;
   place.address_ = &addresses_[address.holder()];
   place.network_ = &networks_[address.network()];
   ++place.address_->connections;
   ++place.network_->connections;
   ++connected_;
   return place;
}

void Guard::leave(const NetAddress &address, std::uint64_t now_ns) {
   if (trusts(address))
      return;
   --connected_;
   const auto release = [now_ns](Table &table, const NetAddress &key) {
      const auto found = table.find(key);
      --found->second.connections;
      if (found->second.forgettable(now_ns))
         table.erase(found);
   };
   release(addresses_, address.holder());
   release(networks_, address.network());
}

bool Guard::allows(const Place &place, Ask ask, std::uint64_t now_ns) const {
   if (!place.address_)
      return true;
   const auto which = static_cast<std::size_t>(ask);
   const Rate &rate = settings_.rates[which];
   return place.address_->buckets[which].take(rate, now_ns) &&
          place.network_->buckets[which].take(of_network(rate), now_ns);
}

bool Guard::strike(const NetAddress &address, std::uint64_t now_ns) {
   if (trusts(address))
      return false;
   make_room(addresses_, connected_);
   Entry &one = addresses_[address.holder()];
   if (one.banned_until_ns > now_ns || one.strikes.take(settings_.strikes, now_ns))
      return false;
   one.strikes = {};
   one.banned_until_ns = now_ns + settings_.ban_ns;
   last_ban_ends_ns_ = std::max(last_ban_ends_ns_, one.banned_until_ns);
   return true;
}

void Guard::ban(const NetAddress &address, std::uint64_t until_ns) {
   make_room(addresses_, connected_);
   addresses_[address.holder()].banned_until_ns = until_ns;
   last_ban_ends_ns_ = std::max(last_ban_ends_ns_, until_ns);
}

bool Guard::unban(const NetAddress &address, std::uint64_t now_ns) {
   const auto found = addresses_.find(address.holder());
   if (found == addresses_.end() || found->second.banned_until_ns <= now_ns)
      return false;
   found->second.banned_until_ns = 0;
   return true;
}

bool Guard::banned(const NetAddress &address, std::uint64_t now_ns) const {
   const auto found = addresses_.find(address.holder());
   return found != addresses_.end() && found->second.banned_until_ns > now_ns;
}

std::size_t Guard::banned_count(std::uint64_t now_ns) const {
   if (last_ban_ends_ns_ <= now_ns)
      return 0;
   return static_cast<std::size_t>(
      std::ranges::count_if(addresses_, [now_ns](const auto &one) { return one.second.banned_until_ns > now_ns; }));
}

void Guard::forget(Table &table, std::uint64_t now_ns) const {
   if (table.bucket_count() == 0)
      return;
   std::vector<NetAddress> gone;
   const std::size_t part = table.bucket_count() / k_sweep_ticks + 1;
   for (std::size_t i = 0; i < part; ++i) {
      const std::size_t bucket = (sweep_ * part + i) % table.bucket_count();
      for (auto one = table.begin(bucket); one != table.end(bucket); ++one)
         if (one->second.forgettable(now_ns))
            gone.push_back(one->first);
   }
   for (const NetAddress &address : gone)
      table.erase(address);
}

void Guard::tick(std::uint64_t now_ns) {
   forget(addresses_, now_ns);
   forget(networks_, now_ns);
   sweep_ = (sweep_ + 1) % k_sweep_ticks;
}

} // namespace nebula::pool
