#include "venue-simulator/core/instruments.h"

#include "base/verify.h"
#include "venue-simulator/core/text.h"

namespace tapedeck::venue_simulator {
namespace {

Decimal number(const char* text) {
    const auto value = Decimal::parse(text);
    VERIFY(value.has_value());
    return *value;
}

struct Row {
    const char* id;
    const char* base;
    const char* quote;
    unsigned price_decimals;
    unsigned cost_decimals;
    const char* order_min;
    const char* cost_min;
    const char* start_price;
};

Pair make_pair_of(const Row& row) {
    const AssetId base = find_asset(row.base).value();
    const AssetId quote = find_asset(row.quote).value();
    const Asset& first = assets()[base];
    const Asset& second = assets()[quote];
    return {
        .id = row.id,
        .altname = first.altname + second.altname,
        .wsname = first.altname + "/" + second.altname,
        .symbol = first.code + "/" + second.code,
        .base = base,
        .quote = quote,
        .price_decimals = row.price_decimals,
        .cost_decimals = row.cost_decimals,
        .order_min = number(row.order_min),
        .cost_min = number(row.cost_min),
        .tick = step_of(row.price_decimals),
        .start_price = number(row.start_price)};
}

}  // namespace

const std::vector<Asset>& assets() {
    static const std::vector<Asset> kAssets = {
        {"XXBT", "XBT", "BTC", 10, 5},
        {"XETH", "ETH", "ETH", 10, 5},
        {"SOL", "SOL", "SOL", 10, 5},
        {"ADA", "ADA", "ADA", 8, 6},
        {"XXDG", "XDG", "DOGE", 8, 2},
        {"USDT", "USDT", "USDT", 8, 4},
        {"ZUSD", "USD", "USD", 4, 2},
        {"ZEUR", "EUR", "EUR", 4, 2},
    };
    return kAssets;
}

const std::vector<Pair>& pairs() {
    static const std::vector<Pair> kPairs = [] {
        const std::vector<Row> rows = {
            {"XXBTZUSD", "XBT", "USD", 1, 5, "0.00005", "0.5", "60000"},
            {"XXBTZEUR", "XBT", "EUR", 1, 5, "0.00005", "0.45", "50000"},
            {"XBTUSDT", "XBT", "USDT", 1, 5, "0.00005", "0.5", "60000"},
            {"XETHZUSD", "ETH", "USD", 2, 5, "0.001", "0.5", "3000"},
            {"XETHZEUR", "ETH", "EUR", 2, 5, "0.001", "0.45", "2500"},
            {"XETHXXBT", "ETH", "XBT", 5, 10, "0.001", "0.00002", "0.05"},
            {"SOLUSD", "SOL", "USD", 2, 5, "0.02", "0.5", "120"},
            {"SOLEUR", "SOL", "EUR", 2, 5, "0.02", "0.45", "100"},
            {"ADAUSD", "ADA", "USD", 6, 8, "4", "0.5", "0.6"},
            {"ADAEUR", "ADA", "EUR", 6, 8, "4", "0.45", "0.5"},
            {"XDGUSD", "XDG", "USD", 7, 8, "13", "0.5", "0.12"},
        };
        std::vector<Pair> result;
        for (const auto& row : rows) result.push_back(make_pair_of(row));
        return result;
    }();
    return kPairs;
}

std::optional<AssetId> find_asset(std::string_view name) {
    const std::string wanted = upper(name);
    for (AssetId i = 0; i < assets().size(); ++i) {
        const Asset& asset = assets()[i];
        if (wanted == asset.id || wanted == asset.altname || wanted == asset.code) return i;
    }
    return std::nullopt;
}

std::optional<PairId> find_pair(std::string_view name) {
    const std::string wanted = upper(name);
    for (PairId i = 0; i < pairs().size(); ++i) {
        const Pair& pair = pairs()[i];
        if (wanted == pair.id || wanted == pair.altname || wanted == pair.wsname ||
            wanted == pair.symbol) {
            return i;
        }
    }
    return std::nullopt;
}

std::optional<PairId> find_symbol(std::string_view symbol) {
    for (PairId i = 0; i < pairs().size(); ++i) {
        if (symbol == pairs()[i].symbol) return i;
    }
    return std::nullopt;
}

const std::vector<FeeRung>& fee_ladder() {
    static const std::vector<FeeRung> kLadder = {
        {number("0"), number("0.004"), number("0.0025")},
        {number("10000"), number("0.0035"), number("0.002")},
        {number("50000"), number("0.0024"), number("0.0014")},
        {number("100000"), number("0.0022"), number("0.0012")},
        {number("250000"), number("0.002"), number("0.001")},
        {number("500000"), number("0.0018"), number("0.0008")},
        {number("1000000"), number("0.0016"), number("0.0006")},
        {number("2500000"), number("0.0014"), number("0.0004")},
        {number("5000000"), number("0.0012"), number("0.0002")},
        {number("10000000"), number("0.001"), number("0")},
    };
    return kLadder;
}

std::size_t fee_rung(Decimal volume) {
    std::size_t rung = 0;
    while (rung + 1 < fee_ladder().size() && volume >= fee_ladder()[rung + 1].volume) ++rung;
    return rung;
}

}  // namespace tapedeck::venue_simulator
