#pragma once

#include "research/verifier.h"
#include "tape/format.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tapedeck::shadow {

/// The proof of a tape that grows, and what of it the operator has not been told yet. No socket
/// and no clock: frames come in.
class Shadow {
public:
    /// `build`: of this program, as ops::identity() says it.
    explicit Shadow(std::string build) : verifier_({.build = std::move(build)}) {}

    /// The next frame of the tape. An error: a record does not decode (exit 8).
    Result<> take(const tape::FrameHeader& header, std::string_view records);

    /// Differences that the tape does not tell of, one a decider at most. Ask only when all that is
    /// recorded was taken: what an earlier shadow has told may come later on the tape.
    std::vector<DecisionDiverged> untold() const;

    Seq last() const { return verifier_.last(); }

    Seq proven() const { return verifier_.proven(); }

    /// Differences found, those that came of others included.
    std::uint64_t differences() const;

private:
    research::Verifier verifier_;
    std::set<std::pair<std::string, Seq>> told_;  ///< service and cause
};

/// What is written for `tapedeck status`: one JSON object.
std::string report(const Shadow& shadow, std::uint64_t tape_id, Time now);

}  // namespace tapedeck::shadow
