#pragma once

/// The last templates, so that late solutions find theirs. Ids only grow. Not synchronised: the owner locks.

#include "core/block_work.h"

#include <deque>

namespace nebula::monero {

/// Sixteen refreshes of 20 s are five minutes; sinks give up a job long before. At most 16 MiB (1 MiB a template).
inline constexpr std::size_t k_templates_kept = 16;
inline constexpr std::uint64_t k_time_lag_max_s = 60; // how old a block's time may grow while nothing else changes

struct StoredTemplate {
   std::uint64_t id = 0;
   bool clean = false; // the tip is another than the template's before
   std::shared_ptr<const BlockWork> work;
};

class TemplateStore {
public:
   TemplateStore() = default;
   /// Goes on where another store was: `kept`, oldest first, have ids up to `last_id`.
   TemplateStore(std::uint64_t last_id, std::deque<StoredTemplate> kept) : kept_(std::move(kept)), last_id_(last_id) {}

   /// Takes a template and returns it with its id, or nothing when it differs from the current one by less than a
   /// minute of its time only: then nobody needs to know.
   [[nodiscard]] std::optional<StoredTemplate> offer(std::shared_ptr<const BlockWork> work);

   /// Null when it was never given or is no longer kept.
   [[nodiscard]] std::shared_ptr<const BlockWork> find(std::uint64_t id) const;
   [[nodiscard]] const StoredTemplate *current() const { return kept_.empty() ? nullptr : &kept_.back(); }
   /// Oldest first.
   [[nodiscard]] const std::deque<StoredTemplate> &kept() const { return kept_; }
   [[nodiscard]] std::uint64_t last_id() const { return last_id_; }
   /// Whether a block on this template can still become part of the chain, as far as is known.
   [[nodiscard]] bool on_tip(const BlockWork &work) const;

private:
   std::deque<StoredTemplate> kept_;
   std::uint64_t last_id_ = 0;
};

} // namespace nebula::monero
