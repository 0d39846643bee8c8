#pragma once

#include "base/expected.h"
#include "events/event.h"
#include "market-data/core/feed.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tapedeck::research {

class Recording;

/// Some steps of a recording, one after the other: all of it, a season of it, all but the future.
/// Valid as long as the recording lives and stays where it is.
struct RecordingView {
    const Recording* recording = nullptr;
    std::size_t first = 0;  ///< step
    std::size_t end = 0;    ///< step behind the last

    bool empty() const { return first >= end; }
};

/// Market data in memory: loaded once, compact, and never changed after that, so that any number of
/// backtests may run over it at once, from as many threads. A candle takes 96 bytes.
class Recording {
public:
    /// Takes everything that the feed gives. `progress` hears now and then how far the feed is, and
    /// says whether to go on; false is an error (exit 130). Errors of the feed are the feed's.
    using Progress = std::function<bool(const market_data::Feed&)>;
    static Result<Recording> load(market_data::Feed& feed, const Progress& progress);

    /// The name and source that FeedStarted tells.
    const std::string& feed() const { return feed_; }

    const std::string& source() const { return source_; }

    const std::vector<InstrumentListed>& instruments() const { return listed_; }

    /// The shortest candles of the instrument; zero where it has none.
    Duration shortest_candle(const Instrument& instrument) const;

    RecordingView all() const { return {this, 0, steps_.size()}; }

    /// The steps of [from, to).
    RecordingView between(Time from, Time to) const;

    std::size_t steps() const { return steps_.size(); }

    /// Of a step; there must be that step.
    Time time_of(std::size_t step) const { return time_from_ns(steps_[step].time); }

    /// Candles, trades and quotes of the steps [first, end).
    std::uint64_t market_data(const RecordingView& view) const;

    /// The events of a step, one after the other, each put into `recorded` (event and happened_at;
    /// the rest is left alone) before `visit` is called.
    template <class Visit>
    void visit_step(std::size_t step, Recorded& recorded, Visit visit) const {
        const std::uint32_t end = step + 1 < steps_.size()
                                      ? steps_[step + 1].first
                                      : static_cast<std::uint32_t>(items_.size());
        for (std::uint32_t i = steps_[step].first; i < end; ++i) {
            fill(items_[i], recorded);
            visit();
        }
    }

    /// What it takes in memory.
    std::uint64_t bytes() const;

private:
    struct Step {
        std::int64_t time = 0;    ///< ns
        std::uint32_t first = 0;  ///< of items_
    };

    enum class Kind : std::uint8_t { Candle, Trade, Quote, Other };

    struct Item {
        Kind kind = Kind::Other;
        std::uint32_t index = 0;  ///< in the vector of its kind
    };

    // Prices in 1e-8, as long as they have no more decimals; an event that does not fit is kept as
    // it came.
    struct Candle {
        Int128 volume = 0;  ///< 1e-18
        std::int64_t open_time = 0;
        std::int64_t interval = 0;
        std::int64_t open = 0;
        std::int64_t high = 0;
        std::int64_t low = 0;
        std::int64_t close = 0;
        std::int64_t happened = 0;
        std::uint32_t trades = 0;
        std::uint16_t instrument = 0;
        bool has_trades = false;
    };

    struct Trade {
        std::int64_t price = 0;
        std::int64_t quantity = 0;
        std::int64_t happened = 0;
        std::uint32_t id_begin = 0;  ///< in ids_
        std::uint16_t id_size = 0;
        std::uint16_t instrument = 0;
        std::uint8_t side = 0;  ///< 0 = not told
    };

    struct Quote {
        std::int64_t bid = 0;
        std::int64_t bid_quantity = 0;
        std::int64_t ask = 0;
        std::int64_t ask_quantity = 0;
        std::int64_t happened = 0;
        std::uint16_t instrument = 0;
    };

    struct Other {
        Event event;
        Time happened{};
    };

    void add(const market_data::Step& step);
    bool add(const CandleClosed& candle, Time happened);
    bool add(const TradePrinted& trade, Time happened);
    bool add(const QuoteChanged& quote, Time happened);
    std::uint16_t index_of(const Instrument& instrument);
    void fill(const Item& item, Recorded& recorded) const;

    std::string feed_;
    std::string source_;
    std::vector<InstrumentListed> listed_;
    std::vector<Instrument> instruments_;
    std::vector<Step> steps_;
    std::vector<Item> items_;
    std::vector<Candle> candles_;
    std::vector<Trade> trades_;
    std::vector<Quote> quotes_;
    std::vector<Other> others_;
    std::string ids_;
};

}  // namespace tapedeck::research
