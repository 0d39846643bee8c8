#pragma once

#include "base/expected.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::venue_simulator {

/// The flags of tapedeck-venue-simulator.
struct Flags {
    std::string home{};
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    std::uint64_t seed = 1;
    std::string accounts{};  ///< empty: accounts.json in the home
    std::string private_path = "/auth/v2";
    bool is_quiet = false;  ///< without the others: books are empty
    bool keeps = false;     ///< what it was told is kept in the home, and told again at a start
    bool only_prepares = false;  ///< the home is made, nothing is served
};

/// Either flags to run with, or help to be printed in place of running.
struct Parsed {
    std::optional<Flags> flags{};
    std::string help{};
};

/// Errors say which flag is wrong, and are of ExitCode::Usage.
Result<Parsed> parse_flags(const std::vector<std::string>& arguments);

/// Makes what is missing in the home: accounts, certificates, and the first account's first key in
/// files of their own (trade.key, trade.secret), as a client wants them.
Result<> prepare(const Flags& flags);

/// Prepares the home, listens, says so on stdout in one line, and serves until it is asked to stop.
Result<> serve(const Flags& flags);

}  // namespace tapedeck::venue_simulator
