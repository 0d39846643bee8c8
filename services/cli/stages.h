#pragma once

#include "base/expected.h"
#include "cli/books.h"
#include "cli/control.h"
#include "cli/session.h"

#include <string>

namespace tapedeck::cli {

/// "0.001 BTC, 5.0 % of equity", "nothing", or that there is no limit beyond those of [risk].
std::string allocation_of(const risk::Stage& stage);

/// "tiny (2 of 5)"; "" = no roll-out is configured.
std::string present_stage(const Books& books);

/// `tapedeck stage`: the stages, the present one, and its gates with what they find. `at`: a place
/// on the tape, "" = its end.
Result<> show_stages(Session& session, const std::string& at);

/// Asks risk for the next stage, confirmed, and waits for its answer. Exit 6 with each gate that is
/// closed; exit 7 when no answer comes.
Result<> advance_stage(Session& session, const ControlOptions& options);

/// Asks risk for the stage before the present one, and waits for its answer.
Result<> lower_stage(Session& session, const ControlOptions& options);

}  // namespace tapedeck::cli
