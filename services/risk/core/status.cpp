#include "risk/core/risk.h"

#include <set>
#include <utility>

/// What the command line shows: read only, never on the path of an event.
namespace tapedeck::risk {

namespace {

Known<Decimal> loss_since(const Known<Money>& from, const Known<Money>& now) {
    if (!from || !now) return std::nullopt;
    return Measured(known(loss_ratio(*from, *now))).value;
}

}  // namespace

Known<Ratio> Risk::drawdown() const {
    const auto peak = portfolio_.peak();
    const auto now = portfolio_.equity();
    if (!peak || !now) return std::nullopt;
    return known(loss_ratio(*peak, *now));
}

StageReport Risk::stage() const {
    StageReport report;
    report.present = policy_.stage(book_.stage.name);
    if (report.present == nullptr) return report;
    report.next = policy_.stage_above(*report.present);
    report.previous = policy_.stage_below(*report.present);
    report.since = book_.stage.since;
    report.gates = gates(book_, *report.present);
    return report;
}

std::string Risk::account_obstacle() const {
    const VenueAccount* account = venue_account();
    return account == nullptr ? "" : account->obstacle(now_, policy_.max_reconciliation_age);
}

DayStats Risk::day() const {
    DayStats stats;
    stats.day = portfolio_.day();
    stats.start_equity = portfolio_.day_start();
    const auto now = portfolio_.equity();
    if (stats.start_equity && now) stats.result = known(difference(*now, *stats.start_equity));
    stats.entries = book_.tally.entries;
    stats.orders = book_.tally.orders;
    stats.fills = book_.tally.fills;
    return stats;
}

std::vector<Reservation> Risk::reservations() const {
    std::vector<Reservation> result;
    for (const auto& [seq, order] : book_.orders) {
        result.push_back(
            {.approved = seq,
             .intent = order.intent,
             .terms = order.terms,
             .filled = order.filled,
             .reserved = order.reserved,
             .unknown = order.unknown});
    }
    return result;
}

std::vector<Utilisation> Risk::utilisation() const {
    using enum DenyCode;
    const auto count = [](std::int64_t n) { return Measured(n).value; };
    const Known<Money> equity = portfolio_.equity();
    std::vector<Utilisation> all{
        {DayTradesReached, "day_trades", count(book_.tally.entries), count(policy_.day_trades)},
        {DayLossReached,
         "day_loss",
         loss_since(portfolio_.day_start(), equity),
         policy_.day_loss.decimal()},
        {DrawdownReached,
         "max_drawdown",
         loss_since(portfolio_.peak(), equity),
         policy_.max_drawdown.decimal()},
        {OpenOrdersReached,
         "max_open_orders",
         count(static_cast<std::int64_t>(book_.orders.size())),
         count(policy_.max_open_orders)},
        {OrderRateExceeded,
         "order_rate",
         count(book_.tally.approved_within(policy_.order_rate_window, now_)),
         count(policy_.order_rate)},
    };
    for (auto& line : account_utilisation()) all.push_back(std::move(line));
    const auto share = [&](Ratio ratio) -> Known<Decimal> {
        if (!equity) return std::nullopt;
        return Measured(known(portion(*equity, ratio, Rounding::Floor))).value;
    };
    const auto add = [&](DenyCode code, std::string name, const Key& key, auto part, Ratio limit) {
        const auto exposure = exposure_of(book_, portfolio_, key);
        const auto value = exposure ? Known<Decimal>(((*exposure).*part).decimal()) : std::nullopt;
        all.push_back({code, std::move(name), value, share(limit)});
    };
    add(TotalExposureAboveLimit,
        "max_total_exposure",
        {},
        &Exposure::total,
        policy_.max_total_exposure);
    std::set<std::string> seen;
    for (const auto& [key, holding] : book_.holdings) {
        const std::string venue(key.instrument.venue());
        const std::string instrument = key.instrument.to_string();
        if (seen.insert(venue).second) {
            add(VenueExposureAboveLimit,
                "max_venue_exposure " + venue,
                key,
                &Exposure::venue,
                policy_.max_venue_exposure);
        }
        if (seen.insert(instrument).second) {
            add(PositionAboveLimit,
                "max_position " + instrument,
                key,
                &Exposure::instrument,
                policy_.of(key.instrument).max_position);
        }
        const auto budget = policy_.budget_of(key.strategy);
        if (budget && seen.insert("strategy " + key.strategy).second) {
            add(StrategyBudgetExceeded,
                "budget " + key.strategy,
                key,
                &Exposure::strategy,
                *budget);
        }
    }
    for (auto& line : stage_utilisation()) all.push_back(std::move(line));
    return all;
}

std::vector<Utilisation> Risk::account_utilisation() const {
    const VenueAccount* account = venue_account();
    if (account == nullptr) return {};
    const Duration limit = policy_.max_reconciliation_age;
    const auto count = [](std::int64_t n) { return Measured(n).value; };
    return {
        {DenyCode::AccountNotReady,
         "max_reconciliation_age",
         account->age(now_),
         limit > Duration{} ? Known<Decimal>(in_seconds(limit)) : std::nullopt},
        {DenyCode::AccountNotReady, "discrepancies", count(account->discrepancies()), count(0)}};
}

std::vector<Utilisation> Risk::stage_utilisation() const {
    std::vector<Utilisation> all;
    Instrument last;
    for (const auto& [key, holding] : book_.holdings) {
        if (std::exchange(last, key.instrument) == key.instrument) continue;  // neighbours
        const auto room = stage_room(key.instrument, book_, portfolio_, policy_);
        if (!room || !room->is_set()) continue;
        const auto exposure = exposure_of(book_, portfolio_, key);
        all.push_back(
            {.code = DenyCode::StageAllocation,
             .name = "stage " + book_.stage.name + ' ' + key.instrument.to_string(),
             .value = exposure ? Known<Decimal>(exposure->instrument.decimal()) : std::nullopt,
             .limit = room->value()});
    }
    return all;
}

}  // namespace tapedeck::risk
