#pragma once

/// The algorithms and backends that instances provide, and which of them fits a plan best.

#include "host/pow/algorithm_entry.h"
#include "host/pow/contender.h"
#include "host/pow/selection_plan.h"

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace nebula::host {

inline constexpr std::size_t k_contenders_max = 1024; // over all algorithms: 64 algorithms with 16 backends each

/// A backend under one step of a plan.
struct Considered {
   std::shared_ptr<Contender> contender;
   std::size_t preference = 0; // preferences fulfilled
   std::string rejected_by;    // clause; empty: admitted
};

/// Thread-safe.
class Registry {
public:
   [[nodiscard]] Result<void> add_algorithm(const Provided &provided);
   [[nodiscard]] Result<void> add_backend(const Provided &provided);
   void set_ready(std::string_view instance);

   /// The backends and algorithms of the instance are gone; no new choice finds them. Returns the backends, among them
   /// the references of its algorithms and whatever else computed these.
   [[nodiscard]] std::vector<std::shared_ptr<Contender>> remove(std::string_view instance);

   /// The process of the instance died: its backends and references are gone, and stay listed with the reason.
   void lose(std::string_view instance, const std::string &why);
   /// It has another process: untried contenders take the place of those that were lost. What was quarantined for a
   /// wrong answer stays so: another process makes no lie true.
   void renew(std::string_view instance);

   /// Every backend is gone, so that a check under way ends soon. At the end of the node.
   void abandon();

   /// nullptr: unknown, or its instance is not ready.
   [[nodiscard]] std::shared_ptr<const AlgorithmEntry> algorithm(std::string_view name) const;
   [[nodiscard]] std::vector<std::string> algorithms() const;
   /// Every backend of the algorithm whose instance is ready, the reference included.
   [[nodiscard]] std::vector<std::shared_ptr<Contender>> contenders(std::string_view algorithm) const;
   /// The backend of that name, or nullptr.
   [[nodiscard]] std::shared_ptr<Contender> contender(std::string_view name) const;

private:
   mutable std::mutex mutex_;
   std::map<std::string, std::shared_ptr<const AlgorithmEntry>, std::less<>> algorithms_; // guarded by mutex_, as all
   std::vector<std::shared_ptr<Contender>> backends_;                                     // without the references
   std::vector<std::shared_ptr<Contender>> former_; // replaced by renew, and perhaps still in a session
   std::set<std::string, std::less<>> ready_;       // instances
};

/// All contenders under one selection: admitted ones first, best first.
[[nodiscard]] std::vector<Considered> consider(const Selection &select,
                                               const std::vector<std::shared_ptr<Contender>> &contenders);

} // namespace nebula::host
