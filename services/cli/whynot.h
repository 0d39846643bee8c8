#pragma once

#include "base/expected.h"
#include "cli/session.h"

#include <string>

namespace tapedeck::cli {

struct WhyNotOptions {
    std::string strategy;
    std::string instrument;
    std::string at;  ///< when the window begins; "" = so that it ends with the tape
    std::string span = "1h";
};

/// `tapedeck whynot`: why a strategy did not trade an instrument in a window of time. What it
/// thought, how near it came, what risk said, and what stood in the way, by weight. Works from the
/// events alone. Exit 3 when the tape knows no such strategy on that instrument.
Result<> whynot(Session& session, const WhyNotOptions& options);

}  // namespace tapedeck::cli
