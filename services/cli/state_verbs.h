#pragma once

#include "base/expected.h"
#include "cli/books.h"
#include "cli/session.h"
#include "cli/views.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tapedeck::cli {

/// The books at a moment of the tape ("" = its end), with a progress line. 130 when interrupted.
Result<> load_books(Session& session, const std::string& at, Books& books);

/// "PAPER  tape 01c0ffee4711  as of seq 48211907  2026-11-20T12:05:00.415Z".
std::string as_of(const Session& session, const TapeSource::Facts& facts, Seq seq, Time time);

struct StateOptions {
    std::vector<std::string> parts;  ///< positions, orders, …; none = all
    std::string at;                  ///< "" = the end
};

/// `tapedeck state`: what the deciders knew at a place on the tape, with the hash of each one's
/// state.
Result<> show_state(Session& session, const StateOptions& options);

struct ListOptions {
    ViewFilter filter;
    std::string at;           ///< "" = the end
    std::string since;        ///< fills only
    std::uint64_t count = 0;  ///< fills only: the last so many, 0 = all
};

Result<> show_positions(Session& session, const ListOptions& options);
Result<> show_orders(Session& session, const ListOptions& options);

/// By strategy and instrument, and by account.
Result<> show_pnl(Session& session, const ListOptions& options);

/// From the events alone; nothing is folded.
Result<> show_fills(Session& session, const ListOptions& options);

}  // namespace tapedeck::cli
