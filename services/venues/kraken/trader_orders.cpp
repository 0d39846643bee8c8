#include "venues/kraken/private_requests.h"
#include "venues/kraken/trader.h"
#include "venues/kraken/validation.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

// Orders, amendments and cancellations on their way to the venue: by the WebSocket while it is up,
// else by REST. Cancellations first, then amendments, then new orders; never over the budget.
namespace tapedeck::kraken {

namespace {

/// The shortest time that the venue gives a request, by either way, and the longest that we do: a
/// late order is worse than none.
constexpr Duration kLeadSocket = std::chrono::milliseconds(500);
constexpr Duration kLeadRest = std::chrono::seconds(2);
constexpr Duration kDeadline = std::chrono::seconds(5);

/// Requests may overtake each other: a cancellation waits so long for the answer to its order, or
/// the venue wouldn't know yet what it is about.
constexpr Duration kOvertaking = std::chrono::seconds(2);

std::string question_of(const PrivateCall& call) {
    Form form;
    for (const auto& [key, value] : call.fields) form.add(key, value);
    return form.str();
}

}  // namespace

void Trader::drive_orders() {
    drive_cancels();
    drive_amends();
    drive_adds();
}

void Trader::drive_cancels() {
    for (auto each = cancels_.begin(); each != cancels_.end();) {
        const bool is_done = cancel_unsent(each->intent) || send_cancel(*each);
        each = is_done ? cancels_.erase(each) : std::next(each);
    }
}

void Trader::drive_amends() {
    for (auto each = amends_.begin(); each != amends_.end();) {
        each = send_amend(*each) ? amends_.erase(each) : std::next(each);
    }
}

void Trader::drive_adds() {
    for (auto each = adds_.begin(); each != adds_.end();) {
        each = send_add(*each) ? adds_.erase(each) : std::next(each);
    }
}

/// Of an order that has not left, and now won't, nothing need be asked of the venue.
bool Trader::cancel_unsent(Seq intent) {
    const auto waiting = std::find_if(
        adds_.begin(), adds_.end(), [&](const Command& add) { return add.intent == intent; });
    bool is_unsent = waiting != adds_.end();
    if (is_unsent) adds_.erase(waiting);
    for (auto each = by_tag_.begin(); !is_unsent && each != by_tag_.end();) {
        const bool is_it = each->second.what == What::Add && each->second.intent == intent;
        if (is_it && rest_.drop(each->first)) {
            is_unsent = true;
            each = by_tag_.erase(each);
        } else {
            ++each;
        }
    }
    if (is_unsent) refuse(intent, "canceled_before_sending", "it was canceled before it was sent");
    return is_unsent;
}

/// Nothing was sent, and nothing will be: the one rejection that needs no word of the venue.
void Trader::refuse(Seq intent, std::string code, std::string text) {
    say(OrderRejected{intent, std::move(code), std::move(text), {}});
}

bool Trader::is_add_unanswered(Seq intent) const {
    const auto is_it = [&](const auto& entry) {
        const Asked& asked = entry.second;
        return asked.what == What::Add && asked.intent == intent &&
               now_.monotonic - asked.at < kOvertaking;
    };
    return std::any_of(by_request_.begin(), by_request_.end(), is_it) ||
           std::any_of(by_tag_.begin(), by_tag_.end(), is_it);
}

/// Each leg that lives, or the order by our own name where the venue's isn't known. True if there
/// is nothing more to do.
bool Trader::send_cancel(const Command& command) {
    const BookedOrder* const order = books_.find(command.intent);
    if (order == nullptr || order->is_ended) return true;
    if (order->legs.empty() && is_add_unanswered(command.intent)) return false;
    if (!may_spend(*order, EngineAction::Cancel)) return false;
    std::vector<OrderRef> refs;
    for (const auto& leg : order->legs) {
        if (!leg.is_dead) refs.push_back({leg.order_id, {}});
    }
    if (refs.empty()) refs.push_back({{}, books_.client_order_id_of(command.intent)});
    Asked asked;
    asked.what = What::Cancel;
    asked.about = command.about;
    asked.intent = command.intent;
    for (const auto& ref : refs) {
        // One request a leg: each answer is of one, and each refusal.
        if (link_.is_up()) {
            const auto request = ask_socket(asked);
            if (link_.send(encode_cancel_order({ref}, {link_.token(), request}))) {
                spend(*order, EngineAction::Cancel);
                continue;
            }
            by_request_.erase(request);
        }
        ask_rest(asked, cancel_order_call(ref), Urgency::Cancel, now_.monotonic + kQueueMax);
    }
    return true;
}

bool Trader::send_amend(const Command& command) {
    const BookedOrder* const order = books_.find(command.intent);
    const BookedRequest* const request = books_.find_request(command.about);
    if (order == nullptr || request == nullptr || order->is_ended) return true;
    Asked asked;
    asked.what = What::Amend;
    asked.about = command.about;
    asked.intent = command.intent;
    if (now_.monotonic - command.at > kQueueMax) {
        // What was wanted so long ago is out of date; who still wants it asks again.
        asked.channel = "AmendOrder";
        failure(asked, false, "it could not be sent in time");
        return true;
    }
    if (!may_send(link_.is_up() ? kLeadSocket : kLeadRest)) return false;
    if (is_add_unanswered(command.intent)) return false;
    if (!may_spend(*order, EngineAction::Amend)) return false;
    OrderAmend amend;
    amend.order.order_id = books_.venue_order_id_of(command.intent);
    amend.order.client_order_id = books_.client_order_id_of(command.intent);
    amend.quantity = request->quantity;
    amend.limit_price = request->limit_price;
    amend.trigger_price = request->trigger_price;
    amend.post_only = order->terms.post_only;
    const Duration validity = std::min(kDeadline, lease_left_);
    amend.deadline = now_.wall + validity;
    if (link_.is_up()) {
        const auto number = ask_socket(asked);
        if (link_.send(encode_amend_order(amend, {link_.token(), number}))) {
            spend(*order, EngineAction::Amend);
            return true;
        }
        by_request_.erase(number);
    }
    // Its deadline is written when it is queued: it must leave while that still holds.
    ask_rest(
        asked,
        amend_order_call(amend),
        Urgency::Amend,
        now_.monotonic + std::max(validity - kLeadRest, Duration{}));
    return true;
}

/// Until when this order may leave.
Time Trader::latest(const BookedOrder& order) const {
    const Time queued = order.intended_at + kQueueMax;
    const Time valid = order.terms.valid_until;
    return valid == Time{} ? queued : std::min(queued, valid);
}

/// True once it has left, or won't.
bool Trader::send_add(const Command& command) {
    const BookedOrder* const order = books_.find(command.intent);
    if (order == nullptr || order->is_ended || !order->legs.empty()) return true;
    const Duration lead = link_.is_up() ? kLeadSocket : kLeadRest;
    const Duration left = latest(*order) - now_.wall;
    if (left < lead) {
        refuse(command.intent, "deadline_elapsed", "it could not be sent while it was valid");
        return true;
    }
    if (!may_send(lead) || !reconciled_ || !has_symbols_) return false;
    const Pair* const pair = symbols_.find(order->terms.instrument);
    if (pair == nullptr) {
        refuse(command.intent, "unknown_instrument", "kraken does not list it");
        return true;
    }
    if (const auto refusal = refusal_of(*pair, order->terms, std::nullopt)) {
        refuse(command.intent, std::string(refusal->code), refusal->text);
        return true;
    }
    if (!may_spend(*order, EngineAction::Add)) return false;
    NewOrder add;
    add.pair = pair;
    add.terms = order->terms;
    add.only_validate = options_.validate_only;
    add.client_order_id = books_.client_order_id_of(command.intent);
    const Duration validity = std::min({left, kDeadline, lease_left_});
    add.deadline = now_.wall + validity;
    Asked asked;
    asked.what = What::Add;
    asked.about = command.intent;
    asked.intent = command.intent;
    if (link_.is_up()) {
        const auto request = ask_socket(asked);
        if (link_.send(encode_add_order(add, {link_.token(), request}))) {
            say(OrderSent{command.intent, add.client_order_id});
            spend(*order, EngineAction::Add);
            return true;
        }
        by_request_.erase(request);
        if (validity < kLeadRest) return false;
    }
    const Duration until = validity - kLeadRest;
    ask_rest(asked, add_order_call(add), Urgency::Order, now_.monotonic + until);
    return true;
}

std::uint64_t Trader::ask_socket(Asked asked) {
    asked.channel = "answer";
    asked.at = now_.monotonic;
    const auto request = link_.next_request();
    by_request_.emplace(request, std::move(asked));
    return request;
}

void Trader::ask_rest(Asked asked, PrivateCall call, Urgency urgency, Duration until) {
    asked.channel = call.method;
    asked.question = question_of(call);
    asked.at = now_.monotonic;
    PrivateRest::Call wanted;
    wanted.tag = ++tag_;
    wanted.urgency = urgency;
    wanted.is_question =
        asked.what == What::Token || asked.what == What::Query || asked.what == What::Audit;
    wanted.until = until;
    wanted.call = std::move(call);
    by_tag_.emplace(wanted.tag, std::move(asked));
    rest_.ask(std::move(wanted));
}

/// The engine counts by pair; by which name it is counted here is all one.
bool Trader::may_spend(const BookedOrder& order, EngineAction action) const {
    const Duration age = now_.wall - order.changed_at;
    return engine_.may_send(order.terms.instrument.name(), action, age, now_.wall);
}

void Trader::spend(const BookedOrder& order, EngineAction action) {
    const Duration age = now_.wall - order.changed_at;
    engine_.sent(order.terms.instrument.name(), action, age, now_.wall);
}

void Trader::spent_too_much(Seq intent, const VenueError& error) {
    const bool is_engine = error.text.starts_with("EOrder");
    const BookedOrder* const order = books_.find(intent);
    if (error.error_class != ErrorClass::RateLimited || !is_engine || order == nullptr) return;
    engine_.exceeded(order->terms.instrument.name(), now_.wall);
    note(true, "VENUE_RATE_LIMIT", order->terms.instrument.to_string() + ": " + error.text);
}

}  // namespace tapedeck::kraken
