#include "research/whatif/day_sheet.h"

#include "base/overloaded.h"

#include <algorithm>

namespace tapedeck::research {

namespace {

Time day_of(Time time) {
    return std::chrono::floor<std::chrono::days>(time);
}

std::string text_of(const CandleClosed& candle) {
    return candle.open.to_string() + ' ' + candle.high.to_string() + ' ' + candle.low.to_string() +
           ' ' + candle.close.to_string() + ' ' + candle.volume.to_string();
}

/// Runs that are compared trade accounts of different names.
std::string essence_anywhere(const Event& event) {
    Event copy = event;
    if (auto* approved = copy.as<OrderApproved>()) approved->terms.account.clear();
    if (auto* intended = copy.as<OrderIntended>()) intended->terms.account.clear();
    return essence_of(copy);
}

RunSheet::Counts difference(const RunSheet::Counts& now, const RunSheet::Counts& before) {
    RunSheet::Counts result = now;
    result.evaluations -= before.evaluations;
    result.targets -= before.targets;
    result.approvals -= before.approvals;
    result.denials -= before.denials;
    result.orders -= before.orders;
    result.cancels -= before.cancels;
    result.fills -= before.fills;
    for (const auto& [rule, count] : before.denials_by_rule) result.denials_by_rule[rule] -= count;
    for (const auto& [currency, fee] : before.fees) result.fees[currency] -= fee;
    return result;
}

}  // namespace

void DaySheets::take(const Recorded& recorded) {
    turn(recorded.recorded_at);
    if (const auto* started = recorded.event.as<ServiceStarted>()) {
        starts_[started->service] = *started;
    }
    // A venue's own words are a fact from outside, whatever they answer.
    if (recorded.cause.exists() && recorded.event.as<VenueMessageReceived>() == nullptr) {
        const Seq behind = roots_.of(recorded.cause);
        const Seq root = behind.exists() ? behind : recorded.cause;
        roots_.add(recorded.seq, root);
        note_word(recorded, root);
    } else {
        note_market(recorded);
    }
    if (const auto* fill = recorded.event.as<OrderFilled>()) note_fill(*fill, recorded);
    sheet_.apply(recorded, false);
}

/// Before the first record of another day.
void DaySheets::turn(Time now) {
    const Time day = day_of(now);
    if (day_ && day <= *day_) return;
    if (day_) close();
    day_ = day;
    before_ = sheet_.counts();
    worth_ = worth();
}

/// Equity less what was deposited, so that the difference is what was earned.
std::map<std::string, Money> DaySheets::worth() const {
    std::map<std::string, Money> result;
    for (const auto& totals : sheet_.portfolio().totals()) {
        result[totals.currency] += totals.equity - totals.deposits;
    }
    return result;
}

void DaySheets::close() {
    DaySheet* sheet = sheet_at(*day_);
    if (sheet == nullptr) return;
    sheet->counts = difference(sheet_.counts(), before_);
    sheet->starts = starts_;
    for (const auto& [currency, now] : worth()) sheet->profit[currency] = now - worth_[currency];
}

void DaySheets::finish() {
    if (day_) close();
}

DaySheet* DaySheets::sheet_at(Time time) {
    const Time day = day_of(time);
    if (only_ && day != *only_) return nullptr;
    return &days_[day];
}

void DaySheets::note_market(const Recorded& recorded) {
    const Time happened =
        recorded.happened_at == Time{} ? recorded.recorded_at : recorded.happened_at;
    Fact fact{recorded.seq, recorded.recorded_at, false};
    recorded.event.visit(overloaded{
        [&](const CandleClosed& candle) {
            fact.time = candle.close_time();
            fact.is_market = true;
            note_piece(candle.instrument, candle.interval, fact.time, "", text_of(candle));
        },
        [&](const TradePrinted& trade) {
            fact.time = happened;
            fact.is_market = true;
            note_piece(
                trade.instrument,
                {},
                happened,
                trade.trade_id,
                trade.price.to_string() + ' ' + trade.quantity.to_string());
        },
        [&](const QuoteChanged&) {
            fact.time = happened;
            fact.is_market = true;
        },
        [](const auto&) {}});
    // Runs of evaluations reach far back, and those of candles are long in time.
    auto& facts = recorded.event.as<CandleClosed>() != nullptr ? candles_ : facts_;
    facts.push_back(fact);
    if (&facts == &facts_ && facts.size() > kFactsKept) facts.pop_front();
}

void DaySheets::note_piece(
    const Instrument& instrument,
    Duration interval,
    Time time,
    const std::string& id,
    std::string said) {
    if (DaySheet* sheet = sheet_at(time)) {
        sheet->market[{instrument, interval}][{time, id}] = std::move(said);
    }
}

/// The market's time of a fact from outside, and whether it was market data.
std::pair<Time, bool> DaySheets::input_of(Seq root) const {
    for (const auto* facts : {&candles_, &facts_}) {
        const auto found =
            std::lower_bound(facts->begin(), facts->end(), root, [](const Fact& fact, Seq wanted) {
                return fact.seq < wanted;
            });
        if (found != facts->end() && found->seq == root) return {found->time, found->is_market};
    }
    return {};
}

void DaySheets::note_word(const Recorded& recorded, Seq root) {
    if (const auto* decision = recorded.event.as<DecisionMade>()) {
        note_evaluations(*decision);
        return;
    }
    const auto kind = kind_of_word(recorded.event);
    if (!kind) return;
    auto [input, is_market] = input_of(root);
    if (input == Time{}) input = recorded.recorded_at;
    DaySheet* sheet = sheet_at(input);
    if (sheet == nullptr) return;
    sheet->decisions.push_back(
        {.input = input,
         .is_market = is_market,
         .seq = recorded.seq,
         .kind = *kind,
         .strategy = strategy_of(recorded.event),
         .instrument = instrument_of(recorded.event),
         .code = code_of(recorded.event),
         .essence = essence_anywhere(recorded.event)});
}

/// A run over midnight is a part of both days.
void DaySheets::note_evaluations(const DecisionMade& decision) {
    const Time last = input_of(decision.last_cause).first;
    Time first = input_of(decision.first_cause).first;
    if (last == Time{}) return;
    if (first == Time{}) first = last;
    for (Time day = day_of(first); day <= last; day += std::chrono::days(1)) {
        DaySheet* sheet = sheet_at(day);
        if (sheet == nullptr) continue;
        const Time end = day + std::chrono::days(1) - Duration(1);
        sheet->evaluations[{decision.strategy, decision.instrument}].push_back(
            {to_ns(std::max(first, day)),
             to_ns(std::min(last, end)),
             code_of(decision),
             decision.count});
    }
}

void DaySheets::note_fill(const OrderFilled& fill, const Recorded& recorded) {
    const auto known = filling_.find(fill.intent);
    DaySheet* sheet = sheet_at(recorded.recorded_at);
    if (sheet == nullptr) return;
    const Time day = day_of(recorded.recorded_at);
    const auto value = notional(fill.price, fill.quantity, Rounding::HalfEven);
    if (!value) return;  // beyond 1.7e20
    if (fill.intent.exists() && known != filling_.end() && known->second.first == day) {
        DaySheet::Execution& execution = sheet->executions[known->second.second];
        execution.quantity += fill.quantity;
        execution.value += *value;
        if (execution.fee_currency == fill.fee_currency) execution.fee += fill.fee;
        return;
    }
    filling_[fill.intent] = {day, sheet->executions.size()};
    sheet->executions.push_back(
        {.fill = recorded.seq,
         .time = recorded.recorded_at,
         .strategy = fill.strategy,
         .instrument = fill.instrument,
         .side = fill.side,
         .quantity = fill.quantity,
         .value = *value,
         .fee = fill.fee,
         .fee_currency = fill.fee_currency});
}

}  // namespace tapedeck::research
