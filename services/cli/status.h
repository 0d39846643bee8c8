#pragma once

#include "base/expected.h"
#include "cli/books.h"
#include "cli/session.h"

#include <functional>
#include <string>

namespace tapedeck::cli {

struct StatusOptions {
    bool brief = false;   ///< processes only: the tape is not read
    bool strict = false;  ///< exit 10 when something is not as it should be
};

/// What is going on, in one screen: processes, what stands against new risk, strategies, money,
/// open orders, the last fills, and what to type next.
std::string status_screen(
    const Session& session,
    const TapeSource::Facts& facts,
    const Books& books,
    Seq end,
    bool running);

/// `tapedeck status`; an object with --json. Exit 4 when the stack does not run.
Result<> show_status(Session& session, const StatusOptions& options);

/// Redraws the screen once a second, following the tape, until `go_on` (asked ten times a second)
/// says false or the operator presses Ctrl-C. `leave` says on the last line how to get out.
Result<> watch_status(
    Session& session, const std::function<bool()>& go_on, const std::string& leave = "Ctrl-C");

}  // namespace tapedeck::cli
