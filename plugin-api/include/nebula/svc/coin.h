// nebula.coin/1: a coin as whoever earns it and pays it out sees it: its blocks, its addresses, payments from the operator's
// funds. Provided by what keeps a node of the coin or talks to one (`chain`, `monero`); used by `pool`.
//
// Amounts are whole atomic units (10^-6 ZION, 10^-12 XMR). Money moves only by `pay`, and `pay` never moves it twice: a batch has
// a key that the caller made durable before, and the provider makes the signed transactions durable before it sends them.
#pragma once

#include "../host.h"

NEB_EXTERN_C_BEGIN

#define NEB_SVC_COIN "nebula.coin/1"

#define NEB_COIN_KEY_MAX 64u
#define NEB_COIN_PAYMENTS_MAX 4096u

// Funds that money is paid from.
enum {
   NEB_COIN_FUND_MAIN = 0, // receives block rewards
   NEB_COIN_FUND_BONUS = 1 // receives what blocks release as bonus
};

// What became of a block.
enum {
   NEB_COIN_BLOCK_UNKNOWN = 0, // not seen (yet)
   NEB_COIN_BLOCK_PENDING = 1, // in the chain, its reward not spendable yet
   NEB_COIN_BLOCK_MATURE = 2,  // its reward is spendable, and stays so
   NEB_COIN_BLOCK_ORPHANED = 3 // another one has its place; may still change until that one is mature
};

// What became of a batch of payments.
enum {
   NEB_COIN_BATCH_UNKNOWN = 0, // never heard of
   NEB_COIN_BATCH_PENDING = 1, // taken and durable: it will be paid, or fail, over any crash
   NEB_COIN_BATCH_PAID = 2,    // in the chain, as deep as a mature block
   NEB_COIN_BATCH_FAILED = 3   // it will never be paid, nothing of it left the fund
};

// Borrowed while the call runs.
typedef struct neb_coin_info {
   uint32_t size;
   uint32_t decimals; // 6: a coin has 10^6 atomic units
   neb_str coin;      // "nebula-dev", "monero"; valid as long as the service
   neb_str symbol;    // "ZION"; valid as long as the service
   uint32_t maturity; // blocks above a block's until its state is MATURE
   uint32_t funds;    // how many there are: 1 or 2
   uint64_t bonus_per_block; // the most that a block may release as bonus; 0: the coin has none
} neb_coin_info;

typedef struct neb_coin_block {
   uint32_t size;
   int32_t state;          // NEB_COIN_BLOCK_...
   uint64_t height;
   uint64_t confirmations; // 1: it is the tip
   uint64_t reward;        // what it paid to the main fund, fees included; 0 when unknown
   uint64_t bonus;         // what it released to the bonus fund
} neb_coin_block;

typedef struct neb_coin_balance {
   uint32_t size;
   uint32_t reserved;  // 0
   uint64_t spendable; // less what batches under way take
   uint64_t immature;  // block rewards that are not mature; part of no batch
} neb_coin_balance;

// One receiver of a batch. Fixed for ever.
typedef struct neb_coin_payment {
   neb_str address;
   uint64_t amount; // at least 1
} neb_coin_payment;

typedef struct neb_coin_batch {
   uint32_t size;
   int32_t state;          // NEB_COIN_BATCH_...
   uint64_t fee;           // paid to the network from the fund on top, as far as known
   uint64_t confirmations; // of the transaction with the fewest
   neb_str transactions;   // their ids in hex, with a comma between
   neb_str text;           // for people: the reason of FAILED, what PENDING waits for
} neb_coin_batch;

// Each is called exactly once for each NEB_OK, possibly before the function returns, from any thread; the record is borrowed.
// A NULL record: it could not be found out (daemon or wallet unreachable, the service ends); ask again later.
typedef void (*neb_on_block)(void *user, const neb_coin_block *block);
typedef void (*neb_on_balance)(void *user, const neb_coin_balance *balance);
typedef void (*neb_on_batch)(void *user, const neb_coin_batch *batch);

typedef struct neb_coin neb_coin;
struct neb_coin {
   uint32_t size;
   uint32_t flags; // 0
   void *ctx;

   // `out->size` is written by the caller.
   // [thread-safe]
   neb_status (*describe)(const neb_coin *self, neb_coin_info *out);

   // NEB_E_INVALID: nothing can be paid to this text; the error says why.
   // [thread-safe]
   neb_status (*check_address)(const neb_coin *self, neb_str address, neb_error *err);

   // `id` as in neb_work_result.block_id; NEB_E_INVALID: not the form of one. Empty: the block that the main chain has at `height`,
   // whoever made it; its reward is 0 when it is not this node's. NEB_E_STATE: not running.
   // [thread-safe]
   neb_status (*block)(const neb_coin *self, neb_str id, uint64_t height, neb_on_block on_block, void *user);

   // NEB_E_NOT_FOUND: there is no such fund. NEB_E_STATE: not running.
   // [thread-safe]
   neb_status (*balance)(const neb_coin *self, uint32_t fund, neb_on_balance on_balance, void *user);

   // Pays a batch. `key`: 1 to NEB_COIN_KEY_MAX bytes, unique for ever among the batches of this coin. The same key again never
   // pays again: it answers what became of the first one, provided fund and payments are the same (else NEB_E_CONFLICT). The
   // answer is PENDING, or FAILED when it cannot be paid (funds too low, a bad address); a failed key stays failed.
   // NEB_E_INVALID: an argument is wrong. NEB_E_STATE: not running, or this fund cannot pay (no key for it): the error says what to do.
   // NEB_E_FULL: too many batches are under way, NEB_E_IO: the store failed; either way ask again later with the same key.
   // May take as long as a durable write: not for a network loop.
   // [thread-safe]
   neb_status (*pay)(const neb_coin *self, neb_str key, uint32_t fund, const neb_coin_payment *payments, uint32_t count,
                     neb_on_batch on_batch, void *user, neb_error *err);

   // What became of a batch. NEB_E_STATE: not running.
   // [thread-safe]
   neb_status (*batch)(const neb_coin *self, neb_str key, neb_on_batch on_batch, void *user);
};

NEB_EXTERN_C_END
