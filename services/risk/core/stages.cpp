#include "risk/core/stages.h"

#include <algorithm>
#include <utility>

namespace tapedeck::risk {

namespace {

StageGate at_least(StageGateCode code, Known<Decimal> value, Decimal limit) {
    return {.code = code, .passed = value && *value >= limit, .value = value, .limit = limit};
}

StageGate at_most(StageGateCode code, Known<Decimal> value, Decimal limit) {
    return {.code = code, .passed = value && *value <= limit, .value = value, .limit = limit};
}

/// Two digits are enough for people.
Decimal in_hours(Duration duration) {
    constexpr std::int64_t kHundredthsPerHour = 100;
    const auto hundredths = duration / (Duration(std::chrono::hours(1)) / kHundredthsPerHour);
    return divide(
               Decimal::from_integer(hundredths),
               Decimal::from_integer(kHundredthsPerHour),
               Rounding::Down)
        .value_or(Decimal{});
}

}  // namespace

void StagePlace::changed(const StageChanged& changed, Seq cause, Time now) {
    name = changed.to;
    since = now;
    if (changed.move != StageMove::Advanced) lowered_at = now;
    if (alarm_at <= cause) alarm.clear();
    wishes.erase(changed.order);
}

void StagePlace::raise(std::string reason, Seq at) {
    if (name.empty()) return;
    alarm = std::move(reason);
    alarm_at = at;
}

void StagePlace::leave() {
    name.clear();
    since = lowered_at = {};
    alarm.clear();
}

void StageRun::begin(std::string stage, Time now, Known<Money> equity) {
    const Time stopped_at = stopped_at_ == Time{} ? Time{} : now;
    *this = {};
    stage_ = std::move(stage);
    since_ = now;
    stopped_at_ = stopped_at;
    peak_ = equity;
}

void StageRun::stopped(Time at) {
    if (stopped_at_ == Time{}) stopped_at_ = at;
}

void StageRun::went_on(Time at) {
    if (stopped_at_ == Time{}) return;
    idle_ += at - std::max(stopped_at_, since_);
    stopped_at_ = {};
}

void StageRun::worth(const Known<Money>& equity) {
    if (!equity) return;
    if (!peak_ || *equity > *peak_) peak_ = equity;
    if (*equity == *peak_ || !peak_->is_positive()) return;
    const auto loss = difference(*peak_, *equity);
    const auto share = loss ? ratio_of(*loss, *peak_, Rounding::Up) : Checked<Ratio>(Ratio{});
    if (share) drawdown_ = std::max(drawdown_, *share);
}

void StageRun::deposited(Money amount) {
    if (peak_) peak_ = known(sum(*peak_, amount));
}

Duration StageRun::ran(Time now) const {
    const Time until = stopped_at_ == Time{} ? now : std::max(stopped_at_, since_);
    return std::max(until - since_ - idle_, Duration{});
}

Known<Ratio> StageRun::drawdown() const {
    return peak_ ? Known<Ratio>(drawdown_) : std::nullopt;
}

std::vector<StageGate> gates_of(
    const Stage& stage,
    const StageRun& run,
    std::int64_t stops,
    const VenueAccount* account,
    Time now) {
    const std::int64_t discrepancies = account == nullptr ? 0 : account->discrepancies();
    std::vector<StageGate> gates{at_most(
        StageGateCode::Undisturbed, Decimal::from_integer(stops + discrepancies), Decimal{})};
    if (stage.gate_hours > 0) {
        gates.push_back(at_least(
            StageGateCode::Hours, in_hours(run.ran(now)), Decimal::from_integer(stage.gate_hours)));
    }
    if (stage.gate_drawdown) {
        const auto drawdown = run.drawdown();
        gates.push_back(at_most(
            StageGateCode::Drawdown,
            drawdown ? Known<Decimal>(drawdown->decimal()) : std::nullopt,
            stage.gate_drawdown->decimal()));
    }
    if (stage.gate_trades > 0) {
        gates.push_back(at_least(
            StageGateCode::Trades,
            Decimal::from_integer(run.round_trips()),
            Decimal::from_integer(stage.gate_trades)));
    }
    if (stage.gate_reconciliation_clean && account != nullptr) {
        gates.push_back(
            at_most(StageGateCode::ReconciliationClean, account->last_findings(), Decimal{}));
    }
    return gates;
}

bool all_hold(const std::vector<StageGate>& gates) {
    return std::all_of(gates.begin(), gates.end(), [](const auto& gate) { return gate.passed; });
}

std::string failing(const std::vector<StageGate>& gates) {
    std::string text;
    for (const auto& gate : gates) {
        if (gate.passed) continue;
        text += (text.empty() ? "" : ", ") + std::string(to_string(gate.code)) + ' ' +
                (gate.value ? gate.value->to_string() : "unknown") + " of " +
                (gate.limit ? gate.limit->to_string() : "none");
    }
    return text;
}

}  // namespace tapedeck::risk
