#pragma once

/// Which solutions of one template were seen already.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace nebula::pool {

/// By their decoded numbers: the same share written differently is the same share. Freed with its template. A table
/// without nodes, in parts that grow each for itself: no share waits for a million others to be moved.
class SeenShares {
public:
   /// Bounds memory at 43 to 86 bytes a share; beyond, shares of the template are refused until the next one comes.
   static constexpr std::size_t k_max = 1'000'000;

   /// `secret` keeps miners, who choose their nonces, from choosing where they land in the table. `expected`: as many
   /// as the template before had. Tables that begin at their size leave no trail of smaller ones, between whose places
   /// in memory others settle: under steady load the pool's memory grew by that.
   explicit SeenShares(std::uint64_t secret, std::size_t expected = 0)
      : secret_(secret), room_first_(room_for(std::min(expected, k_expected_max))) {}

   enum class Seen { fresh, duplicate, full };
   /// All that a miner chooses: with its session's extranonce it says which hash was computed.
   struct Key {
      std::uint32_t extranonce = 0;  ///< of the session
      std::uint32_t ntime = 0;       ///< dialect B
      std::uint32_t roll = 0;        ///< of its job
      std::uint64_t extranonce2 = 0; ///< dialect B
      std::uint64_t nonce = 0;
      friend bool operator==(const Key &, const Key &) = default;
   };
   [[nodiscard]] Seen insert(const Key &key) {
      const std::uint64_t hash = hash_of(key);
      Part &part = parts_[hash >> k_part_shift];
      bool *const empty_key = key == Key{} ? &empty_key_seen_ : nullptr;
      if (empty_key ? *empty_key : part.contains(key, hash))
         return Seen::duplicate;
      if (size_ >= k_max)
         return Seen::full;
      ++size_;
      if (empty_key)
         *empty_key = true;
      else
         add(part, key, hash);
      return Seen::fresh;
   }

   [[nodiscard]] std::size_t size() const { return size_; }
   template <class Function>
   void each(const Function &function) const {
      if (empty_key_seen_)
         function(Key{});
      for (const Part &part : parts_)
         for (std::uint32_t i = 0; i < part.room; ++i)
            if (part.keys[i] != Key{})
               function(part.keys[i]);
   }

private:
   static constexpr unsigned k_part_bits = 6, k_part_shift = 64 - k_part_bits;
   static constexpr std::uint32_t k_room_least = 8;
   static constexpr std::size_t k_expected_max = 65'536; // tables of 5 MB; what is larger grows

   /// Of each part, when so many are spread over all of them.
   [[nodiscard]] static std::uint32_t room_for(std::size_t shares) {
      const auto of_part = static_cast<std::uint32_t>(shares >> k_part_bits);
      return std::max(k_room_least, std::bit_ceil(of_part + of_part / 3 + 1));
   }

   /// Open addressing with linear probes; a key of zeros is an empty place. At most three quarters are taken.
   struct Part {
      std::unique_ptr<Key[]> keys;
      std::uint32_t room = 0, used = 0; // room: a power of two, or 0

      /// Where it is, or the empty place that is to have it. There is room.
      [[nodiscard]] Key &place(const Key &key, std::uint64_t hash) const {
         std::size_t at = hash & (room - 1);
         while (keys[at] != key && keys[at] != Key{})
            at = (at + 1) & (room - 1);
         return keys[at];
      }
      [[nodiscard]] bool contains(const Key &key, std::uint64_t hash) const {
         return room > 0 && place(key, hash) == key;
      }
   };

   void add(Part &part, const Key &key, std::uint64_t hash) const {
      if (4 * (part.used + 1) > 3 * part.room)
         grow(part);
      part.place(key, hash) = key;
      ++part.used;
   }
   void grow(Part &part) const {
      Part larger;
      larger.room = part.room == 0 ? room_first_ : 2 * part.room;
      larger.used = part.used;
      larger.keys = std::make_unique<Key[]>(larger.room);
      for (std::uint32_t i = 0; i < part.room; ++i)
         if (part.keys[i] != Key{})
            larger.place(part.keys[i], hash_of(part.keys[i])) = part.keys[i];
      part = std::move(larger);
   }

   [[nodiscard]] std::uint64_t hash_of(const Key &key) const {
      const std::uint64_t given = std::uint64_t{key.extranonce} << 32 | key.roll;
      std::uint64_t z = mix((key.nonce ^ secret_) + given * 0x9E3779B97F4A7C15u);
      if ((key.extranonce2 | key.ntime) != 0) // of one dialect; the quick ones need not pay for it
         z = mix((z ^ key.extranonce2) + key.ntime * 0x9E3779B97F4A7C15u);
      return z;
   }
   [[nodiscard]] std::uint64_t mix(std::uint64_t z) const {
      z = (z ^ z >> 30) * (secret_ | 1);
      z = (z ^ z >> 27) * 0x94D049BB133111EBu;
      return z ^ z >> 31;
   }

   std::uint64_t secret_;
   std::uint32_t room_first_; // of a part that gets its first share
   std::array<Part, std::size_t{1} << k_part_bits> parts_;
   std::size_t size_ = 0;
   bool empty_key_seen_ = false;
};

} // namespace nebula::pool
