#pragma once

#include "base/instrument.h"
#include "base/money.h"
#include "events/market.h"
#include "venues/kraken/json.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Kraken has four spellings of a pair and two of a currency. They stay in this folder: outside,
/// Bitcoin in US dollars at Kraken is `kraken:BTC/USD`.
namespace tapedeck::kraken {

/// What a pair lets through just now (AssetPairs, and the instrument channel).
enum class PairStatus {
    Online,
    CancelOnly,
    PostOnly,
    LimitOnly,
    ReduceOnly,
    Maintenance,
    WorkInProgress,
    Delisted,
    Unknown,  ///< a word that this build doesn't know: nothing is sent
};

PairStatus pair_status(std::string_view text);

/// The venue's word; "unknown" for what it has no word for.
std::string_view to_string(PairStatus status);

/// From a 30-day volume (USD) on, fills cost this share of their value.
struct FeeTier {
    Money volume;
    Ratio rate;  ///< 0.004 where Kraken says 0.4 percent

    bool operator==(const FeeTier&) const = default;
};

/// One spot pair: its spellings and what it demands of orders.
struct Pair {
    Instrument instrument;  ///< kraken:BTC/USD
    std::string symbol;     ///< BTC/USD: WebSocket v2
    std::string id;         ///< XXBTZUSD: keys of REST answers
    std::string altname;    ///< XBTUSD: orders, REST requests
    std::string wsname;     ///< XBT/USD
    PairStatus status = PairStatus::Unknown;
    unsigned price_decimals = 0;
    unsigned quantity_decimals = 0;
    unsigned cost_decimals = 0;
    Price tick;
    Quantity quantity_step;
    Quantity quantity_min;
    Money cost_min;                   ///< price times quantity, quote currency
    std::vector<FeeTier> taker_fees;  ///< ascending by volume
    std::vector<FeeTier> maker_fees;
};

InstrumentListed listed(const Pair& pair);

/// BTC for XBT, DOGE for XDG; everything else is spelled alike on both sides.
std::string our_code(std::string_view altname);

/// The instrument of a symbol of WebSocket v2 ("BTC/USD").
Result<Instrument> instrument_of(std::string_view symbol);

/// All pairs and currencies of the venue, from the `result` of AssetPairs and of Assets.
class Symbols {
public:
    Symbols() = default;

    /// An error if an answer as a whole is of another shape. A single pair that can't be used (no
    /// name, no tick, a currency in letters that ours don't have) is left out and told of in
    /// skipped(), so that a new sort of pair doesn't stop the trade in all others.
    static Result<Symbols> read(json::Value assets, json::Value pairs);

    /// Null for what isn't traded here.
    const Pair* find(const Instrument& instrument) const;

    /// By any spelling of Kraken's: id, altname, wsname, symbol.
    const Pair* find(std::string_view name) const;

    const std::vector<Pair>& pairs() const { return pairs_; }

    /// "XXBT" and "XBT" are BTC, "ZEUR" is EUR. What lies in a programme keeps its suffix: "BTC.F",
    /// which is not BTC that could be sold. An unknown id comes back as our_code() has it.
    std::string currency(std::string_view asset) const;

    /// One sentence for each pair that was left out.
    const std::vector<std::string>& skipped() const { return skipped_; }

private:
    Result<> take(Pair pair);

    std::vector<Pair> pairs_;  ///< in the order of the answer
    std::map<std::string, std::size_t, std::less<>> by_name_;
    std::map<std::string, std::size_t, std::less<>> by_instrument_;
    std::map<std::string, std::string, std::less<>> currencies_;  ///< by id and by altname
    std::vector<std::string> skipped_;
};

}  // namespace tapedeck::kraken
