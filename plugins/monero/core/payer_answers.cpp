// What the answers of daemon and wallet mean for the batches that are open.

#include "core/amount.h"
#include "core/payer.h"

#include <algorithm>

namespace nebula::monero {

void Payer::wallet_failed(TimeMs now, const Error &error) {
   wallet_known_ = false; // it may come back with another wallet
   pause(now, times_.retry, error.text);
}

void Payer::on_address(TimeMs now, const Result<std::string> &body) {
   const auto address = body ? parse_address_answer(*body) : Result<std::string>(body.error());
   if (!address)
      return wallet_failed(now, address.error());
   wallet_known_ = *address == wallet_;
   if (wallet_known_)
      trouble_.clear();
   else
      pause(now, times_.money,
            "wallet_rpc has the wallet " + *address + " open, but rewards go to " + wallet_ + ": open that one there");
}

void Payer::on_height(TimeMs now, const Result<std::string> &body) {
   const auto answer = body ? parse_height_answer(*body) : Result<HeightAnswer>(body.error());
   if (!answer)
      return pause(now, times_.retry, answer.error().text);
   height_ = answer->height;
   height_at_ = now + times_.poll;
}

void Payer::on_look(TimeMs now, const Result<std::string> &body) {
   const auto found = body ? parse_transactions_answer(*body) : Result<std::vector<FoundTransaction>>(body.error());
   if (!found)
      return pause(now, times_.retry, found.error().text);
   for (const Hash &id : asked_) {
      Sighting &seen = sightings_[id];
      seen.looked_at = height_;
      const auto one = std::ranges::find(*found, id, &FoundTransaction::id);
      if (one != found->end()) {
         seen = {true, one->height, height_, {}, 0, {}, false};
         continue;
      }
      seen.relayed = false;
      seen.block.reset();
      if (seen.doomed)
         give_up(id);
   }
   close_what_is_deep();
}

void Payer::on_relay(TimeMs now, const Result<std::string> &body) {
   const auto sent = body ? parse_relay_answer(*body) : Result<Hash>(body.error());
   const Hash id = asked_.front();
   Sighting &seen = sightings_[id];
   if (sent && *sent == id) {
      seen.relayed = true;
      seen.refused_at.reset();
      trouble_.clear();
      return;
   }
   const bool refused = sent || (sent.error().fault == Fault::rpc && (sent.error().rpc_code == k_wallet_generic ||
                                                                      sent.error().rpc_code == k_wallet_bad_metadata));
   if (!refused)
      return wallet_failed(now, sent.error());
   seen.refused_at = height_;
   batch_of(id)->waits = "the wallet does not send transaction " + to_hex(id) + ": " +
                         (sent ? "it sent " + to_hex(*sent) + " instead" : sent.error().text) +
                         "; it is tried again with each block";
}

// Our own transaction spends them as well, so a last look decides.
void Payer::on_conflict(TimeMs now, const Result<std::string> &body) {
   const auto spent = body ? parse_key_images_answer(*body) : Result<std::vector<bool>>(body.error());
   if (!spent)
      return pause(now, times_.retry, spent.error().text);
   Sighting &seen = sightings_[asked_.front()];
   seen.conflict_looked_at = height_;
   if (std::ranges::count(*spent, true) == 0) {
      seen.conflict_since.reset();
      return;
   }
   if (!seen.conflict_since)
      seen.conflict_since = height_;
   if (height_ < *seen.conflict_since + k_conflict_blocks)
      return;
   seen.doomed = true;
   seen.looked_at = 0;
}

// Its payments are made by another transaction.
void Payer::give_up(const Hash &piece) {
   Batch &batch = *batch_of(piece);
   const auto found = std::ranges::find(batch.pieces, piece, &Piece::id);
   batch.fee -= found->fee;
   batch.pieces.erase(found);
   batch.waits.clear();
   store_.put(batch, nullptr);
   sightings_.erase(piece);
}

void Payer::fail(Batch &batch, std::string why) {
   batch.state = BatchState::failed;
   batch.text = std::move(why);
   batch.payments.clear();
   store_.close(batch);
   open_.remove_if([&batch](const Batch &one) { return &one == &batch; });
}

void Payer::close_what_is_deep() {
   const auto deep = [this](const Piece &piece) {
      const Sighting &seen = sightings_[piece.id];
      return seen.block && *seen.block + k_maturity < height_;
   };
   for (auto batch = open_.begin(); batch != open_.end();) {
      const std::vector<bool> done = covered(*batch);
      if (std::ranges::count(done, false) > 0 || !std::ranges::all_of(batch->pieces, deep)) {
         ++batch;
         continue;
      }
      batch->state = BatchState::paid;
      batch->payments.clear();
      for (Piece &piece : batch->pieces)
         piece.key_images.clear();
      store_.close(*batch);
      for (const Piece &piece : batch->pieces)
         sightings_.erase(piece.id);
      batch = open_.erase(batch);
   }
}

void Payer::on_balance(TimeMs now, const Result<std::string> &body) {
   const auto answer = body ? parse_balance_answer(*body) : Result<BalanceAnswer>(body.error());
   if (!answer)
      return wallet_failed(now, answer.error());
   Batch &batch = *building();
   trouble_.clear();
   batch.waits.clear();
   if (batch.pieces.empty() && answer->balance < sum_of(batch.payments))
      return fail(batch, "the wallet has " + text_xmr(answer->balance) + ", the batch takes " +
                            text_xmr(sum_of(batch.payments)) + " and fees");
   while (sum_of(next_part(batch)) >= answer->unlocked) {
      if (next_part(batch).size() == 1) {
         part_max_ = k_receivers_max;
         batch.waits = "waits until the wallet's money is unlocked: " + text_xmr(answer->unlocked) + " is now, of " +
                       text_xmr(answer->balance);
         return pause(now, times_.money, batch.waits);
      }
      part_max_ = next_part(batch).size() - 1;
   }
   balance_good_ = true;
}

void Payer::on_transfer(TimeMs now, const Result<std::string> &body) {
   const auto made = body ? parse_transfer_answer(*body) : Result<TransferAnswer>(body.error());
   Batch &batch = *building();
   balance_good_ = false;
   if (!made)
      return on_refusal(now, batch, made.error());
   const auto part = next_part(batch).first(part_size_);
   if (made->amount != sum_of(part))
      return pause(now, times_.money,
                   "the wallet signed " + text_xmr(made->amount) + " instead of " + text_xmr(sum_of(part)) +
                      ": nothing was sent");
   batch.pieces.push_back({made->id, made->fee, static_cast<std::uint32_t>(part.data() - batch.payments.data()),
                           static_cast<std::uint32_t>(part.size()), made->key_images});
   batch.fee += made->fee;
   store_.put(batch, &made->metadata);
   part_max_ = k_receivers_max;
}

// Less at a time may be possible: fewer inputs that are unlocked, a smaller transaction.
void Payer::on_refusal(TimeMs now, Batch &batch, const Error &error) {
   if (error.fault != Fault::rpc)
      return wallet_failed(now, error);
   switch (error.rpc_code) {
   case k_wallet_not_enough:
   case k_wallet_not_enough_unlocked:
   case k_wallet_too_large:
   case k_wallet_generic:
      if (part_size_ > 1) {
         part_max_ = part_size_ / 2;
         return;
      }
      if (error.rpc_code == k_wallet_not_enough && batch.pieces.empty())
         return fail(batch, error.text);
      break;
   case k_wallet_wrong_address:
      if (batch.pieces.empty())
         return fail(batch, error.text);
      break;
   default:
      return wallet_failed(now, error);
   }
   part_max_ = k_receivers_max;
   batch.waits = error.text + "; it is tried again";
   pause(now, times_.money, batch.waits);
}

} // namespace nebula::monero
