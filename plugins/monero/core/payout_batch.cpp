#include "core/payout_batch.h"

#include "core/json_fields.h"
#include "core/keccak.h"

#include <boost/json/serialize.hpp>

namespace nebula::monero {

namespace json = boost::json;

namespace {

constexpr std::int64_t k_version = 1;
constexpr std::array<std::string_view, 3> k_state_names = {"open", "paid", "failed"};

json::array piece_json(const Piece &piece) {
   json::array images;
   for (const Hash &one : piece.key_images)
      images.emplace_back(to_hex(one));
   return {to_hex(piece.id), piece.fee, piece.first, piece.count, std::move(images)};
}

Error malformed(std::string_view what) {
   return {"a stored payout batch is malformed: " + std::string(what)};
}

bool is_u64(const json::value &value) {
   return value.is_uint64() || (value.is_int64() && value.get_int64() >= 0);
}

std::uint64_t as_u64(const json::value &value) {
   return value.is_uint64() ? value.get_uint64() : static_cast<std::uint64_t>(value.get_int64());
}

bool is_u32(const json::value &value) {
   return is_u64(value) && as_u64(value) <= ~std::uint32_t{0};
}

Result<Hash> as_hash(const json::value &value) {
   return hash_from_hex(value.is_string() ? std::string_view(value.get_string()) : "", "an id");
}

Result<Piece> read_piece(const json::value &value) {
   const json::array *members = value.if_array();
   if (members == nullptr || members->size() != 5 || !is_u64(members->at(1)) || !is_u32(members->at(2)) ||
       !is_u32(members->at(3)) || !members->at(4).is_array())
      return malformed("a piece");
   const auto id = as_hash(members->at(0));
   if (!id)
      return id.error();
   Piece out{*id,
             as_u64(members->at(1)),
             static_cast<std::uint32_t>(as_u64(members->at(2))),
             static_cast<std::uint32_t>(as_u64(members->at(3))),
             {}};
   for (const json::value &one : members->at(4).get_array()) {
      const auto image = as_hash(one);
      if (!image)
         return image.error();
      out.key_images.push_back(*image);
   }
   return out;
}

Result<Payment> read_payment(const json::value &value) {
   const json::array *members = value.if_array();
   if (members == nullptr || members->size() != 2 || !members->at(0).is_string() || !is_u64(members->at(1)))
      return malformed("a payment");
   return Payment{std::string(members->at(0).get_string()), as_u64(members->at(1))};
}

template <class T, class Read>
std::optional<Error> read_list(const json::object &object, std::string_view name, const Read &read,
                               std::vector<T> &out) {
   const json::value *list = object.if_contains(name);
   if (list == nullptr || !list->is_array())
      return malformed(name);
   for (const json::value &one : list->get_array()) {
      auto item = read(one);
      if (!item)
         return item.error();
      out.push_back(*std::move(item));
   }
   return std::nullopt;
}

std::optional<Error> check_pieces(const PayoutBatch &batch) {
   for (const Piece &one : batch.pieces) {
      if (batch.state == BatchState::open &&
          std::uint64_t{one.first} + one.count > std::uint64_t{batch.payments.size()})
         return malformed("a piece pays what was not ordered");
   }
   return std::nullopt;
}

} // namespace

Hash payments_digest(std::span<const Payment> payments) {
   std::string text;
   for (const Payment &one : payments)
      text += one.address + " " + std::to_string(one.amount) + "\n";
   return keccak256(common::as_bytes(text));
}

std::string encode_batch(const PayoutBatch &batch) {
   json::array payments, pieces;
   for (const Payment &one : batch.payments)
      payments.push_back(json::array{one.address, one.amount});
   for (const Piece &one : batch.pieces)
      pieces.push_back(piece_json(one));
   return json::serialize(json::object{{"v", k_version},
                                       {"state", k_state_names[static_cast<std::size_t>(batch.state)]},
                                       {"digest", to_hex(batch.digest)},
                                       {"number", batch.number},
                                       {"fee", batch.fee},
                                       {"text", batch.text},
                                       {"payments", std::move(payments)},
                                       {"pieces", std::move(pieces)}});
}

Result<PayoutBatch> decode_batch(std::string_view key, std::string_view text) {
   const auto value = parse_json(text);
   if (!value)
      return value.error();
   const json::object *object = value->if_object();
   if (object == nullptr)
      return malformed("it is no object");
   const auto version = u64_field(*object, "v");
   const auto state = text_field(*object, "state");
   const auto digest = hash_field(*object, "digest");
   const auto number = u64_field(*object, "number");
   const auto fee = u64_field(*object, "fee");
   const auto why = text_field(*object, "text");
   if (!version || *version != k_version || !state || !digest || !number || !fee || !why)
      return malformed("a member is missing");
   PayoutBatch out;
   out.key = key;
   const auto *name = std::find(k_state_names.begin(), k_state_names.end(), *state);
   if (name == k_state_names.end())
      return malformed("its state");
   out.state = static_cast<BatchState>(name - k_state_names.begin());
   out.digest = *digest;
   out.number = *number;
   out.fee = *fee;
   out.text = *why;
   if (auto bad = read_list(*object, "payments", read_payment, out.payments))
      return *bad;
   if (auto bad = read_list(*object, "pieces", read_piece, out.pieces))
      return *bad;
   if (auto bad = check_pieces(out))
      return *bad;
   return out;
}

} // namespace nebula::monero
