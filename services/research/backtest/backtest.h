#pragma once

#include "base/expected.h"
#include "base/settings.h"
#include "events/decider.h"
#include "execution/core/orders.h"
#include "execution/core/portfolio.h"
#include "research/backtest/recording.h"
#include "risk/core/risk.h"
#include "strategy/core/strategies.h"
#include "tape/host.h"
#include "venues/paper/paper.h"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace tapedeck::research {

/// What a backtest is made of besides its data.
struct BacktestOptions {
    /// The stack's effective configuration, checked before: full keys, canonical values. Each
    /// decider is told its own sections, as its process would be.
    Settings configuration;
    std::uint64_t tape_id = 1;  ///< client order ids are made of it
    std::string profile = "backtest";
    std::string build;  ///< that ServiceStarted tells
    /// The kinds of strategies that there are; outlives the backtest.
    const std::vector<strategy::Kind>* kinds = &strategy::registered_kinds();
};

/// The deciders of strategy, risk, orders, portfolio and paper venue, unchanged, over market data
/// in memory, in the order of the journal's lockstep (docs/tape-protocol.md): the same input gives
/// the same decisions and fills as the processes do, event for event, and there is no other
/// simulation in it. One thread; any number may run over one recording at once.
class Backtest {
public:
    /// Hears every record in the order of the tape. It is the same object each time, and what it
    /// holds is replaced by the next.
    using Listener = std::function<void(const Recorded&)>;

    /// Null: nobody listens. The recording of the view must outlive the backtest.
    Backtest(RecordingView data, BacktestOptions options, Listener listener = {});
    Backtest(const Backtest&) = delete;
    Backtest& operator=(const Backtest&) = delete;
    ~Backtest();

    /// Takes up to `steps` more steps of the data. False when there are none left and FeedEnded was
    /// told.
    bool advance(std::size_t steps);

    /// All that is left.
    void run() {
        while (advance(kManySteps)) {
        }
    }

    /// A fact from outside at this place of the tape: an operator's word. Between two steps.
    void tell(Event fact);

    /// Steps of the data that were taken.
    std::size_t steps_done() const { return step_ - data_.first; }

    Seq last_seq() const { return Seq{seq_}; }

    Time time() const { return last_recorded_at_; }

    const strategy::Strategies& strategies() const { return strategies_; }

    const risk::Risk& risk() const { return risk_; }

    const execution::Orders& orders() const { return orders_; }

    const execution::Portfolio& portfolio() const { return portfolio_; }

    const paper::PaperVenue& venue() const { return venue_; }

    /// Producers' numbers on the tape.
    static constexpr std::uint32_t kJournal = 0;
    static constexpr std::uint32_t kMarketData = 1;
    static constexpr std::uint32_t kOperator = 7;

    /// Enough for one turn of a loop that looks at the clock and the keyboard between.
    static constexpr std::size_t kManySteps = 4096;

private:
    struct Member {
        std::string name;
        std::vector<std::string> sections;
        std::uint32_t producer = 0;
        Decider* decider = nullptr;
        tape::InFlightQueue in_flight;
    };

    struct Said {
        std::uint32_t producer = 0;
        Seq cause;
        Event event;
    };

    void begin();
    void start(
        const std::string& service,
        const std::vector<std::string>& sections,
        std::uint32_t producer);
    void take_step();
    void record(Recorded& recorded, std::uint32_t producer, Seq cause);

    void record(std::uint32_t producer, Seq cause) { record(recorded_, producer, cause); }

    void settle();

    RecordingView data_;
    BacktestOptions options_;
    Listener listener_;
    strategy::Strategies strategies_;
    risk::Risk risk_;
    execution::Orders orders_;
    execution::Portfolio portfolio_;
    paper::PaperVenue venue_;
    std::vector<Member> members_;
    std::deque<Said> said_;  ///< and not yet recorded, in the order in which it will be
    Recorded recorded_;
    Recorded tick_;  ///< apart, so that candle after candle is filled into the same event
    std::array<std::uint64_t, kOperator + 1> numbers_{};
    std::uint64_t seq_ = 0;
    std::size_t step_ = 0;
    Time clock_{};
    Time last_recorded_at_{};
    std::uint64_t rejected_ = 0;
    bool has_begun_ = false;
    bool has_ended_ = false;
};

}  // namespace tapedeck::research
