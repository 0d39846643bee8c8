#pragma once

#include "venues/paper/book.h"

#include <optional>
#include <string_view>

/// The matching rules, as pure functions of one order and one piece of market data. They know
/// nothing of budgets, accounts or other orders (that is desk.h).
namespace tapedeck::paper {

enum class Source { Quote = 1, Trade = 2, Candle = 3 };

/// One piece of market data as an order sees it.
struct Look {
    Source source = Source::Quote;
    Seq seq;
    Time at{};  ///< market time; of a candle its open

    // What a buyer meets and what a seller meets: of a quote ask and bid, else the same.
    struct Range {
        Price open;
        Price high;
        Price low;
    };

    Range buying;
    Range selling;
    Quantity size;                   ///< of the trade or candle
    std::optional<Side> taker_side;  ///< of a trade
    bool has_quote = false;          ///< takers meet the quote of `market`
    Duration interval{};             ///< of a candle

    const Range& range(Side side) const { return side == Side::Buy ? buying : selling; }
};

Look look_at(const QuoteChanged& quote, Seq seq, Time at);
Look look_at(const TradePrinted& trade, const Market& market, Seq seq, Time at);
Look look_at(const CandleClosed& candle, Seq seq);

/// What of the configuration bears on prices.
struct Rules {
    Duration latency{};
    Duration candle_slack{};
    Ratio slippage;
    bool on_touch = false;
};

/// Whether this market data is late enough to fill the order at all.
bool is_eligible(const BookedOrder& order, const Look& look, const Rules& rules);

/// Whether it sets off a stop or take-profit that waits. A stop goes off when its price is touched,
/// a take-profit when it is traded through (or touched, if the rules say so).
bool sets_off(const BookedOrder& order, const Look& look, const Rules& rules);

/// In which order those who want to trade on one piece of market data are served. Within a candle
/// nobody knows what came first: the open is first for sure, and then whatever is worse for us.
enum class Rank { AtOpen = 1, Stop = 2, Limit = 3, TakeProfit = 4 };

/// From what an order takes: what the quote displays, or a share of what was traded.
enum class Pool { Ask = 1, Bid = 2, Traded = 3 };

/// What the market does with an order: it fills at this price, or the order has to go.
struct Reaction {
    Rank rank = Rank::AtOpen;
    Price price;
    Liquidity liquidity = Liquidity::Taker;
    Pool pool = Pool::Traded;
    std::string_view cancel;  ///< not empty: no fill, the order is canceled for this reason
};

/// Nothing: it rests. Precondition: is_eligible.
std::optional<Reaction> react(
    const BookedOrder& order, const Look& look, const Market& market, const Rules& rules);

}  // namespace tapedeck::paper
