#include "money_world.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace nebula::monero::test {

namespace json = boost::json;

namespace {

constexpr std::uint64_t k_fee = 3;
constexpr std::uint64_t k_reward = 400;

std::string good(json::object result) {
   return json::serialize(json::object{{"id", "0"}, {"jsonrpc", "2.0"}, {"result", std::move(result)}});
}

std::string bad(int code, std::string_view text) {
   return json::serialize(json::object{{"error", {{"code", code}, {"message", text}}}, {"id", "0"}});
}

Hash hash_of(const json::value &text) {
   return *hash_from_hex(std::string_view(text.as_string()), "a hash");
}

} // namespace

MoneyWorld::MoneyWorld(std::uint64_t seed) : chance_(seed) {
   for (int i = 0; i < 80; ++i)
      mine();
}

Hash MoneyWorld::new_hash() {
   Hash out{};
   for (std::uint8_t &byte : out)
      byte = static_cast<std::uint8_t>(chance_());
   return out;
}

bool MoneyWorld::in_chain(const Hash &id) const {
   return std::ranges::any_of(blocks_, [&](const Block &one) { return std::ranges::count(one.transactions, id) > 0; });
}

bool MoneyWorld::spent(std::size_t output, bool with_pool, const Hash &except) const {
   const auto spends = [&](const Hash &id) {
      return id != except && std::ranges::count(known_.at(id).inputs, output) > 0;
   };
   return (with_pool && std::ranges::any_of(pool_, spends)) ||
          std::ranges::any_of(blocks_, [&](const Block &one) { return std::ranges::any_of(one.transactions, spends); });
}

/// Its inputs exist and nothing else spends them.
bool MoneyWorld::fits(const Spend &spend) const {
   return std::ranges::all_of(spend.inputs, [&](std::size_t one) {
      return one < outputs_.size() && outputs_[one].unlocked_at <= height() && !spent(one, true, spend.id) &&
             (outputs_[one].made_by == Hash{} || in_chain(outputs_[one].made_by));
   });
}

void MoneyWorld::mine() {
   Block block;
   block.first_output = outputs_.size();
   for (const Hash &id : std::exchange(pool_, {})) {
      block.transactions.push_back(id);
      outputs_.push_back({known_.at(id).change, height() + 10, new_hash(), id});
   }
   outputs_.push_back({k_reward, height() + 60, new_hash(), {}});
   blocks_.push_back(std::move(block));
}

void MoneyWorld::unwind(unsigned count) {
   std::vector<Hash> back;
   for (; count > 0 && height() > 70; --count) {
      outputs_.resize(blocks_.back().first_output);
      back.insert(back.begin(), blocks_.back().transactions.begin(), blocks_.back().transactions.end());
      blocks_.pop_back();
   }
   back.insert(back.end(), pool_.begin(), pool_.end());
   pool_.clear();
   for (const Hash &id : back) {
      if (chance_() % 3 != 0 && fits(known_.at(id)))
         pool_.push_back(id);
   }
}

void MoneyWorld::forget_one() {
   if (!pool_.empty())
      pool_.erase(pool_.begin() + static_cast<std::ptrdiff_t>(chance_() % pool_.size()));
}

void MoneyWorld::spend_by_hand() {
   std::uint64_t sum = 0;
   Spend spend{new_hash(), choose(1 + chance_() % 500, sum), {}, 0, k_fee};
   if (spend.inputs.empty())
      return;
   spend.payments = {{"by hand", sum - k_fee}};
   known_[spend.id] = spend;
   pool_.push_back(spend.id);
}

std::uint64_t MoneyWorld::received(const std::string &address) const {
   std::uint64_t sum = 0;
   for (const Block &block : blocks_) {
      for (const Hash &id : block.transactions) {
         for (const Payment &one : known_.at(id).payments)
            sum += one.address == address ? one.amount : 0;
      }
   }
   return sum;
}

/// Unlocked outputs that nothing in chain or pool spends; none when they do not suffice.
std::vector<std::size_t> MoneyWorld::choose(std::uint64_t amount, std::uint64_t &sum) const {
   std::vector<std::size_t> out;
   sum = 0;
   for (std::size_t i = 0; i < outputs_.size() && sum < amount + k_fee; ++i) {
      if (outputs_[i].amount == 0 || outputs_[i].unlocked_at > height() || spent(i, true, {}))
         continue;
      out.push_back(i);
      sum += outputs_[i].amount;
   }
   return sum < amount + k_fee ? std::vector<std::size_t>{} : out;
}

std::string MoneyWorld::balance() const {
   std::uint64_t all = 0, unlocked = 0;
   for (std::size_t i = 0; i < outputs_.size(); ++i) {
      if (spent(i, true, {}))
         continue;
      all += outputs_[i].amount;
      unlocked += outputs_[i].unlocked_at <= height() ? outputs_[i].amount : 0;
   }
   for (const Hash &id : pool_)
      all += known_.at(id).change;
   return good({{"balance", all}, {"unlocked_balance", unlocked}});
}

std::string MoneyWorld::transfer(const json::object &params) {
   Spend spend{new_hash(), {}, {}, 0, k_fee};
   std::uint64_t amount = 0;
   for (const json::value &one : params.at("destinations").as_array()) {
      spend.payments.push_back({std::string(one.as_object().at("address").as_string()),
                                one.as_object().at("amount").to_number<std::uint64_t>()});
      amount += spend.payments.back().amount;
   }
   std::uint64_t sum = 0;
   spend.inputs = choose(amount, sum);
   if (spend.inputs.empty())
      return bad(k_wallet_not_enough_unlocked, "not enough unlocked money");
   spend.change = sum - amount - k_fee;
   json::array images;
   for (const std::size_t one : spend.inputs)
      images.emplace_back(to_hex(outputs_[one].image));
   known_[spend.id] = spend;
   return good({{"tx_hash", to_hex(spend.id)},
                {"amount", amount},
                {"fee", k_fee},
                {"tx_metadata", "00" + to_hex(spend.id)},
                {"spent_key_images", {{"key_images", std::move(images)}}}});
}

std::string MoneyWorld::relay(const json::object &params) {
   const std::string metadata(params.at("hex").as_string());
   const Hash id = *hash_from_hex(std::string_view(metadata).substr(2), "metadata");
   if (!in_chain(id) && std::ranges::count(pool_, id) == 0) {
      if (!fits(known_.at(id))) {
         ++dropped;
         return bad(k_wallet_generic, "Failed to commit tx.");
      }
      pool_.push_back(id);
   }
   return good({{"tx_hash", to_hex(id)}});
}

std::string MoneyWorld::transactions(const json::object &body) const {
   json::array found;
   for (const json::value &text : body.at("txs_hashes").as_array()) {
      const Hash id = hash_of(text);
      if (std::ranges::count(pool_, id) > 0)
         found.push_back(json::object{{"tx_hash", text}, {"in_pool", true}});
      for (std::uint64_t h = 0; h < height(); ++h) {
         if (std::ranges::count(blocks_[h].transactions, id) > 0)
            found.push_back(json::object{{"tx_hash", text}, {"in_pool", false}, {"block_height", h}});
      }
   }
   json::object out{{"status", "OK"}};
   if (!found.empty())
      out["txs"] = std::move(found);
   return json::serialize(out);
}

std::string MoneyWorld::key_images(const json::object &body) const {
   json::array out;
   for (const json::value &text : body.at("key_images").as_array()) {
      const auto output = std::ranges::find(outputs_, hash_of(text), &Output::image);
      const auto place = static_cast<std::size_t>(output - outputs_.begin());
      const bool gone = output == outputs_.end();
      out.emplace_back(gone ? 0 : spent(place, false, {}) ? 1 : spent(place, true, {}) ? 2 : 0);
   }
   return json::serialize(json::object{{"status", "OK"}, {"spent_status", std::move(out)}});
}

std::string MoneyWorld::answer(const PayerQuestion &question) {
   const json::object body = json::parse(question.request.body).as_object();
   if (question.request.path == "/get_height")
      return json::serialize(json::object{{"status", "OK"}, {"height", height()}, {"hash", to_hex(Hash{})}});
   if (question.request.path == "/get_transactions")
      return transactions(body);
   if (question.request.path == "/is_key_image_spent")
      return key_images(body);
   const json::object &params = body.at("params").as_object();
   const std::string_view method = body.at("method").as_string();
   if (method == "get_address")
      return good({{"address", k_wallet}});
   if (method == "get_balance")
      return balance();
   return method == "transfer" ? transfer(params) : relay(params);
}

} // namespace nebula::monero::test
