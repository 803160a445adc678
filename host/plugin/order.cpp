#include "host/plugin/order.h"

#include "host/config/suggest.h"
#include "host/plugin/requirements.h"

#include <algorithm>

namespace nebula::host {
namespace {

using Graph = std::vector<std::vector<std::size_t>>; // of each instance: those that must come first

bool reaches(const Graph &graph, std::size_t from, std::size_t to, std::vector<bool> &seen) {
   if (from == to)
      return true;
   if (seen[from])
      return false;
   seen[from] = true;
   return std::any_of(graph[from].begin(), graph[from].end(),
                      [&](std::size_t next) { return reaches(graph, next, to, seen); });
}

bool reaches(const Graph &graph, std::size_t from, std::size_t to) {
   std::vector<bool> seen(graph.size());
   return reaches(graph, from, to, seen);
}

void add_edge(Graph &graph, std::size_t from, std::size_t to) {
   auto &edges = graph[from];
   if (std::find(edges.begin(), edges.end(), to) == edges.end())
      edges.push_back(to);
}

// "a needs b (nebula.x/1), b needs a (nebula.y/1)": walks from `start` along the needs until an instance comes twice.
std::string cycle_text(const std::vector<OrderedInstance> &instances, const std::vector<Need> &needs,
                       const std::vector<bool> &placed, std::size_t start) {
   std::vector<const Need *> walk;
   std::vector<std::size_t> visited{start};
   for (std::size_t at = start;;) {
      const auto need = std::find_if(needs.begin(), needs.end(), [&](const Need &one) {
         return one.mandatory && one.seeker == at && !placed[one.provider];
      });
      if (need == needs.end())
         return {};
      walk.push_back(&*need);
      at = need->provider;
      const auto before = std::find(visited.begin(), visited.end(), at);
      if (before != visited.end()) {
         walk.erase(walk.begin(), walk.begin() + (before - visited.begin()));
         break;
      }
      visited.push_back(at);
   }
   std::string text;
   for (const auto *need : walk)
      text += (text.empty() ? "\"" : ", \"") + instances[need->seeker].name + "\" needs \"" +
              instances[need->provider].name + "\" (" + need->service + ")";
   return text;
}

// Kahn's algorithm; of those that may come next, the first of node.yaml does.
std::vector<std::size_t> sorted(const Graph &graph, std::vector<bool> &placed) {
   std::vector<std::size_t> order;
   for (bool progress = true; progress;) {
      progress = false;
      for (std::size_t i = 0; i < graph.size() && !progress; ++i) {
         if (placed[i] || !std::all_of(graph[i].begin(), graph[i].end(), [&](std::size_t p) { return placed[p]; }))
            continue;
         placed[i] = true;
         order.push_back(i);
         progress = true;
      }
   }
   return order;
}

} // namespace

StartOrder start_order(const std::vector<OrderedInstance> &instances, const Catalogue &known,
                       config::Mistakes &mistakes) {
   const auto needs = collect_needs(instances, known, mistakes);
   Graph graph(instances.size());
   for (const auto &need : needs)
      if (need.mandatory)
         add_edge(graph, need.seeker, need.provider);
   for (const auto &need : needs)
      if (!need.mandatory && !reaches(graph, need.provider, need.seeker))
         add_edge(graph, need.seeker, need.provider);
   std::vector<bool> placed(instances.size());
   StartOrder result{sorted(graph, placed), std::move(graph)};
   for (std::size_t i = 0; i < instances.size(); ++i) {
      if (placed[i])
         continue;
      mistakes.add(instances[i].origin, instances[i].path,
                   "these instances need each other, so none can start first: " +
                      cycle_text(instances, needs, placed, i) + "; let one of them do without");
      break; // the others are in the same cycle or behind it
   }
   return result;
}

std::vector<std::size_t> dependants(const StartOrder &order, const std::vector<std::size_t> &changed) {
   std::vector<std::size_t> result;
   for (std::size_t i = 0; i < order.providers.size(); ++i) {
      const bool is_changed = std::find(changed.begin(), changed.end(), i) != changed.end();
      if (!is_changed && std::any_of(changed.begin(), changed.end(),
                                     [&](std::size_t one) { return reaches(order.providers, i, one); }))
         result.push_back(i);
   }
   return result;
}

} // namespace nebula::host
