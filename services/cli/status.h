#pragma once

#include "base/expected.h"
#include "cli/books.h"
#include "cli/session.h"

#include <functional>
#include <string>

namespace tapedeck::cli {

/// What is going on, in one screen: processes, money, strategies, positions, the last fills, and
/// what to type next.
std::string status_screen(
    const Session& session, const TapeSource::Facts& facts, const Books& books, Seq end);

/// `tapedeck status`; an object with --json.
Result<> show_status(Session& session);

/// Redraws the screen once a second, following the tape, until `go_on` (asked ten times a second)
/// says false, the operator presses Ctrl-C, or the journal is gone for good.
Result<> watch_status(Session& session, const std::function<bool()>& go_on);

}  // namespace tapedeck::cli
