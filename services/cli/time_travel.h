#pragma once

#include "base/expected.h"
#include "cli/events_verbs.h"
#include "cli/session.h"

#include <cstdint>
#include <string>

namespace tapedeck::cli {

struct StepOptions {
    std::string at;
    std::uint64_t count = 1;  ///< records, one after the other
};

/// `tapedeck replay step`: one record, what each decider says about it now and what is recorded of
/// that, and what the books said before and after.
Result<> replay_step(Session& session, const StepOptions& options);

struct FindOptions {
    std::string predicate;  ///< "" = any state
    Selection selection;
    bool last = false;  ///< the last such record instead of the first
};

/// `tapedeck replay find`: the first record of a selection after which a predicate holds. Exit 3
/// when there is none.
Result<> replay_find(Session& session, const FindOptions& options);

struct BisectOptions {
    std::string predicate;
    std::string invariant;
    std::string from;
    std::string to;
};

/// `tapedeck bisect`: the first record after which a predicate holds, or an invariant does not,
/// with what caused it. Exit 3 when a predicate never holds; 8 when an invariant is broken.
Result<> bisect(Session& session, const BisectOptions& options);

}  // namespace tapedeck::cli
