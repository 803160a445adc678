#pragma once

/// Things by small numbers, at addresses that stay: what belongs to connections, for which the shell takes the least
/// numbers that are free. Neither a hash nor a node for each; neighbours by number are neighbours in memory.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace nebula::pool {

template <class T>
class Slots {
public:
   /// More than there are descriptors; bounds what one large number costs.
   static constexpr std::uint32_t k_numbers = 1u << 24;

   Slots() = default;
   Slots(const Slots &) = delete;
   Slots &operator=(const Slots &) = delete;
   ~Slots() { clear(); }

   [[nodiscard]] T *find(std::uint32_t number) {
      return holds(number) ? chunks_[number / k_chunk]->at(number % k_chunk) : nullptr;
   }
   [[nodiscard]] const T *find(std::uint32_t number) const { return const_cast<Slots *>(this)->find(number); }
   [[nodiscard]] bool contains(std::uint32_t number) const { return holds(number); }

   /// At a number below k_numbers that is free. Invalidates nothing.
   template <class... Arguments>
   T &emplace(std::uint32_t number, Arguments &&...arguments) {
      const std::size_t place = number / k_chunk;
      if (place >= chunks_.size())
         chunks_.resize(place + 1);
      if (!chunks_[place])
         chunks_[place] = std::make_unique<Chunk>();
      Chunk &chunk = *chunks_[place];
      T *made = new (chunk.at(number % k_chunk)) T(std::forward<Arguments>(arguments)...);
      chunk.used |= bit(number);
      ++size_;
      return *made;
   }
   /// One that is there.
   void erase(std::uint32_t number) {
      std::unique_ptr<Chunk> &chunk = chunks_[number / k_chunk];
      chunk->used &= ~bit(number);
      --size_;
      chunk->at(number % k_chunk)->~T();
      if (chunk->used == 0)
         chunk.reset();
   }
   void clear() {
      for (std::uint32_t number = 0; number < end(); ++number)
         if (holds(number))
            erase(number);
      chunks_.clear();
   }

   [[nodiscard]] std::size_t size() const { return size_; }
   [[nodiscard]] bool empty() const { return size_ == 0; }
   /// Above all numbers there are.
   [[nodiscard]] std::uint32_t end() const { return static_cast<std::uint32_t>(chunks_.size()) * k_chunk; }

   /// In the order of their numbers. `function(number, thing)` may erase the one it is given, and add others.
   template <class Function>
   void each(const Function &function) {
      for (std::uint32_t number = 0; number < end(); ++number)
         if (T *thing = find(number))
            function(number, *thing);
   }
   template <class Function>
   void each(const Function &function) const {
      const_cast<Slots *>(this)->each([&](std::uint32_t number, const T &thing) { function(number, thing); });
   }

private:
   static constexpr std::uint32_t k_chunk = 64;
   struct Chunk {
      std::uint64_t used = 0; // a bit for each
      alignas(T) std::array<std::byte, sizeof(T) * k_chunk> room;
      [[nodiscard]] T *at(std::uint32_t place) { return reinterpret_cast<T *>(room.data() + sizeof(T) * place); }
   };

   [[nodiscard]] static constexpr std::uint64_t bit(std::uint32_t number) { return 1ull << (number % k_chunk); }
   [[nodiscard]] bool holds(std::uint32_t number) const {
      const std::size_t place = number / k_chunk;
      return place < chunks_.size() && chunks_[place] && (chunks_[place]->used & bit(number)) != 0;
   }

   std::vector<std::unique_ptr<Chunk>> chunks_;
   std::size_t size_ = 0;
};

/// Which numbers of a table are free. One that was given back waits behind all others that were.
class SlotNumbers {
public:
   SlotNumbers() = default;
   template <class T>
   explicit SlotNumbers(const Slots<T> &taken) : next_(taken.end()) {
      for (std::uint32_t number = 0; number < next_; ++number)
         if (!taken.contains(number))
            free_.push_back(number);
   }

   [[nodiscard]] std::uint32_t take() {
      if (free_.empty())
         return next_++;
      const std::uint32_t number = free_.front();
      free_.pop_front();
      return number;
   }
   void give_back(std::uint32_t number) { free_.push_back(number); }

private:
   std::deque<std::uint32_t> free_; // below next_
   std::uint32_t next_ = 0;
};

} // namespace nebula::pool
