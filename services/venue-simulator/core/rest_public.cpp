#include "venue-simulator/core/json.h"
#include "venue-simulator/core/rest.h"
#include "venue-simulator/core/rest_format.h"
#include "venue-simulator/core/text.h"

namespace tapedeck::venue_simulator {
namespace {

constexpr std::int64_t kDepthMax = 500;
constexpr std::int64_t kTradesMax = 1000;
constexpr const char* kUnknownPair = "EQuery:Unknown asset pair";

/// All pairs if none is named.
Outcome<std::vector<PairId>> named_pairs(const Params& params) {
    std::vector<PairId> result;
    for (const auto& name : params.list("pair")) {
        const auto pair = find_pair(name);
        if (!pair) return refuse(kUnknownPair);
        result.push_back(*pair);
    }
    if (!result.empty()) return result;
    for (PairId pair = 0; pair < pairs().size(); ++pair) result.push_back(pair);
    return result;
}

std::string fees_json(bool is_maker) {
    Array fees;
    for (const auto& rung : fee_ladder()) {
        const Decimal rate = times(is_maker ? rung.maker : rung.taker, Decimal::from_integer(100));
        fees.raw(Array()
                     .raw(fixed(rung.volume, 0))
                     .raw(is_maker && rate.is_zero() ? "0.0" : rate.to_string())
                     .take());
    }
    return fees.take();
}

std::string pair_json(const Pair& pair, PairMode mode) {
    return Object()
        .text("altname", pair.altname)
        .text("wsname", pair.wsname)
        .text("aclass_base", "currency")
        .text("base", assets()[pair.base].id)
        .text("aclass_quote", "currency")
        .text("quote", assets()[pair.quote].id)
        .text("lot", "unit")
        .number("cost_decimals", pair.cost_decimals)
        .number("pair_decimals", pair.price_decimals)
        .number("lot_decimals", kLotDecimals)
        .number("lot_multiplier", 1)
        .raw("leverage_buy", "[]")
        .raw("leverage_sell", "[]")
        .raw("fees", fees_json(false))
        .raw("fees_maker", fees_json(true))
        .text("fee_volume_currency", "ZUSD")
        .number("margin_call", 80)
        .number("margin_stop", 40)
        .text("ordermin", pair.order_min.to_string())
        .text("costmin", pair.cost_min.to_string())
        .text("tick_size", pair.tick.to_string())
        .text("status", text_of(mode))
        .take();
}

std::string two(const std::string& first, const std::string& second) {
    return Array().text(first).text(second).take();
}

/// The id of Trades: nanoseconds.
std::string trade_mark(Time moment) {
    return std::to_string(to_ns(moment));
}

/// Seconds or nanoseconds, whichever the number must be.
std::optional<Time> parse_since(const std::string& text) {
    const auto value = parse_integer(text);
    if (!value || *value < 0) return std::nullopt;
    constexpr std::int64_t kSecondsMax = 100'000'000'000;
    return *value < kSecondsMax && *value < 9'000'000'000 ? from_unix(*value)
                                                          : time_from_ns(*value);
}

}  // namespace

Rest::Reply Rest::server_time(const Params&, Time real) {
    const Time now = real + floor_.clock_ahead;
    return Object().number("unixtime", unix_seconds(now)).text("rfc1123", rfc1123(now)).take();
}

Rest::Reply Rest::system_status(const Params&, Time now) {
    return Object()
        .text("status", text_of(floor_.exchange.mode()))
        .text("timestamp", rfc3339_seconds(now + floor_.clock_ahead))
        .take();
}

Rest::Reply Rest::list_assets(const Params& params, Time) {
    std::vector<AssetId> wanted;
    for (const auto& name : params.list("asset")) {
        const auto asset = find_asset(name);
        if (!asset) return refuse("EQuery:Unknown asset");
        wanted.push_back(*asset);
    }
    const bool is_all = wanted.empty();
    for (AssetId asset = 0; is_all && asset < assets().size(); ++asset) wanted.push_back(asset);
    Object result;
    for (const AssetId id : wanted) {
        const Asset& asset = assets()[id];
        result.raw(
            asset.id,
            Object()
                .text("aclass", "currency")
                .text("altname", asset.altname)
                .number("decimals", asset.decimals)
                .number("display_decimals", asset.display_decimals)
                .text("status", "enabled")
                .take());
    }
    return result.take();
}

Rest::Reply Rest::list_pairs(const Params& params, Time) {
    Object result;
    const std::vector<PairId> wanted = TRY(named_pairs(params));
    for (const PairId pair : wanted) {
        result.raw(pairs()[pair].id, pair_json(pairs()[pair], floor_.exchange.mode(pair)));
    }
    return result.take();
}

std::string Rest::ticker_of(PairId pair, Time now) const {
    const auto quote = [&](Side side) {
        const auto levels = floor_.exchange.book(pair).levels(side, 1);
        const BookLevel best = levels.empty() ? BookLevel{} : levels.front();
        const auto whole = round_to_step(best.quantity, Decimal::from_integer(1), Rounding::Down);
        return Array()
            .text(long_price(pair, best.price))
            .text(fixed(whole.value_or(Decimal{}), 0))
            .text(fixed(best.quantity, 3))
            .take();
    };
    const auto& trades = floor_.history.trades(pair);
    const Decimal last_volume = trades.empty() ? Decimal{} : trades.back().quantity;
    const DayFigures today = floor_.history.today(pair, now);
    const DayFigures day = floor_.history.last_24_hours(pair, now);
    const auto price = [&](Decimal value) { return long_price(pair, value); };
    return Object()
        .raw("a", quote(Side::Sell))
        .raw("b", quote(Side::Buy))
        .raw("c", two(price(floor_.exchange.last_price(pair)), volume_text(last_volume)))
        .raw("v", two(volume_text(today.volume), volume_text(day.volume)))
        .raw("p", two(price(today.vwap), price(day.vwap)))
        .raw("t", "[" + std::to_string(today.trades) + "," + std::to_string(day.trades) + "]")
        .raw("l", two(price(today.low), price(day.low)))
        .raw("h", two(price(today.high), price(day.high)))
        .text("o", price(today.open))
        .take();
}

Rest::Reply Rest::ticker(const Params& params, Time now) {
    Object result;
    const std::vector<PairId> wanted = TRY(named_pairs(params));
    for (const PairId pair : wanted) {
        result.raw(pairs()[pair].id, ticker_of(pair, now));
    }
    return result.take();
}

Rest::Reply Rest::ohlc(const Params& params, Time now) {
    const PairId pair = TRY(pair_of(params));
    const std::int64_t minutes = parse_integer(params.text("interval").value_or("1")).value_or(0);
    if (!History::interval_index(minutes)) {
        return refuse("EGeneral:Invalid arguments:interval");
    }
    const std::int64_t since = parse_integer(params.text("since").value_or("0")).value_or(0);
    const auto candles = floor_.history.candles(pair, minutes, now);
    Array rows;
    std::int64_t last = 0;
    for (std::size_t i = 0; i < candles.size(); ++i) {
        const Candle& candle = candles[i];
        const std::int64_t opened = unix_seconds(candle.opened);
        if (i + 2 == candles.size() || candles.size() == 1) last = opened;
        // The one that still forms is there, always.
        if (opened <= since && i + 1 < candles.size()) continue;
        Array row;
        row.raw(std::to_string(opened));
        for (const Decimal price :
             {candle.open, candle.high, candle.low, candle.close, candle.vwap()}) {
            row.text(short_price(pair, price));
        }
        row.text(volume_text(candle.volume)).raw(std::to_string(candle.trades));
        rows.raw(row.take());
    }
    return Object().raw(pairs()[pair].id, rows.take()).number("last", last).take();
}

Rest::Reply Rest::depth(const Params& params, Time now) {
    const PairId pair = TRY(pair_of(params));
    const std::int64_t count = parse_integer(params.text("count").value_or("100")).value_or(0);
    if (count < 1 || count > kDepthMax) return refuse("EGeneral:Invalid arguments:count");
    Object book;
    for (const Side side : {Side::Sell, Side::Buy}) {
        Array rows;
        const auto& levels =
            floor_.exchange.book(pair).levels(side, static_cast<std::size_t>(count));
        for (const auto& level : levels) {
            rows.raw(Array()
                         .text(long_price(pair, level.price))
                         .text(fixed(level.quantity, 3))
                         .raw(unix_text(now, 0))
                         .take());
        }
        book.raw(side == Side::Sell ? "asks" : "bids", rows.take());
    }
    return Object().raw(pairs()[pair].id, book.take()).take();
}

Rest::Reply Rest::trades(const Params& params, Time now) {
    const PairId pair = TRY(pair_of(params));
    const std::int64_t count = parse_integer(params.text("count").value_or("1000")).value_or(0);
    if (count < 1 || count > kTradesMax) return refuse("EGeneral:Invalid arguments:count");
    std::vector<PublicTrade> wanted;
    if (const auto text = params.text("since")) {
        const auto since = parse_since(*text);
        if (!since) return refuse("EGeneral:Invalid arguments:since");
        for (const auto& trade : floor_.history.trades(pair)) {
            if (trade.at > *since && wanted.size() < static_cast<std::size_t>(count)) {
                wanted.push_back(trade);
            }
        }
    } else {
        const auto& all = floor_.history.trades(pair);
        const auto most = std::min(all.size(), static_cast<std::size_t>(count));
        wanted.assign(all.end() - static_cast<std::ptrdiff_t>(most), all.end());
    }
    Array rows;
    for (const auto& trade : wanted) {
        rows.raw(Array()
                     .text(long_price(pair, trade.price))
                     .text(volume_text(trade.quantity))
                     .raw(unix_text(trade.at, 7))
                     .text(trade.side == Side::Buy ? "b" : "s")
                     .text(trade.is_market ? "m" : "l")
                     .text("")
                     .raw(std::to_string(trade.number))
                     .take());
    }
    const Time last = wanted.empty() ? now : wanted.back().at;
    return Object().raw(pairs()[pair].id, rows.take()).text("last", trade_mark(last)).take();
}

}  // namespace tapedeck::venue_simulator
