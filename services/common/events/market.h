#pragma once

#include "base/instrument.h"
#include "events/types.h"

#include <optional>
#include <string>

namespace tapedeck {

/// What an instrument demands of an order. Sent by market-data before the first price.
struct InstrumentListed {
    static constexpr std::uint16_t kType = 40;
    static constexpr std::string_view kName = "InstrumentListed";
    Instrument instrument;
    Price price_tick;        ///< every order price is a multiple
    Quantity quantity_step;  ///< every order quantity is a multiple
    Quantity quantity_min;   ///< smallest order
    Money notional_min;      ///< smallest order value, quote currency

    bool operator==(const InstrumentListed&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "instrument", &InstrumentListed::instrument),
            field(2, "price_tick", &InstrumentListed::price_tick),
            field(3, "quantity_step", &InstrumentListed::quantity_step),
            field(4, "quantity_min", &InstrumentListed::quantity_min),
            field(5, "notional_min", &InstrumentListed::notional_min));
    }
};

/// A trade of the public tape.
struct TradePrinted {
    static constexpr std::uint16_t kType = 41;
    static constexpr std::string_view kName = "TradePrinted";
    Instrument instrument;
    Price price;
    Quantity quantity;
    std::optional<Side> taker_side;  ///< absent where the source does not say
    std::string trade_id;

    bool operator==(const TradePrinted&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "instrument", &TradePrinted::instrument),
            field(2, "price", &TradePrinted::price),
            field(3, "quantity", &TradePrinted::quantity),
            field(4, "taker_side", &TradePrinted::taker_side),
            field(5, "trade_id", &TradePrinted::trade_id));
    }
};

/// The best bid and ask with what rests there.
struct QuoteChanged {
    static constexpr std::uint16_t kType = 42;
    static constexpr std::string_view kName = "QuoteChanged";
    Instrument instrument;
    Price bid;
    Quantity bid_quantity;
    Price ask;
    Quantity ask_quantity;

    bool operator==(const QuoteChanged&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "instrument", &QuoteChanged::instrument),
            field(2, "bid", &QuoteChanged::bid),
            field(3, "bid_quantity", &QuoteChanged::bid_quantity),
            field(4, "ask", &QuoteChanged::ask),
            field(5, "ask_quantity", &QuoteChanged::ask_quantity));
    }
};

/// A finished candle. It closed at open_time + interval, which is also when it `happened`.
struct CandleClosed {
    static constexpr std::uint16_t kType = 43;
    static constexpr std::string_view kName = "CandleClosed";
    Instrument instrument;
    Duration interval{};
    Time open_time{};
    Price open;
    Price high;
    Price low;
    Price close;
    Quantity volume;
    std::optional<std::uint32_t> trades;  ///< number of trades, where the source tells

    Time close_time() const { return open_time + interval; }

    bool operator==(const CandleClosed&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "instrument", &CandleClosed::instrument),
            field(2, "interval_ns", &CandleClosed::interval),
            field(3, "open_time_ns", &CandleClosed::open_time),
            field(4, "open", &CandleClosed::open),
            field(5, "high", &CandleClosed::high),
            field(6, "low", &CandleClosed::low),
            field(7, "close", &CandleClosed::close),
            field(8, "volume", &CandleClosed::volume),
            field(9, "trades", &CandleClosed::trades));
    }
};

/// Why data is missing.
enum class GapReason {
    MissingCandles = 1,  ///< candle times are not contiguous
    Conflated = 2,       ///< the producer's window was full and updates were dropped
    Disconnected = 3,    ///< no connection to the source
};

constexpr auto enum_names(GapReason) {
    return std::array<EnumName<GapReason>, 3>{
        {{GapReason::MissingCandles, "missing_candles"},
         {GapReason::Conflated, "conflated"},
         {GapReason::Disconnected, "disconnected"}}};
}

/// Data of [from, to) is missing and will not come.
struct MarketDataGap {
    static constexpr std::uint16_t kType = 44;
    static constexpr std::string_view kName = "MarketDataGap";
    Instrument instrument;
    Time from{};
    Time to{};
    GapReason reason = GapReason::MissingCandles;
    std::uint64_t missing = 0;  ///< number of candles, where it is known

    bool operator==(const MarketDataGap&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "instrument", &MarketDataGap::instrument),
            field(2, "from_ns", &MarketDataGap::from),
            field(3, "to_ns", &MarketDataGap::to),
            field(4, "reason", &MarketDataGap::reason),
            field(5, "missing", &MarketDataGap::missing));
    }
};

/// Nothing has come for this instrument since `last_at`, longer than the limit: no new risk on it.
struct FeedStale {
    static constexpr std::uint16_t kType = 45;
    static constexpr std::string_view kName = "FeedStale";
    Instrument instrument;
    Time last_at{};
    Duration limit{};

    bool operator==(const FeedStale&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "instrument", &FeedStale::instrument),
            field(2, "last_at_ns", &FeedStale::last_at),
            field(3, "limit_ns", &FeedStale::limit));
    }
};

/// Data comes again after a FeedStale.
struct FeedRestored {
    static constexpr std::uint16_t kType = 46;
    static constexpr std::string_view kName = "FeedRestored";
    Instrument instrument;
    Time stale_since{};

    bool operator==(const FeedRestored&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "instrument", &FeedRestored::instrument),
            field(2, "stale_since_ns", &FeedRestored::stale_since));
    }
};

/// A piece of market data that contradicts itself or what came before. It is shown, never used.
struct MarketDataRejected {
    static constexpr std::uint16_t kType = 47;
    static constexpr std::string_view kName = "MarketDataRejected";
    Instrument instrument;
    std::string reason;  ///< "high 10 is below open 11"
    std::string origin;  ///< file and line, or channel
    std::string raw;     ///< the text as it came, at most 1 KiB

    bool operator==(const MarketDataRejected&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "instrument", &MarketDataRejected::instrument),
            field(2, "reason", &MarketDataRejected::reason),
            field(3, "origin", &MarketDataRejected::origin),
            field(4, "raw", &MarketDataRejected::raw));
    }
};

/// A feed begins. `source` names the input and everything that shapes it (seed, files with size and
/// checksum), so that a resumed recording cannot be continued from another input by mistake.
struct FeedStarted {
    static constexpr std::uint16_t kType = 48;
    static constexpr std::string_view kName = "FeedStarted";
    std::string feed;
    std::string source;

    bool operator==(const FeedStarted&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "feed", &FeedStarted::feed), field(2, "source", &FeedStarted::source));
    }
};

/// A recorded feed has given all it had.
struct FeedEnded {
    static constexpr std::uint16_t kType = 49;
    static constexpr std::string_view kName = "FeedEnded";
    std::string feed;
    std::uint64_t records = 0;  ///< market data records given
    std::uint64_t rejected = 0;

    bool operator==(const FeedEnded&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "feed", &FeedEnded::feed),
            field(2, "records", &FeedEnded::records),
            field(3, "rejected", &FeedEnded::rejected));
    }
};

}  // namespace tapedeck
