#include "requests.h"

#include "words.h"

#include <nebula/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <future>

namespace nebula::pool {

namespace json = boost::json;

namespace {

/// The loop answers within a turn; longer means that the instance ends.
constexpr std::chrono::seconds k_patience{10};
constexpr std::uint64_t k_ban_default_ns = 600'000'000'000;
constexpr std::size_t k_rows = 50;
constexpr std::size_t k_workers_max = 1'000;

/// What `ask` gives to its callback, waited for.
template <class T, class Ask>
T wait_for(Ask ask) {
   auto promise = std::make_shared<std::promise<T>>();
   auto answer = promise->get_future();
   ask([promise](T value) { promise->set_value(std::move(value)); });
   try {
      if (answer.wait_for(k_patience) == std::future_status::ready)
         return answer.get();
   } catch (const std::future_error &) {
      // The loop ended first.
   }
   throw Error(NEB_E_STATE, "the pool does not answer: it is ending");
}

std::string rate_text(std::uint64_t rate) {
   static constexpr const char *k_units[] = {"H/s", "kH/s", "MH/s", "GH/s", "TH/s", "PH/s"};
   std::size_t unit = 0;
   auto value = static_cast<double>(rate);
   for (; value >= 1'000 && unit + 1 < std::size(k_units); ++unit)
      value /= 1'000;
   char text[32];
   std::snprintf(text, sizeof text, "%.1f %s", value, k_units[unit]);
   return text;
}

/// Columns as wide as their widest cell, two spaces between.
std::string table(const std::vector<std::vector<std::string>> &rows) {
   std::vector<std::size_t> widths;
   for (const auto &row : rows)
      for (std::size_t i = 0; i < row.size(); ++i) {
         if (widths.size() <= i)
            widths.push_back(0);
         widths[i] = std::max(widths[i], row[i].size());
      }
   std::string out;
   for (const auto &row : rows) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i) {
         line += row[i];
         if (i + 1 < row.size())
            line.append(widths[i] - row[i].size() + 2, ' ');
      }
      out += line + '\n';
   }
   if (!out.empty())
      out.pop_back();
   return out;
}

std::string text_of(const json::value &value) {
   return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

/// A table of some members of an array of objects.
std::string table_of(const json::array &rows, std::initializer_list<const char *> members) {
   std::vector<std::vector<std::string>> cells(1);
   for (const char *member : members)
      cells[0].emplace_back(member);
   for (const json::value &row : rows) {
      std::vector<std::string> line;
      for (const char *member : members) {
         const json::value &value = row.at(member);
         const bool rate = std::string_view(member) == "hashrate";
         line.push_back(rate ? rate_text(value.to_number<std::uint64_t>()) : text_of(value));
      }
      cells.push_back(std::move(line));
   }
   return table(cells);
}

std::string with_text(json::object document, const std::string &text) {
   document["text"] = text;
   return json::serialize(document);
}

bool is_zero(const json::value &amount) {
   return amount.get_string().find_first_not_of("0.") == json::string::npos;
}

/// "12.500000 ZION", or "12.500000 + 0.100000 ZION" with what is of the bonus fund.
std::string money_of(const json::object &document, const char *member) {
   const json::value &money = document.at(member), &symbol = document.at("symbol");
   return text_of(money.at("main")) + (is_zero(money.at("bonus")) ? "" : " + " + text_of(money.at("bonus"))) +
          (text_of(symbol).empty() ? "" : " " + text_of(symbol));
}

std::string status_of(const json::object &document) {
   std::string out;
   for (const json::value &one : document.at("algorithms").get_array())
      out += text_of(one.at("name")) + ": " + rate_text(one.at("hashrate").to_number<std::uint64_t>()) + ", " +
             text_of(one.at("workers")) + " workers, " + text_of(one.at("shares").at("accepted")) + " shares, " +
             text_of(one.at("blocks")) + " blocks, height " + text_of(one.at("height")) + '\n';
   out += text_of(document.at("connections").at("open")) + " connections, " +
          text_of(document.at("workers").at("connected")) + " workers connected";
   if (const json::value *coin = document.if_contains("coin")) {
      const json::value &lacking = coin->at("unfunded");
      if (!is_zero(lacking.at("main")) || !is_zero(lacking.at("bonus")))
         out += "\nthe funds lack " + money_of(coin->get_object(), "unfunded") + " of what is due";
   }
   if (const json::value *trouble = document.if_contains("trouble"))
      out += '\n' + text_of(*trouble);
   return out;
}

std::string rejected_of(const json::object &document) {
   std::string out;
   for (const json::value &one : document.at("algorithms").get_array()) {
      const json::value &shares = one.at("shares");
      out += (out.empty() ? "" : "\n") + text_of(one.at("name")) + ": " + text_of(shares.at("accepted")) +
             " accepted, " + text_of(shares.at("stale")) + " stale, " + text_of(shares.at("duplicate")) +
             " duplicate, " + text_of(shares.at("low")) + " low, " + text_of(shares.at("invalid")) + " invalid";
   }
   return out;
}

constexpr const char *k_all =
   "status, results, ports, workers, miner, ban, unban, payouts, payments, pay, audit, blocks, suspects";

/// A document of rows, shown as a table of some of their members, or as a word for none.
std::string shown(json::object document, const char *rows_member, const char *none,
                  std::initializer_list<const char *> members) {
   const json::array &rows = document.at(rows_member).get_array();
   const std::string text = rows.empty() ? none : table_of(rows, members);
   return with_text(std::move(document), text);
}

std::string workers(const Queries &queries, const Words &words) {
   expect(words, 0, 1, "nebula ctl pool workers [WALLET]");
   WorkersAsked asked;
   asked.most = k_workers_max;
   if (!words.empty()) {
      asked.wallet = words[0];
      asked.connected = false;
   }
   auto document =
      wait_for<json::object>([&](Queries::Done done) { queries.workers(std::move(asked), std::move(done)); });
   return shown(std::move(document), "workers", "no worker is connected",
                {"wallet", "worker", "algorithm", "hashrate", "difficulty", "connections", "banned_seconds", "agent"});
}

std::string miner(const Queries &queries, const Words &words) {
   expect(words, 1, 1, "nebula ctl pool miner WALLET");
   auto found = queries.find(words[0]);
   return json::serialize(
      wait_for<json::object>([&](Queries::Done done) { queries.miner(std::move(found), std::move(done)); }));
}

std::string ban(const Queries &queries, const Words &words) {
   constexpr const char *k_usage = "nebula ctl pool ban WALLET[.WORKER]|ADDRESS [TIME], e.g. 10m";
   expect(words, 1, 2, k_usage);
   const std::uint64_t time = words.size() > 1 ? duration_of(words[1], k_usage) : k_ban_default_ns;
   const auto count = wait_for<std::size_t>([&](auto done) { queries.ban(words[0], time, std::move(done)); });
   if (count == 0)
      throw Error(NEB_E_NOT_FOUND, "no worker is known as ", words[0], "; nebula ctl pool workers lists them");
   return with_text({{"banned", count}}, concat(words[0], ": ", count, " banned for ", time / 1'000'000'000, " s"));
}

std::string unban(const Queries &queries, const Words &words) {
   expect(words, 1, 1, "nebula ctl pool unban WALLET[.WORKER]|ADDRESS");
   const auto count = wait_for<std::size_t>([&](auto done) { queries.unban(words[0], std::move(done)); });
   if (count == 0)
      throw Error(NEB_E_NOT_FOUND, "nobody that is known as ", words[0], " is banned");
   return with_text({{"unbanned", count}}, concat(words[0], ": ", count, " may mine again"));
}

std::string payouts(const Queries &queries, const Words &words) {
   expect(words, 0, 0, "nebula ctl pool payouts");
   return shown(queries.batches(0, k_rows), "batches", "nothing was paid yet",
                {"batch", "fund", "state", "payments", "amount", "fee", "confirmations", "transactions", "text"});
}

std::string payments(const Queries &queries, const Words &words) {
   expect(words, 0, 1, "nebula ctl pool payments [WALLET]");
   return shown(queries.payments(words.empty() ? "" : words[0], 0, k_rows), "payments", "nothing was paid yet",
                {"batch", "wallet", "fund", "amount", "state", "transactions"});
}

std::string pay(const Queries &queries, const Words &words) {
   expect(words, 0, 0, "nebula ctl pool pay");
   json::object document = queries.pay();
   const std::string text = text_of(document.at("wallets")) + " wallets are due " + money_of(document, "amount") +
                            ", the funds have " + money_of(document, "spendable") +
                            "; nebula ctl pool payouts shows what becomes of it";
   return with_text(std::move(document), text);
}

std::string audit(const Queries &queries, const Words &words) {
   expect(words, 0, 0, "nebula ctl pool audit");
   json::object document = queries.audit();
   const std::string text = "the ledger balances: " + text_of(document.at("blocks")) + " blocks, " +
                            text_of(document.at("batches")) + " batches of payments\ncredited " +
                            money_of(document, "credited") + " = owed " + money_of(document, "balance") +
                            " + under way " + money_of(document, "paying") + " + paid " + money_of(document, "paid");
   return with_text(std::move(document), text);
}

std::string blocks(const Queries &queries, const Words &words) {
   expect(words, 0, 0, "nebula ctl pool blocks");
   return shown(
      queries.blocks(0, k_rows), "blocks", "no block was found yet",
      {"number", "state", "height", "algorithm", "wallet", "worker", "effort_percent", "confirmations", "reward"});
}

std::string suspects(const Queries &queries, const Words &words) {
   expect(words, 0, 0, "nebula ctl pool suspects");
   return shown(queries.suspects(k_rows), "suspects", "nobody found fewer blocks than his work is worth",
                {"wallet", "worker", "algorithm", "blocks", "expected_blocks", "probability"});
}

std::string status(const Queries &queries, const Words &words) {
   expect(words, 0, 0, "nebula ctl pool status");
   json::object document = queries.pool();
   const std::string text = status_of(document);
   return with_text(std::move(document), text);
}

std::string ports(const Queries &queries, const Words &words) {
   expect(words, 0, 0, "nebula ctl pool ports");
   return shown(queries.ports(), "ports", "the pool has no port", {"address", "algorithms"});
}

std::string results(const Queries &queries, const Words &words) {
   expect(words, 0, 0, "nebula ctl pool results");
   json::object document = queries.pool();
   const std::string text = rejected_of(document);
   return with_text(std::move(document), text);
}

/// The last three are the terminal's keys.
constexpr std::pair<std::string_view, std::string (*)(const Queries &, const Words &)> k_methods[] = {
   {"ports", ports}, {"status", status},   {"workers", workers},   {"miner", miner},        {"ban", ban},
   {"unban", unban}, {"payouts", payouts}, {"payments", payments}, {"blocks", blocks},      {"suspects", suspects},
   {"pay", pay},     {"audit", audit},     {"results", results},   {"connections", status}, {"hashrate", status}};

} // namespace

std::string Requests::answer(std::string_view method, std::string_view params_json) const {
   for (const auto &[name, ask] : k_methods)
      if (name == method)
         return ask(queries_, words_of(params_json));
   throw Error(NEB_E_NOT_FOUND, "the pool has no request ", method, "; it has ", k_all);
}

} // namespace nebula::pool
