#pragma once

#include "cli/books.h"
#include "cli/listing.h"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::cli {

/// What of the books is listed.
struct ViewFilter {
    std::string strategy;
    std::string instrument;
    bool all = false;  ///< flat positions and ended orders as well

    bool wants(const std::string& of_strategy, const Instrument& of_instrument) const {
        return (strategy.empty() || strategy == of_strategy) &&
               (instrument.empty() || instrument == of_instrument.name());
    }
};

/// Open positions with their stop and take-profit.
Listing list_positions(const Books& books, const ViewFilter& filter);

/// Open orders, and approvals that wait.
Listing list_orders(const Books& books, const Session& session, const ViewFilter& filter);

/// One row a strategy and instrument.
Listing list_strategies(const Books& books);

/// Realised, unrealised and fees of each strategy and instrument.
Listing list_results(const Books& books, const ViewFilter& filter);

/// Cash, equity and totals of each account and currency.
Listing list_accounts(const Books& books);

/// How much of each limit is used.
Listing list_limits(const Books& books);

/// The state hash of each decider.
Listing list_hashes(const Books& books);

/// The table of processes: who is alive, and how far behind the tape's end each decider is.
Listing list_processes(const TapeSource::Facts& facts, Seq end, bool running);

/// Strategies and the like decide; market-data only says, visitors come and go.
bool is_decider(std::string_view service);

/// Says a word on the tape now and then and leaves: the operator, the shadow.
bool is_visitor(std::string_view service);

Listing list_fills(
    const std::deque<Books::Fill>& fills, const Session& session, const ViewFilter& filter);

/// What stands against new risk: killed, paused, emergency stops; one sentence each.
std::vector<std::string> warnings(const Books& books);

}  // namespace tapedeck::cli
