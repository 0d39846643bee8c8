#pragma once

// Inside of ops: what the layers of a configuration say, before anybody judges it.

#include "ops/config.h"
#include "ops/config_value.h"

#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::ops {

/// The parts of a key or section: {"risk", "instrument", "kraken:BTC/EUR", "max_position"}.
using KeyPath = std::vector<std::string>;

/// "risk.max_position": how keys are named in settings and messages.
std::string join(const KeyPath& path);

/// As TOML spells it: `risk.instrument."kraken:BTC/EUR"`.
std::string join_quoted(const KeyPath& path);

/// "risk.instrument.\"a.b\".c" into its parts. Empty if it is malformed.
KeyPath split_key(std::string_view text);

bool starts_with(const KeyPath& path, const KeyPath& prefix);

/// The order of layers, and of findings: files from 0 as they override each other, then these.
constexpr unsigned kRankEnvironment = 10'000;
constexpr unsigned kRankFlags = 20'000;

struct Place {
    unsigned rank = 0;
    Origin origin;
};

struct Assignment {
    KeyPath path;
    RawValue value;
    Place key;
    bool from_file_variable = false;  ///< by TAPEDECK__…__FILE

    /// Where the value stands.
    Place value_place() const;
};

struct SeenSection {
    KeyPath path;
    Place place;
    bool from_list = false;  ///< an element of [[path]], its number the last part
};

struct RankedFinding {
    unsigned rank = 0;
    Finding finding;
};

struct Layers {
    std::vector<Assignment> assignments;  ///< later ones win
    std::vector<SeenSection> sections;
    std::vector<RankedFinding> findings;
    bool incomplete = false;  ///< a file could not be read: what seems missing may be in it

    void error(const Place& place, std::string message);
    void warn(const Place& place, std::string message);

    /// A list of tables replaces that of lower layers as a whole: forgets everything below `path`.
    void drop_below(const KeyPath& path);
};

/// Adds what one file says. A syntax error becomes a finding, and the file says nothing.
void read_toml(std::string_view text, const std::string& name, unsigned rank, Layers& layers);

}  // namespace tapedeck::ops
