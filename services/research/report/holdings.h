#pragma once

#include "base/instrument.h"
#include "base/money.h"
#include "base/seq.h"
#include "base/time.h"
#include "events/market.h"
#include "research/report/open_trade.h"

#include <cstddef>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::research {

/// One instrument of the tape: its mark, and what is held of it.
struct Market {
    static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

    Instrument instrument;
    std::size_t currency = kNone;  ///< its quote, if there is any money in it
    std::size_t rates = kNone;     ///< the currency that its price gives the rate of
    bool is_inverse = false;       ///< … as 1/price
    bool is_priced = false;
    bool was_traded = false;
    Price mark;
    Time quoted_at{};
    std::vector<OpenTrade> open;
    double held = 0;   ///< Σ of the open positions
    double value = 0;  ///< held × mark in the reporting currency

    /// The last candle, as long as it is not sure whether its extremes came before or after a fill.
    struct Candle {
        Seq seq;
        Time open_time{};
        Price high;
        Price low;
        Price close;
    };

    std::optional<Candle> candle;
    std::vector<double> daily_marks;  ///< at the end of each day; 0 before the first price
    double first_mark = 0;            ///< when statistics began, or the first one after

    /// Whether a change of its price may move equity.
    bool matters() const { return !open.empty() || rates != kNone; }
};

/// Cash and positions of all accounts, and what they are worth in one currency. Positions are those
/// of the open round trips.
class Holdings {
public:
    Holdings() = default;
    Holdings(const Holdings&) = delete;  // it points into itself
    Holdings& operator=(const Holdings&) = delete;

    /// The market of this name; made when it is new.
    Market& market(const Instrument& instrument) {
        if (last_ != nullptr && last_->instrument == instrument) return *last_;
        return find_market(instrument);
    }

    const std::deque<Market>& markets() const { return markets_; }

    std::deque<Market>& markets() { return markets_; }

    /// "" before the first deposit.
    const std::string& currency() const { return reporting_; }

    /// The first currency becomes the reporting one.
    void add_cash(std::string_view currency, Money amount);

    /// A new mark. What becomes worth something only now, because its currency had no rate, is
    /// returned: as if it was deposited now.
    std::optional<Money> set_mark(Market& market, Price price);

    /// After the trades of a market have changed.
    void revalue(Market& market);

    /// In the reporting currency, exact as far as rates are.
    Money equity() const;

    /// The same as a double, fast.
    double value() const {
        double sum = cash_value_;
        for (const Market* market : open_) sum += market->value;
        return sum;
    }

    /// Markets with an open trade.
    const std::vector<Market*>& open_markets() const { return open_; }

    /// In the reporting currency; zero when the currency has no rate.
    Money in_reporting(Money amount, std::string_view currency) const;

    /// From one currency to another by their rates; none when one of them has no rate.
    std::optional<Money> exchanged(Money amount, std::string_view from, std::string_view to) const;

    /// Currencies in which there is money and whose rate is not known.
    std::vector<std::string> unrated() const;

private:
    struct Currency {
        std::string name;
        Money cash;
        std::optional<Ratio> rate;
        double rate_value = 0;
    };

    Market& find_market(const Instrument& instrument);
    std::size_t currency_of(std::string_view name);
    const Currency* find_currency(std::string_view name) const;
    void link(Market& market);
    void update_cash_value();
    Money positions_in(std::size_t currency) const;

    std::string reporting_;
    std::deque<Market> markets_;
    std::map<Instrument, Market*> by_name_;
    Market* last_ = nullptr;
    std::vector<Currency> currencies_;
    std::vector<Market*> open_;
    double cash_value_ = 0;
};

}  // namespace tapedeck::research
