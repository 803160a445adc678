#include "routes.h"

#include <nebula/error.hpp>

#include <boost/json/serialize.hpp>

#include <charconv>

namespace nebula::pool {
namespace {

constexpr std::size_t k_rows = 100;       // where a request does not say
constexpr std::size_t k_rows_max = 1'000; // per request: a milliseconds' work

std::uint64_t number_of(const HttpRequest &request, std::string_view name, std::uint64_t otherwise,
                        std::uint64_t most) {
   const auto text = request.query(name);
   if (!text)
      return otherwise;
   std::uint64_t number = 0;
   const auto [end, wrong] = std::from_chars(text->data(), text->data() + text->size(), number);
   if (wrong != std::errc{} || end != text->data() + text->size() || number > most)
      throw Error(NEB_E_INVALID, name, "=", text->substr(0, 40), " must be a whole number up to ", most);
   return number;
}

std::size_t rows_of(const HttpRequest &request) {
   return static_cast<std::size_t>(number_of(request, "limit", k_rows, k_rows_max));
}

std::uint64_t before_of(const HttpRequest &request) {
   return number_of(request, "before", 0, ~0ull);
}

void answer(HttpExchange &exchange, const Queries::Document &document) {
   exchange.json(boost::json::serialize(document));
}

/// Answers `exchange` when the document comes.
Queries::Done later(HttpExchange &exchange) {
   auto kept = std::make_shared<HttpExchange>(std::move(exchange));
   return [kept](const Queries::Document &document) { answer(*kept, document); };
}

} // namespace

Routes::Routes(Host host) : http_(host) {
   add_own();
   add_zion();
}

void Routes::start(const Queries &queries) {
   queries_ = &queries;
   http_.start();
}

void Routes::add_own() {
   http_.add("GET", "/api/v1/pool", "The mining pool: connections, algorithms, rounds, money",
             [this](const HttpRequest &, HttpExchange &exchange) { answer(exchange, queries_->pool()); });
   http_.add("GET", "/api/v1/pool/workers", "Workers with a connection (?wallet=, all=1, skip=, limit=)",
             [this](const HttpRequest &request, HttpExchange &exchange) {
                WorkersAsked asked;
                asked.wallet = request.query("wallet").value_or("");
                asked.connected = number_of(request, "all", 0, 1) == 0;
                asked.skip = static_cast<std::size_t>(number_of(request, "skip", 0, ~0ull));
                asked.most = rows_of(request);
                queries_->workers(std::move(asked), later(exchange));
             });
   http_.add("GET", "/api/v1/pool/miners/{wallet}", "A miner: shares, balance, level, workers",
             [this](const HttpRequest &request, HttpExchange &exchange) {
                auto miner = queries_->find(request.value());
                queries_->miner(std::move(miner), later(exchange));
             });
   http_.add("GET", "/api/v1/pool/blocks", "Blocks that the pool found, newest first (?before=, limit=)",
             [this](const HttpRequest &request, HttpExchange &exchange) {
                answer(exchange, queries_->blocks(before_of(request), rows_of(request)));
             });
   http_.add("GET", "/api/v1/pool/payments", "Payments, newest first (?wallet=, before=, limit=)",
             [this](const HttpRequest &request, HttpExchange &exchange) {
                answer(exchange,
                       queries_->payments(request.query("wallet").value_or(""), before_of(request), rows_of(request)));
             });
   http_.add("GET", "/api/v1/pool/batches", "Batches of payments, newest first (?before=, limit=)",
             [this](const HttpRequest &request, HttpExchange &exchange) {
                answer(exchange, queries_->batches(before_of(request), rows_of(request)));
             });
}

/// As tools of ZION 2.8.2's miners ask; unlike there, an error has its HTTP status.
void Routes::add_zion() {
   using Plain = Queries::Document (Queries::*)() const;
   static constexpr struct {
      const char *pattern, *summary;
      Plain ask;
   } k_plain[] = {
      {"/api/stats", "The pool, as ZION 2.8.2 shows it", &Queries::zion_stats},
      {"/api/pool", "The pool's terms, as ZION 2.8.2 shows them", &Queries::zion_pool},
      {"/api/health", "The pool's health, as ZION 2.8.2 shows it", &Queries::zion_health},
      {"/api/consciousness/levels", "The levels and their multipliers", &Queries::zion_levels},
   };
   for (const auto &one : k_plain)
      http_.add("GET", one.pattern, one.summary, [this, ask = one.ask](const HttpRequest &, HttpExchange &exchange) {
         answer(exchange, (queries_->*ask)());
      });
   http_.add("GET", "/api/miner/{address}", "A miner, as ZION 2.8.2 shows it",
             [this](const HttpRequest &request, HttpExchange &exchange) {
                auto miner = queries_->find(request.value());
                queries_->zion_miner(std::move(miner), later(exchange));
             });
   http_.add("GET", "/api/consciousness/leaderboard", "The miners with the most experience (?limit=)",
             [this](const HttpRequest &request, HttpExchange &exchange) {
                answer(exchange, queries_->zion_leaderboard(rows_of(request)));
             });
   http_.add("GET", "/api/consciousness/profile/{address}", "A miner's experience and level",
             [this](const HttpRequest &request, HttpExchange &exchange) {
                answer(exchange, queries_->zion_profile(queries_->find(request.value())));
             });
}

} // namespace nebula::pool
