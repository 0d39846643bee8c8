#pragma once

#include "base/expected.h"
#include "base/instrument.h"
#include "base/time.h"
#include "venues/recorded/format.h"
#include "venues/recorded/row.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

/// What the store holds: series of rows, one file each.
namespace tapedeck::recorded {

/// The rows of one instrument, kind and interval.
struct Series {
    Instrument instrument;
    Kind kind = Kind::Candles;
    Duration interval{};  ///< of its bars; 0 for trades

    /// "1m", "quotes-1m" or "trades".
    std::string name() const;

    /// "kraken:BTC/EUR@1m".
    std::string to_string() const;

    /// "kraken/BTC_EUR/1m.columns": below the store's directory. No asset has an underscore, so no
    /// two series have one path.
    std::string path() const;

    friend bool operator==(const Series&, const Series&) = default;
    friend auto operator<=>(const Series&, const Series&) = default;
};

/// "kraken:BTC/EUR@1m", "…@quotes-1m", "…@trades". An error says what it should be.
Result<Series> parse_series(std::string_view text);

/// One row of a series. Which members count, the kind says. No number is negative.
struct StoredRow {
    static constexpr std::size_t kNumbers = 5;

    Time begin{};  ///< a bar's open; a trade's time
    /// Candles: open, high, low, close, volume. Quote bars: bid, ask, bid size, ask size. Trades:
    /// price, quantity.
    std::array<Decimal, kNumbers> numbers{};
    std::optional<std::uint32_t> trades;  ///< of a candle
    std::optional<Side> side;             ///< of a trade
    std::string id;                       ///< of a trade

    friend bool operator==(const StoredRow&, const StoredRow&) = default;
};

/// What of a line is kept.
StoredRow stored_row(Kind kind, const Row& row);

/// The row as the event it becomes. Only the members that differ from row to row are set.
void fill(const StoredRow& row, CandleClosed& candle);
void fill(const StoredRow& row, QuoteChanged& quote);
void fill(const StoredRow& row, TradePrinted& trade);

/// Why the row cannot be true (market-data/core/quality.h); "" if nothing speaks against it.
std::string contradiction(Kind kind, const StoredRow& row);

/// The most decimals among the row's prices.
unsigned price_scale(Kind kind, const StoredRow& row);

}  // namespace tapedeck::recorded
