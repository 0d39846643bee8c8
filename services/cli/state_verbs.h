#pragma once

#include "base/expected.h"
#include "cli/books.h"
#include "cli/session.h"

#include <string>

namespace tapedeck::cli {

/// The books at a moment of the tape ("" = its end), with a word on stderr on how old they are.
Result<> load_books(Session& session, const std::string& at, Books& books);

Result<> show_positions(Session& session, const std::string& at);
Result<> show_orders(Session& session, const std::string& at, bool ended_too);
Result<> show_pnl(Session& session, const std::string& at);

/// Every fill of the tape, or the last `count`.
Result<> show_fills(Session& session, const std::string& at, std::uint64_t count);

/// Positions, open orders, money, limits, strategies, and the state hash of each decider.
Result<> show_state(Session& session, const std::string& at);

}  // namespace tapedeck::cli
