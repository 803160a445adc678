#include "core/payer.h"

#include "core/address.h"
#include "core/amount.h"

#include <algorithm>
#include <exception>

namespace nebula::monero {

namespace {

bool is_integrated(const Payment &payment) {
   const auto info = parse_address(payment.address);
   return info && info->kind == AddressKind::integrated;
}

} // namespace

Payer::Payer(PayoutStore &store, std::string wallet, PayerTimes times)
   : store_(store), wallet_(std::move(wallet)), times_(times) {}

void Payer::load(TimeMs now) {
   loaded_ = false;
   open_.clear();
   for (PayoutBatch &one : store_.open_batches())
      open_.push_back({std::move(one), {}});
   loaded_ = true;
   next_at_ = height_at_ = now;
   balance_good_ = false;
}

// After a failure of the store nobody knows what it has: read it again before anything else.
void Payer::reload(TimeMs now, const char *why) {
   pause(now, times_.retry, std::string("the store failed: ") + why);
   loaded_ = false;
}

Result<BatchView> Payer::order(TimeMs now, std::string_view key, std::vector<Payment> payments,
                               const std::string &impossible) {
   PayoutBatch batch;
   batch.key = key;
   batch.digest = payments_digest(payments);
   if (const auto known = store_.find(key)) {
      if (known->digest != batch.digest)
         return Error{"the key \"" + batch.key + "\" stands for other payments", Fault::refused};
      return *view(key);
   }
   if (open_.size() >= k_open_batches_max)
      return Error{std::to_string(open_.size()) + " batches are under way, the limit", Fault::busy};
   batch.number = open_.empty() ? 1 : open_.back().number + 1;
   if (!impossible.empty()) {
      batch.state = BatchState::failed;
      batch.text = impossible;
      store_.close(batch);
      return view_of(batch, {});
   }
   batch.payments = std::move(payments);
   try {
      store_.put(batch, nullptr);
   } catch (const std::exception &error) {
      reload(now, error.what());
      throw;
   }
   open_.push_back({std::move(batch), {}});
   if (under_way_ == Ask::nothing)
      next_at_ = std::min(next_at_, now);
   return view_of(open_.back(), {});
}

std::vector<bool> Payer::covered(const PayoutBatch &batch) {
   std::vector<bool> out(batch.payments.size());
   for (const Piece &one : batch.pieces)
      std::fill_n(out.begin() + one.first, one.count, true);
   return out;
}

BatchView Payer::view_of(const PayoutBatch &batch, const std::string &waits) const {
   BatchView out{batch.state, batch.fee, 0, {}, batch.text};
   std::uint64_t least = ~0ull;
   for (const Piece &one : batch.pieces) {
      out.transactions.push_back(one.id);
      const auto seen = sightings_.find(one.id);
      const bool mined = seen != sightings_.end() && seen->second.block && *seen->second.block < height_;
      least = std::min(least, mined ? height_ - *seen->second.block : 0);
   }
   if (batch.state == BatchState::paid)
      least = k_maturity + 1; // and more: nobody looks any longer
   if (batch.state == BatchState::failed || batch.pieces.empty() ||
       (batch.state == BatchState::open && std::ranges::count(covered(batch), false) > 0))
      least = 0;
   out.confirmations = least;
   if (batch.state != BatchState::open)
      return out;
   out.text = least > 0           ? "waits for " + std::to_string(k_maturity + 1) + " confirmations"
              : !waits.empty()    ? waits
              : !trouble_.empty() ? trouble_
                                  : "on its way";
   return out;
}

std::optional<BatchView> Payer::view(std::string_view key) const {
   const auto found = std::ranges::find_if(open_, [&](const Batch &one) { return one.key == key; });
   if (found != open_.end())
      return view_of(*found, found->waits);
   if (const auto stored = store_.find(key))
      return view_of(*stored, {});
   return std::nullopt;
}

std::vector<std::pair<std::string, BatchView>> Payer::list() const {
   std::vector<std::pair<std::string, BatchView>> out;
   for (const Batch &one : open_)
      out.emplace_back(one.key, view_of(one, one.waits));
   return out;
}

std::uint64_t Payer::owed() const {
   std::uint64_t sum = 0;
   for (const Batch &batch : open_) {
      sum += sum_of(batch.payments);
      for (const Piece &piece : batch.pieces) {
         const auto seen = sightings_.find(piece.id);
         if (seen != sightings_.end() && seen->second.relayed)
            sum -= sum_of(std::span(batch.payments).subspan(piece.first, piece.count));
         else
            sum += piece.fee;
      }
   }
   return sum;
}

std::optional<TimeMs> Payer::due_at() const {
   if (under_way_ != Ask::nothing || (loaded_ && open_.empty()))
      return std::nullopt;
   return next_at_;
}

std::optional<PayerQuestion> Payer::due(TimeMs now) {
   if (under_way_ != Ask::nothing || now < next_at_)
      return std::nullopt;
   try {
      if (!loaded_)
         load(now);
      const Ask ask = next_ask(now);
      if (ask == Ask::nothing) {
         next_at_ = height_at_;
         return std::nullopt;
      }
      PayerQuestion out = question(ask);
      under_way_ = ask;
      return out;
   } catch (const std::exception &error) {
      reload(now, error.what());
      return std::nullopt;
   }
}

Payer::Batch *Payer::building() {
   for (Batch &one : open_) {
      if (std::ranges::count(covered(one), false) > 0)
         return &one;
   }
   return nullptr;
}

Payer::Batch *Payer::batch_of(const Hash &piece) {
   for (Batch &one : open_) {
      if (std::ranges::count(one.pieces, piece, &Piece::id) > 0)
         return &one;
   }
   return nullptr;
}

Payer::Ask Payer::next_ask(TimeMs now) {
   asked_.clear();
   if (open_.empty())
      return Ask::nothing;
   if (height_ == 0 || now >= height_at_)
      return Ask::height;
   for (const Batch &batch : open_) {
      for (const Piece &piece : batch.pieces) {
         if (sightings_[piece.id].looked_at < height_ && asked_.size() < k_looked_up_at_once)
            asked_.push_back(piece.id);
      }
   }
   if (!asked_.empty())
      return Ask::look;
   if (!wallet_known_)
      return Ask::address;
   return ask_about_unsent();
}

// One transaction at a time: one that is signed and not taken by the daemon may spend the same as the next.
Payer::Ask Payer::ask_about_unsent() {
   for (const Batch &batch : open_) {
      for (const Piece &piece : batch.pieces) {
         const Sighting &seen = sightings_[piece.id];
         if (seen.relayed)
            continue;
         asked_ = {piece.id};
         if (seen.refused_at != height_)
            return Ask::relay;
         return seen.conflict_looked_at != height_ ? Ask::conflict : Ask::nothing;
      }
   }
   if (building() == nullptr)
      return Ask::nothing;
   return balance_good_ ? Ask::transfer : Ask::balance;
}

// Up to part_max_ payments that no piece makes yet. An integrated address stands alone: a transaction has one payment
// id.
std::span<const Payment> Payer::next_part(const Batch &batch) const {
   const std::vector<bool> done = covered(batch);
   const auto first = static_cast<std::size_t>(std::find(done.begin(), done.end(), false) - done.begin());
   std::size_t count = 0;
   while (first + count < done.size() && !done[first + count] && count < part_max_) {
      if (is_integrated(batch.payments[first + count])) {
         count = std::max<std::size_t>(count, 1);
         break;
      }
      ++count;
   }
   return std::span(batch.payments).subspan(first, count);
}

PayerQuestion Payer::question(Ask ask) {
   using Whom = PayerQuestion::Whom;
   switch (ask) {
   case Ask::height:
      return {Whom::daemon, height_request()};
   case Ask::look:
      return {Whom::daemon, transactions_request(asked_)};
   case Ask::address:
      return {Whom::wallet, address_request()};
   case Ask::relay:
      return {Whom::wallet, relay_request(store_.metadata(asked_.front()))};
   case Ask::conflict: {
      const Batch &batch = *batch_of(asked_.front());
      return {Whom::daemon,
              key_images_request(std::ranges::find(batch.pieces, asked_.front(), &Piece::id)->key_images)};
   }
   case Ask::transfer: {
      const auto part = next_part(*building());
      part_size_ = part.size();
      return {Whom::wallet, transfer_request(part)};
   }
   case Ask::balance:
   case Ask::nothing:
      break;
   }
   return {Whom::wallet, balance_request()};
}

void Payer::pause(TimeMs now, TimeMs time, std::string why) {
   trouble_ = std::move(why);
   next_at_ = now + time;
   balance_good_ = false;
}

void Payer::on_answer(TimeMs now, const Result<std::string> &body) {
   const Ask asked = std::exchange(under_way_, Ask::nothing);
   next_at_ = now;
   try {
      switch (asked) {
      case Ask::address:
         return on_address(now, body);
      case Ask::height:
         return on_height(now, body);
      case Ask::look:
         return on_look(now, body);
      case Ask::relay:
         return on_relay(now, body);
      case Ask::conflict:
         return on_conflict(now, body);
      case Ask::balance:
         return on_balance(now, body);
      case Ask::transfer:
         return on_transfer(now, body);
      case Ask::nothing:
         return;
      }
   } catch (const std::exception &error) {
      reload(now, error.what());
   }
}

} // namespace nebula::monero
