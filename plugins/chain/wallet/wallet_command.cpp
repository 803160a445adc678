#include "keystore.h"
#include "password.h"
#include "send.h"

#include "core/address.h"
#include "core/amount.h"

#include "common/hex.h"

namespace nebula::chain {
namespace {

using boost::json::object;

constexpr const char *k_help = R"(nebula wallet COMMAND [options]

  new                          make a key and its address
  address                      show the address of the keystore
  balance [ADDRESS]            ask the running node for a balance
  send ADDRESS AMOUNT [ADDRESS AMOUNT ...]
                               sign a transfer here and hand it to the running node

  --file FILE                  the keystore (default: wallet.json in the chain's data folder)
  --password-file FILE         its first line is the password; else NEBULA_WALLET_PASSWORD, else the terminal
  --no-password                new: leave the key unencrypted (development networks only)
  --fee AMOUNT                 send: in ZION (default: what the node asks, at least 0.001)
  --memo TEXT                  send: at most 128 bytes, public
  --dry-run                    send: sign and show, but do not send
  --json                       machine-readable output

Examples:
  nebula wallet new --file my.json
  nebula wallet balance
  nebula wallet send ZION_0123456789ABCDEF0123456789ABCDEF01234567 12.5 --memo "invoice 7"
)";

class Wallet {
public:
   Wallet(const Arguments &arguments, const CommandEnvironment &environment)
      : arguments_(arguments), environment_(environment), json_(arguments.has("--json")),
        file_(arguments.value("--file", environment.wallet_file)) {}

   Result<void> make() {
      const bool open = arguments_.has("--no-password");
      if (open && environment_.network.premine != 0)
         return invalid("--no-password is for development networks; this is " + environment_.network.name);
      Result<std::string> password =
         open ? Result<std::string>(std::string()) : get_password(arguments_, environment_, true);
      if (!password)
         return password.error();
      const Seed seed = random_seed();
      auto keystore = make_keystore(seed, *password);
      if (!keystore)
         return keystore.error();
      if (auto written = write_keystore_file(file_, *keystore); !written)
         return written.error();
      const std::string address = to_text(address_of(SigningKey(seed).public_key()));
      environment_.print(json_, {{"address", address}, {"file", file_}, {"encrypted", !open}},
                         address + "\nkept in " + file_ + "; keep a copy of it: without it the money is lost\n");
      return {};
   }

   Result<void> address() {
      auto info = this->info();
      if (!info)
         return info.error();
      const std::string text = to_text(info->address);
      environment_.print(json_, {{"address", text}, {"file", file_}, {"encrypted", info->encrypted}}, text + "\n");
      return {};
   }

   Result<void> balance() {
      std::string address = arguments_.words.size() > 1 ? arguments_.words[1] : std::string();
      if (address.empty()) {
         auto own = info();
         if (!own)
            return own.error();
         address = to_text(own->address);
      }
      if (auto parsed = parse_address(address); !parsed)
         return parsed.error();
      auto account = environment_.ask("account", {{"address", address}});
      if (!account)
         return account.error();
      const std::string balance(account->at("balance").as_string());
      environment_.print(json_, *account, balance + " ZION\n");
      return {};
   }

   Result<void> send() {
      auto request = read_request();
      if (!request)
         return request.error();
      auto text = read_keystore_file(file_);
      if (!text)
         return text.error();
      auto info = read_keystore(*text);
      if (!info)
         return info.error();
      auto state = ask_state(info->address);
      if (!state)
         return state.error();
      Result<std::string> password =
         info->encrypted ? get_password(arguments_, environment_, false) : Result<std::string>(std::string());
      if (!password)
         return password.error();
      auto seed = open_keystore(*text, *password);
      if (!seed)
         return seed.error();
      const SigningKey key(*seed);
      auto transfer = build_transfer(key, *request, *state);
      if (!transfer)
         return transfer.error();
      return hand_in(**transfer);
   }

private:
   Result<KeystoreInfo> info() const {
      auto text = read_keystore_file(file_);
      if (!text)
         return text.error();
      return read_keystore(*text);
   }

   Result<SendRequest> read_request() const {
      const auto &words = arguments_.words;
      if (words.size() < 3 || words.size() % 2 == 0)
         return invalid("say who receives how much: nebula wallet send ADDRESS AMOUNT");
      SendRequest out;
      for (std::size_t i = 1; i < words.size(); i += 2) {
         auto to = parse_address(words[i]);
         if (!to)
            return to.error();
         auto amount = parse_zion(words[i + 1]);
         if (!amount)
            return amount.error();
         out.outputs.push_back({*to, *amount});
      }
      const std::string memo = arguments_.value("--memo");
      out.memo.assign(memo.begin(), memo.end());
      if (const std::string fee = arguments_.value("--fee"); !fee.empty()) {
         auto parsed = parse_zion(fee);
         if (!parsed)
            return parsed.error();
         out.fee = *parsed;
      }
      return out;
   }

   /// The chain id must be the configured network's: a transfer signed for another chain would be valid there.
   Result<SenderState> ask_state(const Address &address) const {
      auto account = environment_.ask("account", {{"address", to_text(address)}});
      if (!account)
         return account.error();
      SenderState out;
      auto balance = parse_zion(std::string_view(account->at("balance").as_string()));
      if (!balance)
         return balance.error();
      out.balance = *balance;
      out.chain_id = account->at("chain_id").to_number<std::uint32_t>();
      out.next_nonce = account->at("next_nonce").to_number<std::uint64_t>();
      out.min_fee_per_byte = account->at("min_fee_per_byte").to_number<std::uint64_t>();
      if (out.chain_id != environment_.network.chain_id)
         return invalid("the running node is on chain " + std::to_string(out.chain_id) + ", the configuration says " +
                        environment_.network.name);
      return out;
   }

   Result<void> hand_in(const Transaction &transfer) {
      const std::string id = common::to_hex(transfer.id);
      const std::string fee = to_text_zion(transfer.transfer()->fee);
      object shown{{"id", id},
                   {"fee", fee},
                   {"nonce", transfer.transfer()->nonce},
                   {"transaction", common::to_hex(transfer.raw)}};
      if (arguments_.has("--dry-run")) {
         environment_.print(json_, shown, common::to_hex(transfer.raw) + "\n");
         return {};
      }
      auto answer = environment_.ask("send", {{"transaction", common::to_hex(transfer.raw)}});
      if (!answer)
         return answer.error();
      shown["status"] = "mempool";
      environment_.print(json_, shown, "sent " + id + " (fee " + fee + " ZION); it waits for a block\n");
      return {};
   }

   const Arguments &arguments_;
   const CommandEnvironment &environment_;
   bool json_;
   std::string file_;
};

Result<void> dispatch(const std::string &command, Wallet &wallet) {
   if (command == "new")
      return wallet.make();
   if (command == "address")
      return wallet.address();
   if (command == "balance")
      return wallet.balance();
   if (command == "send")
      return wallet.send();
   return invalid("command \"" + command + "\" is unknown; known are new, address, balance and send (see --help)");
}

} // namespace

std::int32_t run_wallet(const std::vector<std::string_view> &args, const CommandEnvironment &environment) {
   const auto arguments =
      parse_arguments(std::span(args).subspan(1), {"--json", "--help", "--no-password", "--dry-run"},
                      {"--file", "--password-file", "--fee", "--memo"});
   if (!arguments)
      return environment.fail("wallet", arguments.error());
   if (arguments->has("--help") || arguments->words.empty()) {
      environment.io.out(k_help);
      return arguments->has("--help") ? k_exit_ok : k_exit_usage;
   }
   Wallet wallet(*arguments, environment);
   if (auto done = dispatch(arguments->words.front(), wallet); !done)
      return environment.fail("wallet " + arguments->words.front(), done.error());
   return k_exit_ok;
}

} // namespace nebula::chain
