#pragma once

#include "base/expected.h"
#include "cli/session.h"
#include "events/event.h"
#include "execution/core/orders.h"
#include "execution/core/portfolio.h"
#include "risk/core/risk.h"
#include "strategy/core/strategies.h"
#include "venues/paper/paper.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tapedeck::cli {

/// The state of the stack at one seq: the deciders themselves, folded over the tape, and what is
/// counted beside them. What live processes know, this knows, from the tape alone.
class Books {
public:
    /// The newest fills that are kept for show.
    static constexpr std::size_t kRecentFills = 5;

    void apply(const Recorded& recorded);

    /// Folds the records of `tape` up to `to`.
    Result<> fold(TapeSource& tape, Seq to);

    Seq as_of() const { return as_of_; }

    Time time() const { return time_; }

    const execution::Orders& orders() const { return orders_; }

    const execution::Portfolio& portfolio() const { return portfolio_; }

    const risk::Risk& risk() const { return risk_; }

    const strategy::Strategies& strategies() const { return strategies_; }

    struct Fill {
        Seq seq;
        Time time{};
        OrderFilled fill;
    };

    const std::deque<Fill>& recent_fills() const { return recent_fills_; }

    Seq last_order() const { return last_order_; }

    /// By service, the last difference that the shadow has told since the service last started
    /// under another build or configuration.
    const std::map<std::string, DecisionDiverged>& divergences() const { return divergences_; }

    /// What has happened how often over the tape.
    struct Counts {
        std::uint64_t market_data = 0;
        std::uint64_t decisions = 0;
        std::uint64_t targets = 0;
        std::uint64_t orders = 0;
        std::uint64_t fills = 0;
        std::uint64_t rejected_data = 0;
        std::uint64_t gaps = 0;
        std::map<std::string, std::uint64_t> denials;  ///< by code
        /// By strategy and instrument.
        std::map<std::pair<std::string, std::string>, std::uint64_t> fills_by_line;
    };

    const Counts& counts() const { return counts_; }

    /// The state hash of each decider, hex. The tape's id is left out, so that two runs over the
    /// same input can be compared.
    std::vector<std::pair<std::string, std::string>> state_hashes() const;

private:
    void count(const Event& event);

    execution::Orders orders_;
    execution::Portfolio portfolio_;
    risk::Risk risk_;
    strategy::Strategies strategies_;
    paper::PaperVenue venue_;
    Seq as_of_;
    Time time_{};
    Seq last_order_;
    std::map<std::string, DecisionDiverged> divergences_;
    std::deque<Fill> recent_fills_;
    Counts counts_;
};

}  // namespace tapedeck::cli
