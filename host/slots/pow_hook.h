#pragma once

/// What the node asks of the proof-of-work part of the host. Services of contract nebula.pow.backend/1 are not put into
/// ordinary slots: the node announces every algorithm and backend here, and a consumer's `find` for a backend comes
/// here too, so that what stands in the consumer's slot is the gate's and the audit's facade.

#include "host/config/settings.h"
#include "host/slots/provided.h"
#include "host/slots/select.h"
#include "host/slots/slot.h"
#include "host/util/result.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace nebula::host {

/// Runs a function on the node's main thread, soon; any thread may call it. The node gives it to whoever needs it.
using MainPost = std::function<void(std::function<void()>)>;

class PowHook {
public:
   virtual ~PowHook() = default;

   /// The `algorithms` section of node.yaml. Called before the first instance is created and at each reload; all or
   /// nothing: a failure keeps the former section. The error names the line (AlgorithmSettings::origin).
   [[nodiscard]] virtual Result<void> configure(const std::vector<config::AlgorithmSettings> &algorithms) = 0;

   /// An instance provided this from its `init`. The record stays valid and unchanged until instance_removed of its
   /// instance returned. A refusal (a backend without algorithm=, a name that is taken) becomes provide's error.
   [[nodiscard]] virtual Result<void> algorithm_added(const Provided &algorithm) = 0;
   [[nodiscard]] virtual Result<void> backend_added(const Provided &backend) = 0;
   [[nodiscard]] virtual Result<void> family_added(const Provided &family) = 0;

   /// The instance is in state ready: its tables may be called from now on (vectors, gate). Called once for each
   /// instance that provided something, after its `init` succeeded.
   virtual void instance_ready(std::string_view instance) = 0;

   /// The instance leaves: after this no call goes into its tables and its backends stand in no slot. Called before its
   /// `drain`, and when its `init` failed. At most `timeout_ns`; an error says who is still inside.
   [[nodiscard]] virtual Result<void> instance_removed(std::string_view instance, std::uint64_t timeout_ns) = 0;

   /// The algorithm of a ready instance that `name` means: its own name, an alias, or a family's name with parameters;
   /// a family's member is made when it is first named. Any thread.
   [[nodiscard]] virtual Result<Provided> algorithm_named(std::string_view name) const = 0;
   /// The members of families that were named so far, as if their instances had provided them. Any thread.
   [[nodiscard]] virtual std::vector<Provided> family_members() const = 0;

   /// The process behind the instance's tables died (isolation: process): until instance_renewed its backends serve
   /// nobody, and their failures are nothing that is held against them. Any thread; returns at once.
   virtual void instance_lost(std::string_view instance, std::string_view why) = 0;
   /// Another process is behind the tables: its backends pass the gate anew. Any thread.
   virtual void instance_renewed(std::string_view instance) = 0;

   /// nebula.services/1 find of contract nebula.pow.backend/1 by `instance`: one slot for each (instance, select),
   /// which lives as long as the hook, so that the watchers of a slot are all of that instance. It may be empty until a
   /// backend passed its gate. An error: `select` names no algorithm, or none that any instance provides; *slot is
   /// written whenever it names one. After a change of its occupant the hook calls Slot::notify on the main thread
   /// (MainPost below).
   [[nodiscard]] virtual Result<void> find_backend(const Selection &select, std::string_view instance, Slot **slot) = 0;

   /// `nebula ctl use ALGORITHM SELECT` (empty select: what node.yaml says).
   [[nodiscard]] virtual Result<void> use(std::string_view algorithm, std::string_view select) = 0;

   /// JSON objects for `nebula explain ALGORITHM` (every candidate, and the clause or the gate's finding that removed
   /// it) and for the member "algorithms" of the status document. Any thread.
   [[nodiscard]] virtual Result<std::string> explain(std::string_view algorithm) const = 0;
   [[nodiscard]] virtual std::string status() const = 0;
};

} // namespace nebula::host
