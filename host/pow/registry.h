#pragma once

/// The algorithms, families of algorithms and backends that instances provide, and which of them fits a plan best.
///
/// An algorithm is found by its name, by an alias ("rx/0") or, as a member of a family, by the family's name, a colon
/// and parameters ("yescrypt:N=4096,r=16"). A member is made when somebody first names it, and is from then on an
/// algorithm like any other of the family's instance.

#include "host/pow/algorithm_entry.h"
#include "host/pow/contender.h"
#include "host/pow/selection_plan.h"

#include <nebula/svc/pow-family.h>

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace nebula::host {

inline constexpr std::size_t k_members_max = 256;     // of families, over all of them: each coin needs one
inline constexpr std::size_t k_spellings_max = 1024;  // of their names: four each
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
   [[nodiscard]] Result<void> add_family(const Provided &provided);
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

   /// By any name; may make the member of a family. An error says why there is none: nobody provides it (with the
   /// nearest name that somebody does), its instance is not ready yet, or its family refuses the parameters.
   [[nodiscard]] Result<std::shared_ptr<const AlgorithmEntry>> find(std::string_view name) const;
   /// The same without the reason: nullptr.
   [[nodiscard]] std::shared_ptr<const AlgorithmEntry> algorithm(std::string_view name) const;
   /// An error: no instance provides it, ready or not; or its family refuses it.
   [[nodiscard]] Result<void> check_name(std::string_view name) const;
   /// The name that all its names stand for; `name` itself when it is unknown.
   [[nodiscard]] std::string canonical(std::string_view name) const;
   /// Canonical names, those of members included.
   [[nodiscard]] std::vector<std::string> algorithms() const;
   /// The members made so far.
   [[nodiscard]] std::vector<Provided> members() const;
   /// Every backend of the algorithm whose instance is ready, the reference included.
   [[nodiscard]] std::vector<std::shared_ptr<Contender>> contenders(std::string_view algorithm) const;
   /// The backend of that name, or nullptr.
   [[nodiscard]] std::shared_ptr<Contender> contender(std::string_view name) const;

private:
   using Entry = std::shared_ptr<const AlgorithmEntry>;

   [[nodiscard]] Result<Entry> find_known(std::string_view name) const;
   [[nodiscard]] Result<Entry> member(const Provided &family, std::string_view name) const; // with making_ held
   // With mutex_ held.
   [[nodiscard]] Entry named(std::string_view name) const;
   [[nodiscard]] const Provided *family_of(std::string_view name) const;
   [[nodiscard]] Result<Entry> register_member(const Provided &family, const neb_pow_member &member) const;
   [[nodiscard]] Result<void> check_backend(const Provided &provided) const;
   [[nodiscard]] Error unknown(std::string_view name) const;

   mutable std::mutex making_; // a family makes a member; taken before mutex_
   mutable std::mutex mutex_;
   // Guarded by mutex_, as all below. Naming a member adds to the first two, whoever asks.
   mutable std::map<std::string, Entry, std::less<>> algorithms_;
   mutable std::vector<std::shared_ptr<Contender>> backends_; // without the references
   std::vector<std::shared_ptr<Contender>> former_;           // replaced by renew, and perhaps still in a session
   std::map<std::string, Provided, std::less<>> families_;
   std::set<std::string, std::less<>> ready_;           // instances
   mutable std::set<std::string, std::less<>> members_; // names among algorithms_
   // Of members, as somebody wrote them: their family need not be asked again, and may be unable to answer.
   mutable std::map<std::string, std::string, std::less<>> spellings_;
};

/// All contenders under one selection: admitted ones first, best first.
[[nodiscard]] std::vector<Considered> consider(const Selection &select,
                                               const std::vector<std::shared_ptr<Contender>> &contenders);

} // namespace nebula::host
