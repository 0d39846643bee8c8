#pragma once

#include "base/expected.h"
#include "base/settings.h"

#include <filesystem>
#include <string>
#include <vector>

namespace tapedeck::cli {

/// A simulator of Kraken on this machine, for kraken.simulator = true: everything is as at Kraken,
/// the adapter, the key, the faults, but the market is made up and the money is play money.
struct LocalVenue {
    std::vector<std::string> arguments;  ///< of tapedeck-venue-simulator
    std::vector<std::string> overrides;  ///< "key=value": where its certificate and its key lie
};

/// What it has for its home, <home>/venue; nothing is made.
Result<LocalVenue> local_venue(const std::filesystem::path& home, const Settings& settings);

/// Makes that home by the simulator's program, in `programs`. Errors: the addresses of [kraken] are
/// not this machine's; the program is missing, or says what is wrong in `log`.
Result<LocalVenue> prepare_local_venue(
    const std::filesystem::path& programs,
    const std::filesystem::path& home,
    const std::filesystem::path& log,
    const Settings& settings);

}  // namespace tapedeck::cli
