#include "records.h"

#include <limits>
#include <type_traits>

namespace nebula::pool::accounts {
namespace {

// Each record is written and read by one function, so that the two cannot differ: `io` is a RecordWriter's or a
// RecordReader's side of it.

class Out {
public:
   template <class Number>
   void number(const Number &value) {
      writer_.number(static_cast<std::uint64_t>(value));
   }
   template <class Enum>
   void choice(const Enum &value, Enum, Enum) {
      number(value);
   }
   void text(const std::string &value) { writer_.text(value); }
   template <class List, class Each>
   void list(const List &values, std::size_t, const Each &each) {
      number(values.size());
      for (const auto &value : values)
         each(value);
   }
   [[nodiscard]] const Bytes &bytes() const { return writer_.bytes(); }

private:
   RecordWriter writer_;
};

class In {
public:
   explicit In(ByteView bytes) : reader_(bytes) {}
   template <class Number>
   void number(Number &value) {
      value = static_cast<Number>(reader_.number(std::numeric_limits<Number>::max()));
   }
   template <class Enum>
   void choice(Enum &value, Enum first, Enum last) {
      const std::uint64_t read = reader_.number(static_cast<std::uint64_t>(last));
      if (read < static_cast<std::uint64_t>(first))
         RecordReader::fail("a choice is out of its range");
      value = static_cast<Enum>(read);
   }
   void text(std::string &value) { value = reader_.text(); }
   template <class List, class Each>
   void list(List &values, std::size_t least_bytes, const Each &each) {
      values.resize(reader_.count(least_bytes));
      for (auto &value : values)
         each(value);
   }
   void end() const { reader_.end(); }

private:
   RecordReader reader_;
};

template <class Io, class T>
void totals(Io &io, T &shares) {
   io.number(shares.accepted);
   io.number(shares.stale);
   io.number(shares.duplicate);
   io.number(shares.low);
   io.number(shares.invalid);
}

template <class Io, class T>
void money(Io &io, T &value) {
   io.number(value.main);
   io.number(value.bonus);
}

// `Is` is Row or const Row.
template <class Row, class Is>
inline constexpr bool is = std::is_same_v<Row, std::remove_const_t<Is>>;

template <class Io, class Row>
void pairs(Io &io, Row &row) {
   io.list(row, 2, [&](auto &pair) {
      io.number(pair.first);
      io.number(pair.second);
   });
}

template <class Io, class Row>
void fields(Io &io, Row &row) {
   if constexpr (is<Algorithm, Row>) {
      io.text(row.name);
      io.number(row.work);
      io.number(row.network_difficulty);
      io.number(row.blocks);
      io.number(row.expected_ppt);
      io.number(row.applied);
   } else if constexpr (is<Wallet, Row>) {
      io.text(row.name);
      totals(io, row.shares);
      io.number(row.work);
      io.number(row.first_s);
      io.number(row.last_s);
      io.number(row.last_difficulty);
      io.number(row.last_algorithm);
      io.number(row.blocks);
      io.number(row.milli_xp);
      io.number(row.achievements);
      money(io, row.credited);
      money(io, row.balance);
      money(io, row.paying);
      money(io, row.paid);
      money(io, row.folded);
      pairs(io, row.round);
      io.number(row.applied);
   } else if constexpr (is<Worker, Row>) {
      io.number(row.wallet);
      io.number(row.algorithm);
      io.text(row.name);
      totals(io, row.shares);
      io.number(row.work);
      io.number(row.last_s);
      io.number(row.blocks);
      io.number(row.expected_ppt);
      io.number(row.applied);
   } else if constexpr (is<Slice, Row>) {
      io.number(row.first);
      io.number(row.last);
      pairs(io, row.work);
   } else if constexpr (is<Block, Row>) {
      io.number(row.number);
      io.choice(row.state, BlockState::candidate, BlockState::lost);
      io.text(row.id);
      io.number(row.algorithm);
      io.number(row.worker);
      io.number(row.height);
      io.number(row.time_s);
      io.number(row.network_difficulty);
      io.number(row.round_work);
      io.number(row.reward);
      io.number(row.bonus);
      io.number(row.bonus_paid);
      io.number(row.wallets);
      io.number(row.folded);
   } else if constexpr (is<Split, Row>) {
      io.list(row.parts, 5, [&](auto &part) {
         io.number(part.wallet);
         io.number(part.weight);
         io.number(part.percent);
         money(io, part.money);
      });
   } else if constexpr (is<Batch, Row>) {
      io.number(row.number);
      io.choice(row.state, BatchState::created, BatchState::failed);
      io.choice(row.fund, Fund::main, Fund::bonus);
      io.number(row.created_s);
      io.number(row.changed_s);
      io.number(row.payments);
      io.number(row.amount);
      io.number(row.fee);
      io.text(row.transactions);
      io.text(row.text);
   } else if constexpr (is<Payments, Row>) {
      pairs(io, row.to);
   } else {
      static_assert(is<Event, Row>);
      io.choice(row.kind, Event::Kind::shares, Event::Kind::failed);
      io.number(row.subject);
      io.list(row.workers, 13, [&](auto &one) {
         io.number(one.worker);
         totals(io, one.shares);
         io.number(one.work);
         io.number(one.expected_ppt);
         io.number(one.milli_xp);
         io.number(one.time_s);
         io.number(one.difficulty);
         io.number(one.network_difficulty);
         io.number(one.block);
      });
   }
}

template <class Row>
Bytes encoded(const Row &row) {
   Out out;
   out.number(1); // the record's version
   fields(out, row);
   return out.bytes();
}

} // namespace

Bytes encode(const Algorithm &row) {
   return encoded(row);
}
Bytes encode(const Wallet &row) {
   return encoded(row);
}
Bytes encode(const Worker &row) {
   return encoded(row);
}
Bytes encode(const Slice &row) {
   return encoded(row);
}
Bytes encode(const Block &row) {
   return encoded(row);
}
Bytes encode(const Split &row) {
   return encoded(row);
}
Bytes encode(const Batch &row) {
   return encoded(row);
}
Bytes encode(const Payments &row) {
   return encoded(row);
}
Bytes encode(const Event &row) {
   return encoded(row);
}

template <class Row>
Row decode(ByteView bytes) {
   In in(bytes);
   std::uint64_t version = 0;
   in.number(version);
   if (version != 1)
      RecordReader::fail("it has a version that this program does not know");
   Row row;
   fields(in, row);
   in.end();
   return row;
}

template Algorithm decode<Algorithm>(ByteView);
template Wallet decode<Wallet>(ByteView);
template Worker decode<Worker>(ByteView);
template Slice decode<Slice>(ByteView);
template Block decode<Block>(ByteView);
template Split decode<Split>(ByteView);
template Batch decode<Batch>(ByteView);
template Payments decode<Payments>(ByteView);
template Event decode<Event>(ByteView);

} // namespace nebula::pool::accounts
