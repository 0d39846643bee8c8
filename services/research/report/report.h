#pragma once

#include "base/seq.h"
#include "base/time.h"
#include "events/event.h"
#include "research/report/figure.h"
#include "research/report/trade.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::research {

/// The head of a report: what its figures rest on.
struct Conventions {
    int annualisation_days = 365;
    double risk_free = 0;  ///< a year, as a ratio
    std::string currency;  ///< of all money here; that of the first deposit
    std::uint64_t days = 0;
    double length_days = 0;  ///< exact
    std::uint64_t tape_id = 0;
    std::string profile;      ///< "backtest", "demo", "paper", "live"
    std::string config_hash;  ///< of every service's configuration, 8 hex digits
    std::string build;        ///< of the last ServiceStarted
    std::string data_hash;    ///< of the feeds' sources, 8 hex digits
    std::string fill_model;   ///< settings of the paper venue; "" if it did not run
    Seq first_seq;
    Seq last_seq;
    Time from{};  ///< of the first funding, or of what was asked for
    Time to{};    ///< of the last record
};

/// Equity at one 00:00 UTC, or at the end of a last day that is not whole.
struct Day {
    Time end{};
    Money equity;
    Money flow;        ///< deposits less withdrawals within the day
    double r = 0;      ///< the day's return, flows taken out
    double index = 1;  ///< the product of 1 + r so far
};

/// A point of the curve for plots.
struct CurvePoint {
    Time time{};
    double equity = 0;
    double index = 1;
};

/// From a peak of the index down and back to its height.
struct Drawdown {
    double depth = 0;  ///< 0.03 is 3 % below the peak
    Time peak{};
    Time trough{};
    std::optional<Time> recovery{};  ///< none: not recovered
};

/// A month or year of the index.
struct Period {
    int year = 0;
    unsigned month = 0;  ///< 1 … 12; 0 = the whole year
    double r = 0;
    std::uint64_t days = 0;
};

/// Closed trades that have something in common.
struct Cell {
    std::string key;
    std::uint64_t trades = 0;
    std::uint64_t wins = 0;
    std::uint64_t losses = 0;
    Money gross;
    Money fees;
    Money net;
    std::optional<double> mean_r{};

    /// Too few to conclude anything from.
    bool is_thin() const { return trades < 10; }
};

/// All closed trades by one property.
struct Breakdown {
    std::string by;  ///< "strategy", "instrument", "hour", …
    std::vector<Cell> cells;
};

/// How often something happened: group "denied", key "price_stale".
struct Tally {
    std::string group;
    std::string key;
    std::uint64_t count = 0;
};

/// What a run came to.
struct Report {
    Conventions conventions;
    std::vector<Figure> figures;
    Money start_equity;
    Money end_equity;
    Money flows;  ///< deposits less withdrawals after the first funding
    std::optional<Time> ruined_at{};
    std::vector<Day> days;            ///< without the start itself
    std::vector<CurvePoint> curve;    ///< at most kCurvePoints, extremes kept
    std::vector<Drawdown> drawdowns;  ///< the five deepest, deepest first
    std::vector<Period> months;
    std::vector<Period> years;
    std::vector<Trade> trades;       ///< closed, by closing
    std::vector<Trade> open_trades;  ///< by opening
    std::vector<Breakdown> breakdowns;
    std::vector<Tally> tallies;
    std::vector<std::string> warnings;  ///< sentences: what to doubt

    static constexpr std::size_t kCurvePoints = 2000;

    /// The figure of that key; null if there is none.
    const Figure* find(std::string_view key) const;
};

/// What a report may be told; the defaults are the house's conventions.
struct ReportOptions {
    double risk_free = 0;        ///< a year
    std::optional<Time> from{};  ///< statistics begin here; what is held by then is carried in
};

/// Folds a tape into its report: of a backtest, of paper and of live days alike.
class ReportFold {
public:
    ReportFold();
    explicit ReportFold(ReportOptions options);
    ~ReportFold();
    ReportFold(const ReportFold&) = delete;
    ReportFold& operator=(const ReportFold&) = delete;

    /// The next record of the tape, from the first on.
    void apply(const Recorded& recorded);

    /// What it has come to by now.
    Report report() const;

private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace tapedeck::research
