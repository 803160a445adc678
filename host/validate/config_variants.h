#pragma once

/// Configurations that a schema admits, near its edges or at random.

#include "host/plugin/manifest.h"
#include "host/util/result.h"
#include "host/validate/random.h"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace nebula::host::validation {

/// One option with another value than it has.
struct Variant {
   std::string option; // "limits.lines"
   std::string value;  // as JSON
   std::string config; // the whole configuration, JSON text
};

/// The schema of a plugin's configuration, its options and what they may be.
class ConfigVariants {
public:
   /// `given`: the configuration that the variants differ from, JSON text; empty: the defaults.
   [[nodiscard]] static Result<ConfigVariants> of(const Manifest &manifest, const std::string &given);

   /// Each option's edges: the bounds of numbers, every word of a list of words, both truths.
   [[nodiscard]] std::vector<Variant> edges() const;
   /// Several options at once, each with a random value that it may have.
   [[nodiscard]] std::string random(Random &random) const;

   /// Each option, whatever it takes.
   [[nodiscard]] const std::vector<std::string> &options() const noexcept { return options_; }
   /// `given` with one member more or another value; admitted or not. The option is a dotted path.
   [[nodiscard]] std::string with(const std::string &option, const boost::json::value &value) const;

private:
   struct Choice {
      std::string option;
      std::vector<boost::json::value> edges;
      std::int64_t least = 0, largest = -1; // least > largest: only the edges
   };

   void collect(const boost::json::object &schema, const std::string &prefix);
   void add(const std::string &option, const boost::json::object &schema);
   [[nodiscard]] bool admitted(const std::string &config) const;

   Manifest manifest_;
   boost::json::object given_;
   std::vector<std::string> options_;
   std::vector<Choice> choices_;
};

} // namespace nebula::host::validation
