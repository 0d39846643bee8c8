#pragma once

#include "research/whatif/roots.h"
#include "research/whatif/run_sheet.h"
#include "research/whatif/stretches.h"
#include "research/whatif/words.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tapedeck::research {

/// What one run saw, decided and did on one UTC day. Things are placed by the time of the market
/// data that was decided on, since runs of one day share nothing else.
struct DaySheet {
    /// One series of market data: an instrument and the length of its candles, 0 for its trades.
    using Series = std::pair<Instrument, Duration>;

    /// A piece of it: its time, and the venue's id of a trade.
    using Piece = std::pair<Time, std::string>;

    using Line = std::pair<std::string, Instrument>;  ///< strategy and instrument
    using CashKey = execution::Portfolio::CashKey;

    struct Decision {
        Time input{};            ///< of the market data, else when that fact was recorded
        bool is_market = false;  ///< it was decided on market data
        Seq seq;
        WordKind kind = WordKind::Target;
        std::string strategy;
        Instrument instrument;
        std::string code;
        std::string essence;
    };

    /// What was filled of one order.
    struct Execution {
        Seq fill;  ///< the first
        Time time{};
        std::string strategy;
        Instrument instrument;
        Side side = Side::Buy;
        Quantity quantity;
        Money value;
        Money fee;
        std::string fee_currency;
    };

    std::map<Series, std::map<Piece, std::string>> market;    ///< with what it said, exactly
    std::map<Line, std::vector<Stretches::Run>> evaluations;  ///< axis: nanoseconds of the market
    std::vector<Decision> decisions;
    std::vector<Execution> executions;
    std::map<std::string, ServiceStarted> starts;  ///< the last of each service
    RunSheet::Counts counts;
    std::map<std::string, Money> profit;  ///< by currency: change of equity less deposits
};

/// Folds a tape, from its first record, into the sheets of its days.
class DaySheets {
public:
    /// Only that day is kept, if there is one.
    explicit DaySheets(std::optional<Time> only = std::nullopt) : only_(only) {}

    void take(const Recorded& recorded);

    /// The day that lasts is closed.
    void finish();

    const std::map<Time, DaySheet>& days() const { return days_; }

private:
    void turn(Time now);
    void close();
    std::map<std::string, Money> worth() const;
    DaySheet* sheet_at(Time time);
    void note_market(const Recorded& recorded);
    void note_piece(
        const Instrument& instrument,
        Duration interval,
        Time time,
        const std::string& id,
        std::string said);
    void note_word(const Recorded& recorded, Seq root);
    void note_evaluations(const DecisionMade& decision);
    void note_fill(const OrderFilled& fill, const Recorded& recorded);
    std::pair<Time, bool> input_of(Seq root) const;

    /// Times of the newest facts that are no candles: nobody decides on one that is older.
    static constexpr std::size_t kFactsKept = 65'536;

    struct Fact {
        Seq seq;
        Time time{};
        bool is_market = false;
    };

    std::optional<Time> only_;
    std::map<Time, DaySheet> days_;
    std::map<std::string, ServiceStarted> starts_;
    Roots roots_;
    std::deque<Fact> candles_;
    std::deque<Fact> facts_;
    std::map<Seq, std::pair<Time, std::size_t>> filling_;  ///< by intent: day, place in it
    RunSheet sheet_;
    RunSheet::Counts before_;             ///< as of the beginning of the day
    std::map<std::string, Money> worth_;  ///< likewise
    std::optional<Time> day_;
};

}  // namespace tapedeck::research
