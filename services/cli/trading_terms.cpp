#include "cli/trading_terms.h"

#include "risk/core/settings.h"
#include "venues/paper/configuration.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace tapedeck::cli {

namespace {

std::string percent(Ratio ratio) {
    const auto value = multiply(ratio.decimal(), Decimal::from_integer(100), Rounding::HalfEven);
    return value.value_or(ratio.decimal()).to_string() + " %";
}

std::string pair_of(const Instrument& instrument) {
    return std::string(instrument.base()) + '/' + std::string(instrument.quote());
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string in_currency(Money money, std::string_view currency) {
    const Money cent(Decimal::from_units(Decimal::kOne / 100));
    const auto rounded = round_to(money, cent, Rounding::Up);
    return rounded.value_or(money).to_string() + ' ' + std::string(currency);
}

}  // namespace

std::vector<Finding> check_fees(
    const Settings& settings, const std::vector<VenueFees>& fees, Money volume) {
    if (fees.empty()) return {};
    std::map<std::pair<Ratio, Ratio>, std::vector<std::string>> pairs_by_rates;
    Ratio highest;
    for (const auto& each : fees) {
        pairs_by_rates[{each.taker, each.maker}].push_back(pair_of(each.instrument));
        highest = std::max(highest, each.taker);
    }
    std::vector<Finding> found;
    for (const auto& [rates, pairs] : pairs_by_rates) {
        found.push_back(
            ok("fees of " + joined(pairs) + ": " + percent(rates.first) + " as taker, " +
               percent(rates.second) + " as maker, with " + volume.to_string() +
               " USD traded in 30 days"));
    }
    const auto policy = risk::Policy::read(settings);
    if (policy.fee_allowance < highest) {
        found.push_back(warn(
            "risk.fee_allowance is " + policy.fee_allowance.to_string() + ", and a taker pays " +
            highest.to_string() + ": entries would cost more than is set aside; set it to " +
            highest.to_string()));
    }
    const auto paper = paper::Configuration::of(settings);
    if (paper.account != policy.account) return found;
    const Ratio paid = paper.fees.rate(Liquidity::Taker, volume);
    if (paid < highest) {
        found.push_back(warn(
            "[paper] takes " + paid.to_string() + " of a taker's fill, and the venue " +
            highest.to_string() + ": paper results look better than real ones would"));
    }
    return found;
}

namespace {

/// The largest entry that [risk] lets through.
std::optional<Money> largest_entry(
    const risk::InstrumentPolicy& policy, std::optional<Money> equity) {
    std::optional<Money> value;
    if (policy.sizing == risk::SizingMethod::Fixed) value = policy.fixed_notional;
    if (policy.sizing == risk::SizingMethod::Fraction && equity) {
        const auto part = portion(*equity, policy.fraction, Rounding::Down);
        if (part) value = *part;
    }
    if (!value) return std::nullopt;
    if (equity) {
        const auto most = portion(*equity, policy.max_position, Rounding::Down);
        if (most) value = std::min(*value, *most);
    }
    if (policy.max_notional) value = std::min(*value, *policy.max_notional);
    return value;
}

}  // namespace

std::vector<Finding> check_entry_sizes(
    const Settings& settings, const std::vector<LeastOrder>& least, std::optional<Money> equity) {
    const auto policy = risk::Policy::read(settings);
    std::vector<Finding> found;
    std::vector<std::string> fitting;
    for (const auto& each : least) {
        const std::string name = each.instrument.to_string();
        if (each.instrument.quote() != policy.currency) {
            found.push_back(warn(
                name + " is not quoted in risk.currency, " + policy.currency +
                ": no entry goes there"));
            continue;
        }
        const auto largest = largest_entry(policy.of(each.instrument), equity);
        if (!largest) continue;
        if (*largest >= each.value) {
            fitting.push_back(pair_of(each.instrument));
            continue;
        }
        found.push_back(warn(
            "an entry into " + name + " is worth " + in_currency(*largest, policy.currency) +
            " at most by [risk], and the venue takes none below " +
            in_currency(each.value, policy.currency) + ": none will ever be sent"));
    }
    if (!fitting.empty()) {
        found.push_back(ok("by [risk], entries can reach the minimum of " + joined(fitting)));
    }
    return found;
}

}  // namespace tapedeck::cli
