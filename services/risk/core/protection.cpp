#include "risk/core/protection.h"

#include <algorithm>

namespace tapedeck::risk {

namespace {

enum class Towards { Loss, Profit };

/// `from`, moved by a share of it to where the position loses or gains.
Known<Price> moved(const Guarded& g, Price from, Ratio distance, Towards towards) {
    const auto step = portion(from, distance, Rounding::HalfEven);
    if (!step) return std::nullopt;
    const bool upwards = g.holding.is_long() == (towards == Towards::Profit);
    return known(upwards ? sum(from, *step) : difference(from, *step));
}

/// Onto the tick, towards the market: a smaller loss, a smaller gain.
Price on_tick(const Guarded& g, Price level, Towards towards) {
    const bool upwards = g.holding.is_long() == (towards == Towards::Loss);
    return g.market->on_tick(level, upwards ? Rounding::Ceiling : Rounding::Floor);
}

Known<Price> average_price(const Holding& holding) {
    return known(price_of(holding.cost.abs(), holding.quantity.abs(), Rounding::HalfEven));
}

/// `distance` from the average price; for positions that no entry of ours has left a plan for.
Known<Price> default_level(const Guarded& g, Ratio distance, Towards towards) {
    const auto average = average_price(g.holding);
    if (!average || !distance.is_positive()) return std::nullopt;
    return moved(g, *average, distance, towards);
}

bool is_tighter(const Guarded& g, Price level, Price than) {
    return g.holding.is_long() ? level > than : level < than;
}

/// Without trailing the stop is where the plan says. A trailing stop only ever tightens, and by no
/// less than a step: each amendment costs the venue's patience.
bool should_move_stop(const Guarded& g, Price from, Price to) {
    const InstrumentPolicy& policy = g.policy.of(g.key.instrument);
    if (!policy.trailing.is_positive()) return from != to;
    const auto step = portion(from, policy.trailing_step, Rounding::HalfEven);
    const auto distance = difference(to, from);
    if (!step || !distance) return false;
    return is_tighter(g, to, from) && distance->abs() >= *step;
}

OrderApproved protective_order(
    const Guarded& g, OrderPurpose purpose, Price trigger, const OpenOrder* sibling) {
    OrderApproved order;
    order.target = g.seq;
    order.terms = {
        .account = g.policy.account,
        .strategy = g.key.strategy,
        .instrument = g.key.instrument,
        .side = g.holding.closing_side(),
        .type = purpose == OrderPurpose::StopLoss ? OrderType::Stop : OrderType::TakeProfit,
        .time_in_force = TimeInForce::GoodTillCanceled,
        .purpose = purpose,
        .quantity = g.closable,
        .limit_price = {},
        .trigger_price = trigger,
        .post_only = false,
        .reduce_only = true,
        .valid_until = {},
        .group = sibling != nullptr ? sibling->terms.group : g.seq.value};
    order.reason = std::string(to_string(purpose));
    order.sizing.method = "close";
    order.sizing.position_quantity = g.holding.quantity;
    return order;
}

/// Absent = as it should be, or not now.
std::optional<Event> correction(
    const Guarded& g, const OpenOrder& order, bool is_group_touched, std::optional<Price> trigger) {
    const bool can_change = order.intent.exists() && !order.cancel_asked && !order.amend_asked &&
                            !order.unknown && !order.amending.holds(g.now, g.policy.retry_pause);
    if (!can_change) return std::nullopt;
    if (order.terms.side != g.holding.closing_side()) {
        return CancelApproved{.intent = order.intent, .reason = "position_reversed"};
    }
    AmendApproved amend{
        .intent = order.intent,
        .quantity = {},
        .limit_price = {},
        .trigger_price = {},
        .reason = ""};
    const Quantity covered = order.remaining();
    // After a partial fill in its group execution itself makes the sibling smaller.
    if (covered < g.closable || (covered > g.closable && !is_group_touched)) {
        amend.quantity = sum(g.closable, order.filled).value_or(order.terms.quantity);
        amend.reason = "position_changed";
    }
    if (trigger) {
        amend.trigger_price = trigger;
        amend.reason = g.policy.of(g.key.instrument).trailing.is_positive() ? "trailing" : "plan";
    }
    if (!amend.quantity && !amend.trigger_price) return std::nullopt;
    return amend;
}

}  // namespace

std::optional<Price> stop_level(const Guarded& g) {
    const InstrumentPolicy& policy = g.policy.of(g.key.instrument);
    Known<Price> level = g.holding.stop_price ? g.holding.stop_price
                                              : default_level(g, policy.stop_loss, Towards::Loss);
    if (policy.trailing.is_positive()) {
        const auto trail = moved(g, g.holding.best_price, policy.trailing, Towards::Loss);
        if (trail && (!level || is_tighter(g, *trail, *level))) level = trail;
    }
    if (!level || !level->is_positive()) return std::nullopt;
    return on_tick(g, *level, Towards::Loss);
}

std::optional<Price> take_profit_level(const Guarded& g) {
    const InstrumentPolicy& policy = g.policy.of(g.key.instrument);
    const Known<Price> level = g.holding.take_profit_price
                                   ? g.holding.take_profit_price
                                   : default_level(g, policy.take_profit, Towards::Profit);
    if (!level || !level->is_positive()) return std::nullopt;
    return on_tick(g, *level, Towards::Profit);
}

std::optional<Event> next_protection(const Guarded& g) {
    const auto& [entry, exit, stop, profit] = g.orders;
    const bool is_group_touched = (stop != nullptr && stop->filled.is_positive()) ||
                                  (profit != nullptr && profit->filled.is_positive());
    if (stop != nullptr) {
        const auto level = stop_level(g);
        const auto trigger = stop->terms.trigger_price;
        const bool moves = level && trigger && should_move_stop(g, *trigger, *level);
        auto change = correction(g, *stop, is_group_touched, moves ? level : std::nullopt);
        if (change) return change;
    } else if (!g.holding.stopping.holds(g.now, g.policy.retry_pause)) {
        if (const auto level = stop_level(g)) {
            return protective_order(g, OrderPurpose::StopLoss, *level, profit);
        }
    }
    if (profit != nullptr) {
        const auto level = take_profit_level(g);
        const bool moves = level && profit->terms.trigger_price != level;
        return correction(g, *profit, is_group_touched, moves ? level : std::nullopt);
    }
    if (g.holding.profiting.holds(g.now, g.policy.retry_pause)) return std::nullopt;
    if (const auto level = take_profit_level(g)) {
        return protective_order(g, OrderPurpose::TakeProfit, *level, stop);
    }
    return std::nullopt;
}

}  // namespace tapedeck::risk
