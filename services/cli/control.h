#pragma once

#include "base/expected.h"
#include "cli/session.h"
#include "events/event.h"

#include <string>

namespace tapedeck::cli {

/// What every command that changes something takes.
struct ControlOptions {
    std::string reason;
    std::string idempotency_key;
    bool dry_run = false;
    std::string confirm;  ///< kill, unkill, flatten: the profile's name, typed
};

/// Who asks, why, and under which key: what goes into the event.
Request request_of(const Session& session, const ControlOptions& options);

/// Records a control event, unless the same idempotency key is on the tape already, and says where.
/// Returns its seq; 0 for a dry run. `effect` is one sentence on what it does.
Result<Seq> record_control(
    Session& session, const ControlOptions& options, const Event& event, const std::string& effect);

/// Asks the operator to type the profile's name. Exit 6 when he does not, or cannot.
Result<> confirm(Session& session, const ControlOptions& options, const std::string& what);

/// Engages the kill, then waits, at most ten seconds, until the tape shows that no order is open.
Result<> kill_all(Session& session, const ControlOptions& options, bool flatten);

/// Leaves word for the journal's next start: it goes on with what it has, under a new tape id. For
/// a journal that is in quarantine, or stopped. Exit 6 when it runs and records.
Result<> branch(Session& session, const ControlOptions& options);

/// Cancels one order ("o-123") or all.
Result<> cancel(Session& session, const ControlOptions& options, const std::string& order);

}  // namespace tapedeck::cli
