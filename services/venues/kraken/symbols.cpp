#include "venues/kraken/symbols.h"

#include "venues/kraken/fields.h"

#include <algorithm>
#include <array>

namespace tapedeck::kraken {

namespace {

constexpr std::size_t kStatuses = 8;

struct StatusName {
    std::string_view name;
    PairStatus status;
};

constexpr std::array<StatusName, kStatuses> kStatusNames = {{
    {"online", PairStatus::Online},
    {"cancel_only", PairStatus::CancelOnly},
    {"post_only", PairStatus::PostOnly},
    {"limit_only", PairStatus::LimitOnly},
    {"reduce_only", PairStatus::ReduceOnly},
    {"maintenance", PairStatus::Maintenance},
    {"work_in_progress", PairStatus::WorkInProgress},
    {"delisted", PairStatus::Delisted},
}};

Result<Decimal> read_positive(const json::Value& entry, std::string_view key) {
    const auto value = TRY(entry.at(key));
    const auto number = TRY(value.decimal());
    if (!number.is_positive()) return value.wrong("more than 0");
    return number;
}

/// Rows of [volume, percent].
Result<std::vector<FeeTier>> read_fees(const json::Value& entry, std::string_view key) {
    std::vector<FeeTier> tiers;
    const auto rows = entry.find(key);
    if (!rows) return tiers;
    const Decimal percent = Decimal::from_units(Decimal::kOne / 100);
    for (const auto row : *rows) {
        const auto volume = TRY(row.at(std::size_t{0}));
        const auto rate = TRY(row.at(std::size_t{1}));
        const auto share = multiply(TRY(rate.decimal()), percent, Rounding::Up);
        if (!share) return rate.wrong("a percentage");
        FeeTier tier;
        tier.volume = Money(TRY(volume.decimal()));
        tier.rate = Ratio(*share);
        tiers.push_back(tier);
    }
    return tiers;
}

Result<Pair> read_pair(std::string id, const json::Value& entry) {
    Pair pair;
    pair.id = std::move(id);
    pair.altname = TRY(read_text(entry, "altname"));
    pair.wsname = TRY(read_text(entry, "wsname"));
    const auto slash = pair.wsname.find('/');
    if (slash == std::string::npos) return entry.wrong("a wsname with a slash");
    pair.symbol =
        our_code(pair.wsname.substr(0, slash)) + "/" + our_code(pair.wsname.substr(slash + 1));
    pair.instrument = TRY(instrument_of(pair.symbol));
    // Absent in older answers, where every pair that is listed is traded.
    const auto status = entry.find("status");
    pair.status = status ? pair_status(status->raw()) : PairStatus::Online;
    pair.price_decimals = TRY(read_decimals(entry, "pair_decimals"));
    pair.quantity_decimals = TRY(read_decimals(entry, "lot_decimals"));
    pair.cost_decimals = TRY(read_decimals(entry, "cost_decimals"));
    pair.tick = Price(TRY(read_positive(entry, "tick_size")));
    // Kraken counts quantities in lots of lot_multiplier units. It has always been 1.
    const auto multiplier = TRY(entry.at("lot_multiplier"));
    if (TRY(multiplier.natural()) != 1) return multiplier.wrong("lots of one unit");
    const auto step = Decimal::from_parts(1, pair.quantity_decimals);
    if (!step) return entry.wrong("at most 18 decimals");
    pair.quantity_step = Quantity(*step);
    pair.quantity_min = Quantity(TRY(read_positive(entry, "ordermin")));
    pair.cost_min = TRY(find_amount<Money>(entry, "costmin")).value_or(Money{});
    pair.taker_fees = TRY(read_fees(entry, "fees"));
    pair.maker_fees = TRY(read_fees(entry, "fees_maker"));
    return pair;
}

}  // namespace

PairStatus pair_status(std::string_view text) {
    for (const auto& known : kStatusNames) {
        if (known.name == text) return known.status;
    }
    return PairStatus::Unknown;
}

std::string_view to_string(PairStatus status) {
    for (const auto& known : kStatusNames) {
        if (known.status == status) return known.name;
    }
    return "unknown";
}

InstrumentListed listed(const Pair& pair) {
    return {pair.instrument, pair.tick, pair.quantity_step, pair.quantity_min, pair.cost_min};
}

std::string our_code(std::string_view altname) {
    if (altname == "XBT") return "BTC";
    if (altname == "XDG") return "DOGE";
    return std::string(altname);
}

Result<Instrument> instrument_of(std::string_view symbol) {
    return Instrument::parse("kraken:" + std::string(symbol));
}

Result<Symbols> Symbols::read(json::Value assets, json::Value pairs) {
    Symbols symbols;
    TRY(assets.expect(json::Kind::Object));
    TRY(pairs.expect(json::Kind::Object));
    for (auto asset = assets.begin(); asset != assets.end(); ++asset) {
        const auto altname = (*asset).find("altname");
        if (!altname) continue;
        const auto code = our_code(altname->raw());
        symbols.currencies_.emplace(asset.key(), code);
        symbols.currencies_.emplace(altname->raw(), code);
    }
    for (auto entry = pairs.begin(); entry != pairs.end(); ++entry) {
        auto pair = read_pair(entry.key(), *entry);
        const auto taken =
            pair ? symbols.take(std::move(*pair)) : Result<>(fail(pair.error().message));
        if (!taken) symbols.skipped_.push_back(entry.key() + ": " + taken.error().message);
    }
    return symbols;
}

/// All spellings, or none: an order must never go to another pair than meant.
Result<> Symbols::take(Pair pair) {
    for (const auto* name : {&pair.id, &pair.altname, &pair.wsname, &pair.symbol}) {
        const auto other = by_name_.find(*name);
        if (other != by_name_.end()) {
            return fail(*name + " names " + pairs_[other->second].id + " already");
        }
    }
    const auto index = pairs_.size();
    for (const auto* name : {&pair.id, &pair.altname, &pair.wsname, &pair.symbol}) {
        by_name_.emplace(*name, index);  // some of the four are often the same
    }
    by_instrument_.emplace(pair.instrument.to_string(), index);
    pairs_.push_back(std::move(pair));
    return {};
}

const Pair* Symbols::find(const Instrument& instrument) const {
    const auto found = by_instrument_.find(instrument.name());
    return found == by_instrument_.end() ? nullptr : &pairs_[found->second];
}

const Pair* Symbols::find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &pairs_[found->second];
}

std::string Symbols::currency(std::string_view asset) const {
    const auto known = currencies_.find(asset);
    if (known != currencies_.end()) return known->second;
    const auto point = std::min(asset.find('.'), asset.size());
    const auto base = currencies_.find(asset.substr(0, point));
    const auto code = base != currencies_.end() ? base->second : our_code(asset.substr(0, point));
    return code + std::string(asset.substr(point));
}

}  // namespace tapedeck::kraken
