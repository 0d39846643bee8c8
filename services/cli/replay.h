#pragma once

#include "base/expected.h"
#include "cli/session.h"
#include "research/verifier.h"

#include <map>
#include <string>

namespace tapedeck::cli {

struct ReplayOptions {
    bool verify = false;
    std::string from;  ///< decisions on what came before are not compared; "" = the beginning
    std::string to;    ///< "" = the end
};

/// `tapedeck replay --verify`: every decider decides again on every record of the tape; what it
/// says is compared with what is recorded. Exit 8 when it is not the same, with the first
/// difference and its cause. What another release decided otherwise is told, and is no error.
Result<> replay(Session& session, const ReplayOptions& options);

/// The keys of --set in canonical text, checked against the configuration that is recorded on the
/// tape. Exit 5 names what is wrong with a value, or that no decider reads the key.
Result<std::map<std::string, std::string>> checked_overrides(Session& session, TapeSource& tape);

/// Feeds the records from `from` on, up to `to`, to the verifier, with a progress line. 130 when
/// interrupted.
Result<> prove(Session& session, TapeSource& tape, Seq to, research::Verifier& verifier);

}  // namespace tapedeck::cli
