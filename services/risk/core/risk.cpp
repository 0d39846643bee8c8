#include "risk/core/risk.h"

#include "base/overloaded.h"
#include "risk/core/protection.h"

#include <algorithm>
#include <utility>

namespace tapedeck::risk {

namespace {

/// Seqs of approvals that are not on the tape yet; only ever in the copy of one decide().
constexpr std::uint64_t kUnborn = std::uint64_t{1} << 63;

/// Steps that one holding can be owed at one event: cancel, close, stop, take-profit, with room.
constexpr int kStepsMax = 8;

const Instrument* priced_instrument(const Event& event) {
    if (const auto* candle = event.as<CandleClosed>()) return &candle->instrument;
    if (const auto* trade = event.as<TradePrinted>()) return &trade->instrument;
    if (const auto* quote = event.as<QuoteChanged>()) return &quote->instrument;
    return nullptr;
}

Quantity closable_of(const Market* market, const Holding& holding) {
    return market == nullptr ? holding.quantity.abs() : market->closable(holding.quantity);
}

/// What a target takes away from a position; no value = it adds, or changes nothing.
std::optional<Quantity> quantity_to_close(const Case& c) {
    const Market* market = c.proposal.market;
    const Quantity closable = closable_of(market, c.holding);
    if (closable.is_zero()) {
        const bool wants_flat = c.wanted.target.exposure.is_zero();
        return wants_flat ? std::optional<Quantity>(Quantity{}) : std::nullopt;
    }
    if (c.holding.is_unwanted()) return closable;
    const auto& more = c.proposal.wanted;
    if (c.wanted.restated || !more || !more->is_negative() || market == nullptr) {
        return std::nullopt;
    }
    return std::min(market->closable(*more), closable);
}

}  // namespace

/// What is believed, with all on top that we have said and not read back: in earlier turns (in
/// flight) and in this one. Nothing is said twice, and every reservation counts.
class Risk::Turn {
public:
    Turn(const Risk& risk, const Recorded& recorded, Outbox& out)
        : book_(risk.book_),
          policy_(risk.policy_),
          now_(recorded.recorded_at),
          cause_(recorded.seq),
          out_(out) {
        for (const auto& [cause, event] : out.in_flight()) believe(event, cause);
    }

    const Book& book() const { return book_; }

    void say(Event event) {
        believe(event, cause_);
        out_.emit(std::move(event));
    }

private:
    void believe(const Event& event, Seq cause) {
        const Seq seq{kUnborn + unborn_++};
        if (const auto* approved = event.as<OrderApproved>()) {
            book_.approved(seq, *approved, now_, policy_.order_rate);
        } else if (const auto* denied = event.as<OrderDenied>()) {
            book_.denied(*denied);
        } else if (const auto* cancel = event.as<CancelApproved>()) {
            book_.cancel_approved(*cancel);
        } else if (const auto* amend = event.as<AmendApproved>()) {
            book_.amend_approved(*amend);
        } else if (const auto* tripped = event.as<EmergencyStopTripped>()) {
            book_.tripped(*tripped, cause, now_);
        } else if (const auto* released = event.as<EmergencyStopReleased>()) {
            book_.released(*released);
        } else if (const auto* changed = event.as<StageChanged>()) {
            book_.stage.changed(*changed, cause, now_);
        } else if (const auto* refused = event.as<StageRefused>()) {
            book_.stage.refused(*refused);
        }
    }

    Book book_;
    const Policy& policy_;
    Time now_;
    Seq cause_;
    Outbox& out_;
    std::uint64_t unborn_ = 0;
};

// ---- decide: a verdict for each target, then whatever is owed, by level ----

void Risk::decide(const Recorded& recorded, Outbox& out) const {
    if (!is_called(recorded)) return;
    Turn turn(*this, recorded, out);

    if (is_start_of(kService, recorded)) {
        // After a change of build nobody waits for his verdict for ever.
        const auto open = turn.book().open_targets;
        for (const auto& [seq, key] : open) {
            turn.say(OrderDenied{
                .target = seq,
                .strategy = key.strategy,
                .instrument = key.instrument,
                .code = DenyCode::Restarted,
                .checks = {must_hold(DenyCode::Restarted, false)},
                .reason = "restarted"});
        }
        const auto wishes = turn.book().stage.wishes;
        for (const auto& [seq, stage] : wishes) {
            turn.say(StageRefused{
                .order = seq,
                .stage = stage,
                .present = turn.book().stage.name,
                .reason = "restarted",
                .gates = {}});
        }
    }
    while (auto event = next_stage(turn.book())) turn.say(std::move(*event));
    if (const auto* target = recorded.event.as<TargetSet>()) {
        const Key key{target->instrument, target->strategy};
        turn.say(judge(turn.book(), key, *turn.book().holdings.at(key).wanted));
        return;  // what else is owed follows when the verdict comes back: it says so by level
    }
    while (auto event = next_emergency(turn.book())) turn.say(std::move(*event));
    while (auto event = next_stage(turn.book())) turn.say(std::move(*event));
    for (const auto& [key, holding] : turn.book().holdings) {
        for (int step = 0; step < kStepsMax; ++step) {
            auto event = next_step(turn.book(), key, holding, recorded.seq);
            if (!event) break;
            turn.say(std::move(*event));
        }
    }
}

/// Whether this event can make us speak, by what is believed. Most prices cannot, and cost little.
bool Risk::is_called(const Recorded& recorded) const {
    const Event& event = recorded.event;
    if (next_stage(book_)) return true;
    const Instrument* priced = priced_instrument(event);
    const bool is_tick = priced != nullptr || event.as<ClockTicked>() != nullptr;
    if (is_tick && book_.is_idle()) return false;
    if (event.as<TargetSet>() != nullptr || is_start_of(kService, recorded)) return true;
    if (next_emergency(book_)) return true;
    auto it =
        priced != nullptr ? book_.holdings.lower_bound({*priced, {}}) : book_.holdings.begin();
    for (; it != book_.holdings.end(); ++it) {
        if (priced != nullptr && it->first.instrument != *priced) break;
        if (next_step(book_, it->first, it->second, recorded.seq)) return true;
    }
    return false;
}

Event Risk::judge(const Book& book, const Key& key, const Wanted& wanted) const {
    const Proposal proposal = propose(wanted.target, book, portfolio_, policy_);
    const Holding& holding = book.holdings.at(key);
    const Case c{
        policy_,
        controls_,
        health_,
        accounts_,
        portfolio_,
        book,
        key,
        holding,
        wanted,
        proposal,
        now_};
    const auto closing = quantity_to_close(c);
    std::vector<RuleCheck> checks = closing ? check_close(c, *closing) : check_entry(c);
    if (const RuleCheck* failed = first_failed(checks)) {
        OrderDenied denied;
        denied.target = wanted.seq;
        denied.strategy = key.strategy;
        denied.instrument = key.instrument;
        denied.code = failed->code;
        denied.reason = sentence(*failed);
        denied.checks = std::move(checks);
        return denied;
    }
    OrderApproved approved =
        closing ? close_order(key, holding, OrderPurpose::Exit, *closing) : entry_order(c);
    approved.target = wanted.seq;
    approved.reason = wanted.target.reason;
    approved.checks = std::move(checks);
    return approved;
}

OrderApproved Risk::entry_order(const Case& c) const {
    const Proposal& p = c.proposal;
    const InstrumentPolicy& policy = policy_.of(c.key.instrument);
    OrderApproved order;
    order.terms.account = policy_.account;
    order.terms.strategy = c.key.strategy;
    order.terms.instrument = c.key.instrument;
    order.terms.side = p.side;
    order.terms.purpose = OrderPurpose::Entry;
    order.terms.quantity = p.order.quantity.value_or(Quantity{});
    order.terms.valid_until = c.wanted.target.valid_until;
    if (policy.entry == EntryType::Limit) {
        order.terms.type = OrderType::Limit;
        order.terms.time_in_force = policy.time_in_force;
        order.terms.limit_price = p.price;
        order.terms.post_only = policy.post_only;
    }
    order.reserved = p.order.cost.value_or(Money{});
    order.stop_price = p.stop_price;
    order.take_profit_price = p.take_profit_price;
    const Quantity added = p.side == Side::Buy ? order.terms.quantity : -order.terms.quantity;
    order.sizing = {
        .method = std::string(name_of(p.method)),
        .equity = p.equity.value_or(Money{}),
        .target_quantity = sum(p.held, added).value_or(added),
        .position_quantity = p.held,
        .capped_by = std::string(p.capped_by)};
    return order;
}

OrderApproved Risk::close_order(
    const Key& key, const Holding& holding, OrderPurpose purpose, Quantity quantity) const {
    OrderApproved order;
    order.terms.account = policy_.account;
    order.terms.strategy = key.strategy;
    order.terms.instrument = key.instrument;
    order.terms.side = holding.closing_side();
    order.terms.purpose = purpose;
    order.terms.quantity = quantity;
    order.terms.reduce_only = true;
    order.terms.valid_until = now_ + policy_.exit_validity;
    const Quantity change = holding.is_long() ? -quantity : quantity;
    order.sizing = {
        .method = "close",
        .equity = portfolio_.equity().value_or(Money{}),
        .target_quantity = sum(holding.quantity, change).value_or(Quantity{}),
        .position_quantity = holding.quantity,
        .capped_by = ""};
    return order;
}

/// The next emergency stop to trip or to release.
std::optional<Event> Risk::next_emergency(const Book& book) const {
    const auto is_tripped = [&](DenyCode code) { return book.trips.count(code) != 0; };
    for (const auto& [code, trip] : book.trips) {
        const bool day_is_over = code == DenyCode::DayLossReached && trip.day < utc_day(now_);
        if (trip.release_asked) return EmergencyStopReleased{.code = code, .reason = "resumed"};
        if (day_is_over) return EmergencyStopReleased{.code = code, .reason = "new_day"};
    }
    const auto trip = [&](DenyCode code, Known<Ratio> value, Known<Ratio> limit) -> Event {
        EmergencyStopTripped tripped;
        tripped.code = code;
        if (value) tripped.value = value->decimal();
        if (limit) tripped.limit = limit->decimal();
        tripped.flattens = policy_.flatten_on_emergency;
        tripped.reason = std::string(to_string(code));
        return tripped;
    };
    const auto reached = [&](const Known<Money>& from, Ratio limit) -> Checked<Known<Ratio>> {
        const auto equity = portfolio_.equity();
        if (!from || !from->is_positive() || !equity || *equity >= *from) return Known<Ratio>();
        const Money loss = TRY(difference(*from, *equity));
        if (loss < TRY(portion(*from, limit, Rounding::Up))) return Known<Ratio>();
        return TRY(loss_ratio(*from, *equity));
    };
    const auto day_loss = reached(portfolio_.day_start(), policy_.day_loss);
    const auto drawdown = reached(portfolio_.peak(), policy_.max_drawdown);
    const bool failed = portfolio_.is_broken() || !day_loss || !drawdown;
    if (failed && !is_tripped(DenyCode::ComputationFailed)) {
        return trip(DenyCode::ComputationFailed, {}, {});
    }
    if (day_loss && *day_loss && !is_tripped(DenyCode::DayLossReached)) {
        return trip(DenyCode::DayLossReached, *day_loss, policy_.day_loss);
    }
    if (drawdown && *drawdown && !is_tripped(DenyCode::DrawdownReached)) {
        return trip(DenyCode::DrawdownReached, *drawdown, policy_.max_drawdown);
    }
    return std::nullopt;
}

/// The next thing that is owed about the roll-out: its first stage, a step back, an answer.
std::optional<Event> Risk::next_stage(const Book& book) const {
    const StagePlace& place = book.stage;
    const auto next_answer = [&]() -> std::optional<Event> {
        if (place.wishes.empty()) return std::nullopt;
        const auto& [order, wanted] = *place.wishes.begin();
        return answer(book, order, wanted);
    };
    if (policy_.stages.empty()) return next_answer();
    const Stage* present = policy_.stage(place.name);
    StageChanged change;
    change.from = place.name;
    if (present == nullptr) {
        change.to = policy_.stages.front().name;
        change.reason = place.name.empty() ? "started" : "stage_removed";
        return change;
    }
    const Stage* below = policy_.stage_below(*present);
    if (place.alarm.empty() || below == nullptr) return next_answer();
    change.to = below->name;
    change.move = StageMove::FellBack;
    change.reason = place.alarm;
    return change;
}

/// To the operator who wants another stage.
Event Risk::answer(const Book& book, Seq order, const std::string& wanted) const {
    StageRefused refused;
    refused.order = order;
    refused.stage = wanted;
    refused.present = book.stage.name;
    const Stage* present = policy_.stage(book.stage.name);
    const Stage* target = policy_.stage(wanted);
    if (present == nullptr || target == nullptr) {
        refused.reason = policy_.stages.empty() ? "no_stages" : "stage_unknown";
        return refused;
    }
    StageChanged change;
    change.from = present->name;
    change.to = wanted;
    change.order = order;
    if (target->order < present->order) {
        change.move = StageMove::Lowered;
        change.reason = "lowered";
        return change;
    }
    refused.gates = gates(book, *present);
    if (target == present) {
        refused.reason = "already_there";
    } else if (target != policy_.stage_above(*present)) {
        refused.reason = "not_the_next";
    } else if (!all_hold(refused.gates)) {
        refused.reason = "gates_closed";
    } else {
        change.move = StageMove::Advanced;
        change.reason = "advanced";
        change.gates = std::move(refused.gates);
        return change;
    }
    return refused;
}

std::vector<StageGate> Risk::gates(const Book& book, const Stage& present) const {
    StageRun run = run_;
    // A change that is in flight begins a run in which nothing was seen yet.
    if (run.stage() != present.name) run.begin(present.name, now_, std::nullopt);
    const auto stops =
        static_cast<std::int64_t>(book.trips.size()) + (controls_.is_killed() ? 1 : 0);
    return gates_of(present, run, stops, venue_account(), now_);
}

/// The next thing that one strategy's position in one instrument is owed. Nothing = all is as it
/// should be, or an answer is being waited for.
std::optional<Event> Risk::next_step(
    const Book& book, const Key& key, const Holding& holding, Seq seq) const {
    const OrdersOfKey orders = orders_of(book, key);
    if (orders.entry != nullptr && orders.entry->intent.exists() && !orders.entry->cancel_asked &&
        is_entry_unwanted(book, key, holding)) {
        return CancelApproved{.intent = orders.entry->intent, .reason = "entry_unwanted"};
    }
    const Market* market = portfolio_.find(key.instrument);
    const Quantity closable = closable_of(market, holding);
    if (closable.is_zero()) {
        const bool is_clear = orders.entry == nullptr && orders.exit == nullptr &&
                              orders.stop == nullptr && orders.take_profit == nullptr;
        // A target on the other side: what was in its way is closed, now its entry is judged.
        if (is_clear && holding.wanted && holding.wanted->reverses) {
            return judge(book, key, *holding.wanted);
        }
        return std::nullopt;
    }
    if (orders.exit != nullptr) return std::nullopt;
    const bool may_close = !holding.exiting.holds(now_, policy_.retry_pause);
    const std::string_view reason = reason_to_flatten(book, key, holding, orders.stop);
    if (!reason.empty()) {
        if (!may_close) return std::nullopt;
        OrderApproved order = close_order(key, holding, OrderPurpose::Emergency, closable);
        order.target = seq;
        order.reason = std::string(reason);
        return order;
    }
    if (controls_.is_killed()) return std::nullopt;
    if (holding.is_unwanted() && market != nullptr && market->listing) {
        if (!may_close) return std::nullopt;
        // The strategy's word stands: an exit that was dropped or refused is tried again.
        OrderApproved order = close_order(key, holding, OrderPurpose::Exit, closable);
        order.target = holding.wanted->seq;
        order.reason = "exit_again";
        return order;
    }
    if (market == nullptr) return std::nullopt;
    return next_protection({policy_, market, key, holding, orders, closable, seq, now_});
}

/// Execution cancels for a kill by itself.
bool Risk::is_entry_unwanted(const Book& book, const Key& key, const Holding& holding) const {
    if (controls_.is_killed()) return false;
    if (!book.trips.empty() || controls_.cancels_entries(key.strategy, key.instrument)) return true;
    const OpenOrder* entry = orders_of(book, key).entry;
    if (entry->approved_at < book.stage.lowered_at) return true;
    if (!holding.wanted) return false;
    const Ratio exposure = holding.wanted->target.exposure;
    const bool wants_more =
        entry->terms.side == Side::Buy ? exposure.is_positive() : exposure.is_negative();
    return !wants_more;
}

/// "" = nobody wants this position closed but perhaps its strategy.
std::string_view Risk::reason_to_flatten(
    const Book& book, const Key& key, const Holding& holding, const OpenOrder* stop) const {
    if (controls_.kill_flattens()) return "kill";
    if (controls_.is_killed()) return "";
    if (controls_.flattens(key.strategy, key.instrument)) return "flatten";
    for (const auto& [code, trip] : book.trips) {
        if (trip.flattens) return "emergency_stop";
    }
    const bool is_refused =
        static_cast<std::int64_t>(holding.stopping.count) >= policy_.protection_attempts;
    return is_refused && stop == nullptr ? "unprotected" : "";
}

// ---- apply: believe ----

void Risk::apply(const Recorded& recorded) {
    const Time before = now_;
    now_ = recorded.recorded_at;
    portfolio_.roll(now_);
    book_.tally.roll(now_);
    const Seq seq = recorded.seq;
    const Time data_time =
        recorded.happened_at == Time{} ? recorded.recorded_at : recorded.happened_at;
    recorded.event.visit(overloaded{
        [&](const TradePrinted& trade) { priced(trade.instrument, trade.price, data_time); },
        [&](const CandleClosed& candle) {
            priced(candle.instrument, candle.close, candle.open_time);
        },
        [&](const QuoteChanged& quote) {
            if (!quote.bid.is_positive() || quote.ask < quote.bid) return;
            const Int128 middle = quote.bid.decimal().units() / 2 + quote.ask.decimal().units() / 2;
            priced(quote.instrument, Price(Decimal::from_units(middle)), data_time);
        },
        [&](const InstrumentListed& listed) { portfolio_.list(listed); },
        [&](const FeedStale& stale) { portfolio_.set_stale(stale.instrument, true); },
        [&](const FeedRestored& restored) { portfolio_.set_stale(restored.instrument, false); },
        [&](const MarketDataGap& gap) { portfolio_.open_gap(gap.instrument, gap.to); },

        [&](const TargetSet& target) { book_.target(seq, target, now_); },
        [&](const OrderApproved& approved) {
            book_.approved(seq, approved, now_, policy_.order_rate);
        },
        [&](const OrderDenied& denied) { book_.denied(denied); },
        [&](const CancelApproved& approved) { book_.cancel_approved(approved); },
        [&](const AmendApproved& approved) { book_.amend_approved(approved); },
        [&](const EmergencyStopTripped& tripped) {
            book_.tripped(tripped, recorded.cause, now_);
            run_.begin_again(now_, portfolio_.equity());
        },
        [&](const EmergencyStopReleased& released) { book_.released(released); },

        [&](const OrderIntended& intended) { book_.intended(seq, intended); },
        [&](const OrderDropped& dropped) { book_.dropped(dropped, now_); },
        [&](const OrderAccepted& accepted) { book_.accepted(accepted.intent); },
        [&](const OrderFilled& fill) { filled(fill); },
        [&](const OrderCanceled& canceled) {
            ended(canceled.intent, canceled.reason != "requested");
        },
        [&](const OrderExpired& expired) { ended(expired.intent, true); },
        [&](const OrderRejected& rejected) { ended(rejected.intent, true); },
        [&](const OrderUnknown& unknown) { book_.unknown(unknown.intent); },
        [&](const OrderResolved& resolved) { this->resolved(resolved); },
        [&](const OrderAmended& amended) { book_.amended(amended); },
        [&](const OrderAmendRejected& rejected) { book_.amend_rejected(rejected.intent, now_); },

        [&](const CashDeposited& deposited) { this->deposited(deposited); },
        [&](const TradingPaused& paused) { controls_.pause(paused); },
        [&](const TradingResumed& resume) { resumed(resume); },
        [&](const FlattenOrdered& ordered) { controls_.flatten(ordered); },
        [&](const KillEngaged& engaged) {
            controls_.kill(engaged);
            if (engaged.flatten) book_.forget_failed_exits();
        },
        [&](const KillReleased&) { controls_.release_kill(); },
        [&](const auto&) { apply_surroundings(recorded, before); }});
    if (!policy_.stages.empty()) run_.worth(portfolio_.equity());
}

/// What is said of the stack, of accounts at venues and of the roll-out. `before`: the time of the
/// record before this one.
void Risk::apply_surroundings(const Recorded& recorded, Time before) {
    recorded.event.visit(overloaded{
        [&](const ServiceStarted& started) {
            health_.started(started);
            accounts_.started(started);
            if (started.service == kService) configure(started);
        },
        [&](const JournalStarted&) { run_.stopped(before); },
        [&](const ClockTicked&) { health_.ticked(recorded.producer); },
        [&](const ServiceLost& lost) {
            health_.lost(lost);
            if (lost.service == kService) run_.stopped(now_);
        },
        [&](const ServiceLagging& lagging) { health_.lagging(lagging); },
        [&](const ServiceCaughtUp& caught_up) { health_.caught_up(caught_up); },
        [&](const DecisionDiverged& diverged) { health_.diverged(diverged); },
        [&](const StorageLow& low) { health_.storage(low); },
        [&](const ClockJumped& jumped) { health_.jumped(jumped); },

        [&](const AccountLinkChanged& changed) { accounts_.link(changed); },
        [&](const VenueMessageReceived& message) { accounts_.heard(message); },
        [&](const ReconciliationCompleted& done) { accounts_.reconciled(done, now_); },
        [&](const DiscrepancyFound& found) { this->found(found, recorded.seq); },
        [&](const ExternalOrderFound& found) { accounts_.found_external(found); },
        [&](const TapeBranched&) { accounts_.branched(); },

        [&](const StageOrdered& ordered) {
            book_.stage.wishes.emplace(recorded.seq, ordered.stage);
        },
        [&](const StageChanged& changed) {
            book_.stage.changed(changed, recorded.cause, now_);
            run_.begin(changed.to, now_, portfolio_.equity());
        },
        [&](const StageRefused& refused) { book_.stage.refused(refused); },
        [](const auto&) {},  // the rest of the tape is not risk's business
    });
}

void Risk::configure(const ServiceStarted& started) {
    settings_ = configuration_of(started).values();
    const std::string account = std::exchange(policy_, Policy::read(Settings(settings_))).account;
    portfolio_.configure(policy_.account, policy_.currency);
    run_.went_on(now_);
    // Another account has earned no stage yet.
    if (policy_.stages.empty() || policy_.account != account) book_.stage.leave();
}

void Risk::priced(const Instrument& instrument, Price price, Time data_time) {
    portfolio_.price(instrument, price, now_, data_time);
    if (book_.positions > 0 && price.is_positive()) book_.priced(instrument, price);
}

void Risk::filled(const OrderFilled& fill) {
    const bool is_ours = fill.account == policy_.account;
    if (is_ours && !fills_.note(fill)) return;
    accounts_.filled(fill);
    if (!is_ours) return;
    const auto open = book_.positions;
    if (!book_.filled(fill, now_)) portfolio_.fail();
    if (book_.positions < open && fill.intent.exists()) run_.closed_position();
    portfolio_.fill(fill, now_);
}

/// What is found while others stand is the same trouble: one step back is enough.
void Risk::found(const DiscrepancyFound& found, Seq seq) {
    const VenueAccount* account = venue_account();
    const bool is_first = account == nullptr || account->discrepancies() == 0;
    accounts_.found(found);
    if (found.account != policy_.account || !is_first) return;
    book_.stage.raise("discrepancy_found", seq);
    run_.begin_again(now_, portfolio_.equity());
}

void Risk::deposited(const CashDeposited& deposited) {
    portfolio_.deposit(deposited);
    const bool is_ours =
        deposited.account == policy_.account && deposited.currency == policy_.currency;
    if (is_ours) run_.deposited(deposited.amount);
}

void Risk::ended(Seq intent, bool refused) {
    book_.ended(intent, refused, now_);
    accounts_.ended(intent);
}

void Risk::resolved(const OrderResolved& resolved) {
    switch (resolved.resolution) {
        case Resolution::Accepted: book_.accepted(resolved.intent); break;
        case Resolution::Ended: ended(resolved.intent, false); break;
        case Resolution::NeverArrived: ended(resolved.intent, true); break;
    }
}

/// Of all: emergency stops are lifted too, and what tripped them is measured from here on, else
/// they would trip again at once.
void Risk::resumed(const TradingResumed& resumed) {
    controls_.resume(resumed);
    if (resumed.scope != Scope::All) return;
    health_.resume();
    accounts_.resume();
    for (const auto& [code, trip] : book_.trips) {
        if (code == DenyCode::DrawdownReached) portfolio_.forget_drawdown();
        if (code == DenyCode::DayLossReached) portfolio_.forget_day_loss();
        if (code == DenyCode::ComputationFailed) portfolio_.forget_failure();
    }
    book_.ask_release();
}

void Risk::save(StateWriter& writer) const {
    writer(*this);
}

bool Risk::load(StateReader& reader) {
    reader(*this);
    policy_ = Policy::read(Settings(settings_));
    return reader.ok();
}

}  // namespace tapedeck::risk
