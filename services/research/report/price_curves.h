#pragma once

#include "events/event.h"
#include "research/report/report.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace tapedeck::research {

/// Half-way between bid and ask.
Price middle_of(const QuoteChanged& quote);

/// The prices of one instrument for a plot: of each stretch of time the lowest, highest and last.
/// There are never more than kStretches; when there would be, they become twice as long.
class PriceCurve {
public:
    static constexpr std::size_t kStretches = 1000;

    struct Stretch {
        Time begin{};
        Price low;
        Price high;
        Price close;
    };

    /// Prices seen by `time`. Time does not go back; what does anyway, counts into the last
    /// stretch.
    void add(Time time, Price low, Price high, Price close);

    /// By time; a stretch without a price is not there.
    const std::vector<Stretch>& stretches() const { return stretches_; }

private:
    void halve();

    std::vector<Stretch> stretches_;
    Time origin_{};
    Duration length_ = std::chrono::seconds(1);
};

/// Folds a tape into the price of every instrument: the middle of its quotes, its trades, its
/// candles. Runs beside ReportFold where a page is asked for.
class PriceCurves {
public:
    /// The next record of the tape, from the first on.
    void apply(const Recorded& recorded);

    /// {"demo:BTC/USD": [[ms since 1970, low, high, close], …]} of the instruments that the report
    /// has trades in, between the report's own first and last moment.
    std::string to_json(const Report& report) const;

    /// Of one instrument; null if it never had a price.
    const PriceCurve* find(const Instrument& instrument) const;

private:
    std::map<Instrument, PriceCurve> curves_;
};

}  // namespace tapedeck::research
