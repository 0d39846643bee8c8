#pragma once

#include <string>
#include <string_view>

namespace tapedeck::ops {

/// What this program was built from.
struct BuildInfo {
    std::string_view version;   ///< "0.1.0"
    std::string_view git;       ///< 12 hex digits of the commit; "unknown" outside git
    std::string_view compiler;  ///< "g++ 12.2.0"
    std::string id;             ///< the linker's id of this very binary; "" if it has none
};

BuildInfo build_info();

/// One line for --version: "0.1.0 (git 0123456789ab, g++ 12.2.0)".
std::string describe(const BuildInfo& build);

/// What ServiceStarted.build says: equal exactly when the programs are. The commit alone would not
/// do: a tree with uncommitted changes decides differently under the same hash.
std::string identity(const BuildInfo& build);

}  // namespace tapedeck::ops
