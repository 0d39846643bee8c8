#include "strategy/core/line.h"

#include "strategy/core/price_hint.h"

#include <algorithm>
#include <utility>

namespace tapedeck::strategy {
namespace {

// Words in flight for one strategy on one instrument: a few, even when hours are caught up with.
// Where nobody ever reads them back (another build over an old tape), the oldest are let go.
constexpr std::size_t kUnsaidMax = 64;

void set(Evaluation& evaluation, Outcome outcome, const Reason& reason) {
    evaluation.outcome = outcome;
    evaluation.reason = reason.code;
    evaluation.nearest_miss = std::nullopt;
}

Price tick_of(const Instrument& instrument, const Context& context) {
    const auto found = context.ticks.find(instrument);
    return found == context.ticks.end() ? Price{} : found->second;
}

/// Stop and take-profit: what the rule suggests, else multiples of ATR, else none. Prices on the
/// wrong side of the close are none.
void add_exits(TargetSet& target, const Evaluation& evaluation, const Parameters& p, Price tick) {
    if (target.exposure.is_zero()) return;
    const bool is_long = target.exposure.is_positive();
    const Away loss = is_long ? Away::Below : Away::Above;
    const Away gain = is_long ? Away::Above : Away::Below;
    const Price close = target.reference_price;
    const Rounding rounding = is_long ? Rounding::Floor : Rounding::Ceiling;
    target.stop_price = price_near(evaluation.stop, tick, rounding);
    target.take_profit_price = price_near(evaluation.take_profit, tick, rounding);
    if (!target.stop_price && p.stop_atr && target.volatility) {
        target.stop_price = price_away(close, *target.volatility, *p.stop_atr, loss, tick);
    }
    if (!target.take_profit_price && p.take_profit_atr && target.volatility) {
        target.take_profit_price =
            price_away(close, *target.volatility, *p.take_profit_atr, gain, tick);
    }
    const auto is_on = [&](const std::optional<Price>& price, Away away) {
        return price && (away == Away::Below ? *price < close : *price > close);
    };
    if (!is_on(target.stop_price, loss)) target.stop_price.reset();
    if (!is_on(target.take_profit_price, gain)) target.take_profit_price.reset();
}

}  // namespace

std::optional<Bar> bar_of(const CandleClosed& candle) {
    const bool is_sound = candle.low.is_positive() && candle.low <= candle.open &&
                          candle.low <= candle.close && candle.high >= candle.open &&
                          candle.high >= candle.close && !candle.volume.is_negative();
    if (!is_sound) return std::nullopt;
    return Bar{
        .open = candle.open.decimal().to_double(),
        .high = candle.high.decimal().to_double(),
        .low = candle.low.decimal().to_double(),
        .close = candle.close.decimal().to_double(),
        .volume = candle.volume.decimal().to_double()};
}

void Line::begin(const Kind& kind, const Settings& own, const Parameters& parameters) {
    kind_ = &kind;
    strategy_ = kind.make(own);
    window_.emplace(parameters.interval);
    atr_.emplace(parameters.atr_period);
    atr_bars_needed_ = parameters.atr_period;
    bars_ = 0;
    wanted_.reset();
    is_spent_ = false;
    run_.clear();
    last_.reset();
}

void Line::retire() {
    kind_ = nullptr;
    strategy_.reset();
    window_.reset();
    atr_.reset();
    wanted_.reset();
    run_.clear();
    last_.reset();
}

std::uint64_t Line::bars_needed() const {
    return strategy_ ? std::max(strategy_->bars_needed(), atr_bars_needed_) : 0;
}

const Reason* Line::flat_because(const Context& context) const {
    if (context.flat_because != nullptr) return context.flat_because;
    return is_retired() ? &reasons::kStrategyRemoved : nullptr;
}

void Line::take(const CandleClosed& candle, const std::optional<Bar>& bar, const Context& context) {
    if (is_retired()) {
        if (bar) last_close_ = candle.close;
        insist_on_flat(*flat_because(context), context);
        return;
    }
    if (!bar) {
        if (!window_->is_made_of(candle.interval) || flat_because(context) != nullptr) return;
        Evaluation failed;
        set(failed, Outcome::Failed, reasons::kCandleInvalid);
        count(failed, context);
        return;
    }
    const ClosedWindows closed = window_->take(candle, *bar);
    if (closed.late) look_at(*closed.late, context);
    if (closed.now) look_at(*closed.now, context);
}

void Line::look_at(const Window& window, const Context& context) {
    strategy_->take(window.bar);
    atr_->update(window.bar);
    ++bars_;
    last_close_ = window.close;
    if (const Reason* reason = flat_because(context)) {
        insist_on_flat(*reason, context);
        return;
    }
    Evaluation evaluation = evaluate(window);
    judge(evaluation, window, context);
    if (evaluation.outcome == Outcome::Signal) {
        say(evaluation, window, context);
    } else {
        count(evaluation, context);
    }
}

/// The rule's opinion, with what is common to all kinds.
Evaluation Line::evaluate(const Window& window) const {
    Evaluation evaluation = strategy_->evaluate();
    const Reading atr = atr_->value();
    evaluation.readings.add(reading_names::kClose, window.bar.close);
    evaluation.readings.add(reading_names::kAtr, atr);
    if (!atr) set(evaluation, Outcome::WarmingUp, reasons::kWarmingUp);
    if (!evaluation.readings.are_finite()) {
        set(evaluation, Outcome::Failed, reasons::kReadingNotFinite);
    }
    return evaluation;
}

/// Makes Holding or Blocked of a signal that must not lead to a target.
void Line::judge(Evaluation& evaluation, const Window& window, const Context& context) {
    if (evaluation.outcome == Outcome::Failed) return;  // says nothing about a signal that stood
    if (evaluation.outcome != Outcome::Signal) {
        wanted_.reset();
        return;
    }
    if (context.parameters.long_only && evaluation.wanted.is_negative()) evaluation.wanted = {};
    const Ratio wanted = evaluation.wanted;
    if (wanted_ != wanted) {
        wanted_ = wanted;
        is_spent_ = false;
    }
    const Ratio said = target_said();
    // Flat was said, and still there is a position: a new signal may say it again.
    const bool is_left_over = wanted.is_zero() && !stance_.is_flat() && !has_target_unsaid();
    if (wanted == said && (is_spent_ || !is_left_over)) {
        evaluation.outcome = Outcome::Holding;
        is_spent_ = true;
        return;
    }
    const auto left_at = stance_.left_at();
    const bool cools_down = said.is_zero() && !wanted.is_zero() && left_at &&
                            context.now - *left_at < context.parameters.cooldown;
    if (is_spent_) {
        set(evaluation, Outcome::Blocked, reasons::kSignalSpent);
    } else if (!window.complete) {
        set(evaluation, Outcome::Blocked, reasons::kCandleIncomplete);
    } else if (context.now > window.close_time + context.parameters.valid_for) {
        set(evaluation, Outcome::Blocked, reasons::kCandleTooOld);
    } else if (cools_down) {
        set(evaluation, Outcome::Blocked, reasons::kCooldownRunning);
    }
}

void Line::count(const Evaluation& evaluation, const Context& context) {
    if (!run_.continues_with(evaluation)) end_run(context);
    run_.add(evaluation, context.seq);
    if (run_.count() >= context.parameters.run_max) end_run(context);
    last_ = {evaluation.outcome, evaluation.reason, context.seq};
}

void Line::end_run(const Context& context) {
    if (run_.is_empty()) return;
    keep({context.seq, run_.decision(context.strategy, instrument_), std::nullopt});
    run_.clear();
}

void Line::say(const Evaluation& evaluation, const Window& window, const Context& context) {
    end_run(context);
    is_spent_ = true;
    Run alone;
    alone.add(evaluation, context.seq);
    TargetSet target;
    target.strategy = context.strategy;
    target.instrument = instrument_;
    target.exposure = evaluation.wanted;
    target.reference_price = window.close;
    const Price tick = tick_of(instrument_, context);
    target.volatility = price_near(atr_->value(), tick, Rounding::Up);
    target.valid_until = window.close_time + context.parameters.valid_for;
    target.reason = evaluation.reason;
    add_exits(target, evaluation, context.parameters, tick);
    keep({context.seq, alone.decision(context.strategy, instrument_), std::move(target)});
    last_ = {Outcome::Signal, evaluation.reason, context.seq};
}

void Line::say_flat(const Reason& reason, const Context& context) {
    DecisionMade decision;
    decision.strategy = context.strategy;
    decision.instrument = instrument_;
    decision.outcome = Outcome::Signal;
    decision.reason = reason.code;
    decision.first_cause = context.seq;
    decision.last_cause = context.seq;
    TargetSet target;
    target.strategy = context.strategy;
    target.instrument = instrument_;
    target.reference_price = last_close_;
    target.valid_until = context.now + context.parameters.valid_for;
    target.reason = reason.code;
    keep({context.seq, std::move(decision), std::move(target)});
}

/// A strategy that is not evaluated cannot wait for a next signal: what undoes its last word, or
/// leaves a position all the same, has it say flat again when that word is no longer valid.
void Line::insist_on_flat(const Reason& reason, const Context& context) {
    const bool is_done = target_said().is_zero() && stance_.is_flat();
    if (is_done || has_target_unsaid()) return;
    const Time last = stance_.target_at();
    if (last != Time::min() && context.now - last < context.parameters.valid_for) return;
    say_flat(reason, context);
}

void Line::stop(const Context& context) {
    end_run(context);
    wanted_.reset();
    const Reason* reason = flat_because(context);
    if (reason == nullptr) return;
    if (target_said().is_zero()) {
        insist_on_flat(*reason, context);
    } else {
        say_flat(*reason, context);
    }
}

void Line::start_over(const Context& context) {
    for (Utterance& each : unsaid_) {
        each.due_at = context.seq;
        if (!each.target) continue;
        each.target.reset();
        each.decision.outcome = Outcome::Blocked;
        each.decision.reason = reasons::kRestarted.code;
        is_spent_ = false;
    }
    end_run(context);
}

void Line::keep(Utterance utterance) {
    if (unsaid_.size() >= kUnsaidMax) unsaid_.erase(unsaid_.begin());
    unsaid_.push_back(std::move(utterance));
}

bool Line::has_target_unsaid() const {
    return std::any_of(unsaid_.begin(), unsaid_.end(), [](const Utterance& each) {
        return each.target.has_value();
    });
}

Ratio Line::target_said() const {
    for (auto each = unsaid_.rbegin(); each != unsaid_.rend(); ++each) {
        if (each->target) return each->target->exposure;
    }
    return stance_.target();
}

void Line::hear(const DecisionMade& decision, Seq cause) {
    if (decision.outcome == Outcome::Signal) return;  // its target follows
    const auto is_recorded = [&](const Utterance& each) {
        return !each.target && each.due_at <= cause;
    };
    unsaid_.erase(std::remove_if(unsaid_.begin(), unsaid_.end(), is_recorded), unsaid_.end());
    // Our run ended with `cause`. One that did not was counted by another build than the recorded.
    if (run_.last_cause() < cause) run_.clear();
}

void Line::hear(const TargetSet& target, Seq cause, const Context& context) {
    stance_.hear(target, context.seq, context.now);
    void_targets_before(cause.next());
}

void Line::void_targets_before(Seq cause) {
    const auto is_before = [&](const Utterance& each) {
        return each.target && each.due_at < cause;
    };
    unsaid_.erase(std::remove_if(unsaid_.begin(), unsaid_.end(), is_before), unsaid_.end());
}

void Line::speak(Seq seq, Outbox& out) const {
    for (const Utterance& each : unsaid_) {
        if (each.due_at != seq) continue;
        out.emit(each.decision);
        if (each.target) out.emit(*each.target);
    }
}

void Line::save(StateWriter& writer) const {
    writer(last_close_);
    writer(stance_);
    writer(wanted_);
    writer(is_spent_);
    writer(unsaid_);
    writer(!is_retired());
    if (is_retired()) return;
    strategy_->save(writer);
    writer(*window_);
    writer(*atr_);
    writer(bars_);
    run_.save(writer);
    writer(last_.has_value());
    if (!last_) return;
    writer(last_->outcome);
    writer(std::string(last_->reason));
    writer(last_->cause);
}

bool Line::load(StateReader& reader, const Kind* kind, const Settings& own, const Parameters& p) {
    Price last_close;
    Stance stance;
    std::optional<Ratio> wanted;
    bool is_spent = false;
    reader(last_close);
    reader(stance);
    reader(wanted);
    reader(is_spent);
    reader(unsaid_);
    bool is_active = false;
    reader(is_active);
    if (!reader.ok() || (is_active && kind == nullptr)) return false;
    if (is_active) begin(*kind, own, p);
    last_close_ = last_close;
    stance_ = stance;
    wanted_ = wanted;
    is_spent_ = is_spent;
    if (!is_active) return true;
    strategy_->load(reader);
    reader(*window_);
    reader(*atr_);
    reader(bars_);
    if (!run_.load(reader, *kind)) return false;
    bool has_last = false;
    reader(has_last);
    if (!has_last) return reader.ok();
    std::string text;
    last_.emplace();
    reader(last_->outcome);
    reader(text);
    reader(last_->cause);
    last_->reason = literal_of(*kind, text);
    return reader.ok() && !last_->reason.empty();
}

}  // namespace tapedeck::strategy
