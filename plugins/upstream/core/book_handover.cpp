#include "book.h"

#include <algorithm>

/// The book for a successor in another process: templates keep their ids and extranonces their slices, so that what is
/// found on them is a share there too, and no nonce is given twice.

namespace nebula::upstream {

void Homes::save(RecordWriter &out) const {
   out.number(slices_.size());
   for (const auto &[name, slice] : slices_)
      out.bytes(name).number(slice);
}

void Homes::restore(RecordReader &in) {
   for (std::size_t left = in.count(2); left > 0; --left) {
      Bytes name = in.bytes();
      const auto slice = static_cast<std::uint32_t>(in.number(k_slices_max - 1));
      if (!names_.emplace(slice, name).second || !slices_.emplace(std::move(name), slice).second)
         RecordReader::fail("two extranonces have one slice, or one has two");
   }
}

namespace {

std::string_view packed(const std::vector<bool> &bits, std::string &out) {
   out.assign((bits.size() + 7) / 8, '\0');
   for (std::size_t i = 0; i < bits.size(); ++i)
      if (bits[i])
         out[i / 8] = static_cast<char>(out[i / 8] | 1 << i % 8);
   return out;
}

void unpack(const std::string &text, std::vector<bool> &out) {
   if (text.size() != (out.size() + 7) / 8)
      RecordReader::fail("a job is in other slices");
   for (std::size_t i = 0; i < text.size() * 8; ++i)
      if ((text[i / 8] >> i % 8 & 1) != 0) {
         if (i >= out.size())
            RecordReader::fail("a slice is taken that there is not");
         out[i] = true;
      }
}

void put_work(RecordWriter &out, const LaneWork &work) {
   out.number(work.lane);
   put(out, work.job);
   std::string bits;
   out.text(packed(work.taken, bits)).number(work.names.size());
   for (const LaneWork::Name &name : work.names) {
      out.text(name.job);
      put(out, name.target);
   }
   out.flag(work.stale).number(work.lost_ns).number(work.seen.size());
   const std::set<std::string_view> in_order(work.seen.begin(), work.seen.end());
   for (const std::string_view one : in_order)
      out.text(one);
}

std::shared_ptr<LaneWork> read_work(RecordReader &in, const BookSettings &settings) {
   auto out = std::make_shared<LaneWork>();
   out->lane = in.number();
   out->job = read_job_record(in, settings.dialect);
   out->slices = slices_of(out->job, settings.dialect, settings.split);
   out->taken.resize(out->slices.count);
   unpack(in.text(), out->taken);
   out->left = static_cast<std::uint32_t>(std::ranges::count(out->taken, false));
   for (std::size_t left = in.number(k_names_kept); left > 0; --left) {
      std::string job = in.text();
      out->names.push_back({std::move(job), number256(in)});
   }
   if (out->names.empty())
      RecordReader::fail("a job has no name");
   out->stale = in.flag();
   out->lost_ns = in.number();
   for (std::size_t left = in.count(1); left > 0; --left)
      out->seen.insert(in.text());
   return out;
}

const std::shared_ptr<LaneWork> &one_of(RecordReader &in, const std::vector<std::shared_ptr<LaneWork>> &works) {
   const std::uint64_t number = in.number();
   if (number >= works.size())
      RecordReader::fail("a job is missing");
   return works[number];
}

} // namespace

void Book::save(RecordWriter &out) const {
   std::vector<const LaneWork *> works;
   std::map<const LaneWork *, std::uint64_t> numbers;
   const auto add = [&](const std::shared_ptr<LaneWork> &work) {
      if (numbers.emplace(work.get(), works.size()).second)
         works.push_back(work.get());
   };
   for (const Template &one : templates_)
      std::ranges::for_each(one.works, add);
   for (const auto &[id, lane] : lanes_)
      add(lane.work);
   out.number(works.size());
   for (const LaneWork *work : works)
      put_work(out, *work);
   out.number(lanes_.size());
   for (const auto &[id, lane] : lanes_) {
      out.number(id).number(numbers.at(lane.work.get())).flag(lane.fresh);
      lane.homes.save(out);
   }
   out.number(templates_.size());
   for (const Template &one : templates_) {
      out.number(one.offer.id).flag(one.offer.clean);
      put(out, one.offer.submit_target);
      out.number(one.works.size());
      for (const auto &work : one.works)
         out.number(numbers.at(work.get()));
      out.number(one.given.size());
      for (const auto &[name, given] : one.given)
         out.bytes(name).number(numbers.at(given.work.get())).number(given.slice);
   }
   out.flag(clean_).number(dirty_ns_).number(told_ns_);
}

void Book::restore(RecordReader &in, const std::vector<LaneId> &lanes, std::uint64_t now_ns) {
   std::vector<std::shared_ptr<LaneWork>> works(in.count(80));
   for (auto &work : works)
      work = read_work(in, settings_);
   for (std::size_t left = in.count(4); left > 0; --left) {
      const LaneId id = in.number();
      Lane lane;
      lane.work = one_of(in, works);
      lane.fresh = in.flag();
      lane.homes.restore(in);
      if (lane.work->lane != id || lane.work->stale || lanes_.contains(id))
         RecordReader::fail("a connection has no work, or that of another");
      if (std::ranges::find(lanes, id) == lanes.end())
         continue;
      dirty_ |= lane.fresh;
      lanes_.emplace(id, std::move(lane));
   }
   for (const auto &work : works)
      if (!lanes_.contains(work->lane)) {
         work->stale = true;
         work->lost_ns = work->lost_ns != 0 ? work->lost_ns : now_ns;
      }
   for (std::size_t left = in.number(k_templates_kept); left > 0; --left)
      restore_template(in, works);
   clean_ = in.flag();
   dirty_ns_ = in.number();
   told_ns_ = in.number();
}

void Book::restore_template(RecordReader &in, const std::vector<std::shared_ptr<LaneWork>> &works) {
   Template made;
   const std::uint64_t id = in.number();
   if (id >= next_id_ || (!templates_.empty() && id <= templates_.back().offer.id))
      RecordReader::fail("the templates are in disorder");
   const bool clean = in.flag();
   const U256 target = number256(in);
   made.works.resize(in.count(1));
   for (auto &work : made.works)
      work = one_of(in, works);
   if (made.works.empty())
      RecordReader::fail("a template has no work");
   made.offer = offer_of(made.works);
   made.offer.id = id;
   made.offer.clean = clean;
   made.offer.submit_target = target;
   for (std::size_t left = in.count(3); left > 0; --left) {
      Bytes name = in.bytes();
      Given given{one_of(in, works), in.number32()};
      if (settings_.dialect == Dialect::bitcoin || name.size() != made.offer.extranonce_size ||
          std::ranges::find(made.works, given.work) == made.works.end() || given.slice >= given.work->taken.size() ||
          !given.work->taken[given.slice] || !made.given.emplace(std::move(name), std::move(given)).second)
         RecordReader::fail("an extranonce has a slice that makes no sense");
   }
   templates_.push_back(std::move(made));
}

} // namespace nebula::upstream
