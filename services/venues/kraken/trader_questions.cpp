#include "venues/kraken/private_requests.h"
#include "venues/kraken/rest_account.h"
#include "venues/kraken/trader.h"

#include <algorithm>
#include <utility>

// What is asked of the venue without changing anything but the dead man's switch: the token, what
// became of an order, and everything for a reconciliation.
namespace tapedeck::kraken {

namespace {

/// The socket's snapshots come first, if they come soon.
constexpr Duration kFirstAuditAfter = std::chrono::seconds(10);
/// An incomplete reconciliation is made anew, but not at once: the venue is in trouble.
constexpr Duration kAuditAgainAfter = std::chrono::seconds(10);
/// Without a watermark: what closed orders and fills are read of a venue that was never read.
constexpr Duration kFirstWindow = std::chrono::hours(1);
/// 200 pages of 50; more in one window is no trading of ours.
constexpr unsigned kPagesMax = 200;
/// A refreshment that comes later than this would keep a switch on that should go off.
constexpr Duration kSwitchUntil = std::chrono::seconds(5);
/// Between two reconciliations that queries have called for: each costs half a minute's budget of
/// the poorest key.
constexpr Duration kAuditPause = std::chrono::seconds(10);
/// Balances did not agree: so long after, all is read again, and the ledger with it. A fill that
/// was in one list and not in the other has come by then.
constexpr Duration kLedgerAfter = std::chrono::minutes(1);
/// QueryTrades takes no more at once.
constexpr std::size_t kTradesMax = 20;

}  // namespace

void Trader::drive_switch() {
    if (stands_down_) {
        if (std::exchange(is_switch_on_, false)) send_switch({});
        return;
    }
    if (options_.switch_timeout == Duration{}) return;
    if (lease_left_ <= Duration{} || now_.monotonic < switch_at_) return;
    switch_at_ = now_.monotonic + options_.switch_every;
    is_switch_on_ = true;
    send_switch(options_.switch_timeout);
}

bool Trader::has_stood_down() const {
    const auto is_switch = [](const auto& entry) { return entry.second.what == What::Switch; };
    return stands_down_ && !is_switch_on_ &&
           std::none_of(by_request_.begin(), by_request_.end(), is_switch) &&
           std::none_of(by_tag_.begin(), by_tag_.end(), is_switch);
}

void Trader::send_switch(Duration timeout) {
    Asked asked;
    asked.what = What::Switch;
    asked.attempt = 0;
    if (link_.is_up()) {
        asked.question = "timeout=" + std::to_string(timeout / std::chrono::seconds(1));
        const auto request = ask_socket(asked);
        if (link_.send(encode_cancel_all_orders_after(timeout, {link_.token(), request}))) return;
        by_request_.erase(request);
    }
    ask_rest(
        asked,
        cancel_all_orders_after_call(timeout),
        Urgency::Cancel,
        now_.monotonic + kSwitchUntil);
}

void Trader::drive_questions() {
    const Duration now = now_.monotonic;
    const bool asks_token = std::any_of(by_tag_.begin(), by_tag_.end(), [](const auto& entry) {
        return entry.second.what == What::Token;
    });
    if (link_.wants_token(now) && !asks_token) {
        Asked asked;
        asked.attempt = 0;
        ask_rest(asked, websockets_token_call(), Urgency::Amend, Duration::max());
    }
    drive_queries();
    if (audit_at_ == Duration{}) audit_at_ = now + kFirstAuditAfter;
    const bool wants_ledger = books_.wants_ledger() && now >= audit_ended_ + kLedgerAfter;
    const bool is_due = now >= audit_at_ || (wants_audit_ && is_linked_) || wants_ledger;
    if (!audit_ && is_due) begin_audit();
}

/// The answer holds a secret: it is never recorded, nor what a reader says of it.
void Trader::take_token(const PrivateRest::Outcome& outcome) {
    if (!outcome.is_final) return;
    std::string why = outcome.why;
    if (outcome.status != 0) {
        const auto result = read_envelope(document_, outcome.status, outcome.body);
        why = result ? "an answer that cannot be read" : result.error().code;
        auto token = result ? read_websockets_token(result->value)
                            : Result<WebSocketToken>(fail(std::string(why)));
        if (token) return link_.take_token(std::move(*token), now_.monotonic);
    }
    Asked asked;
    asked.attempt = 0;
    asked.channel = outcome.call.call.method;
    failure(asked, outcome.was_written, why);
    link_.miss_token(now_.monotonic);
}

// Queries: the open orders under the client id, then the closed ones, then the fills that are
// missing.

/// A reconciliation has answered what was asked before it began.
void Trader::forget_answered(const ReconciliationCompleted& done) {
    std::erase_if(inquiries_, [&](const Inquiry& inquiry) {
        const BookedOrder* const order = books_.find(inquiry.intent);
        const bool covers = order == nullptr || done.from <= order->intended_at;
        return !inquiry.is_asked && inquiry.asked_at <= done.to && covers;
    });
}

void Trader::drive_queries() {
    if (inquiries_.size() > kInquiriesMax) {
        audit_at_ = std::min(audit_at_, audit_began_ + kAuditPause);
        return;
    }
    while (!inquiries_.empty() && !inquiries_.front().is_asked) {
        const Inquiry front = inquiries_.front();
        const bool is_repeated =
            std::any_of(std::next(inquiries_.begin()), inquiries_.end(), [&](const Inquiry& later) {
                return later.intent == front.intent;
            });
        const std::string name = books_.client_order_id_of(front.intent);
        if (is_repeated || name.empty()) {
            inquiries_.pop_front();  // the newer question is answered as well as both
            continue;
        }
        inquiries_.front().is_asked = true;
        ask_query(front, open_orders_call(name));
    }
}

void Trader::ask_query(const Inquiry& inquiry, PrivateCall call) {
    Asked asked;
    asked.what = What::Query;
    asked.about = inquiry.about;
    asked.intent = inquiry.intent;
    ask_rest(asked, std::move(call), Urgency::Query, Duration::max());
}

void Trader::take_query(const PrivateRest::Outcome& outcome, const Asked& asked) {
    if (go_on(outcome, asked)) return;
    if (!inquiries_.empty() && inquiries_.front().about == asked.about) inquiries_.pop_front();
}

/// Asks what follows on this answer; false if nothing does.
bool Trader::go_on(const PrivateRest::Outcome& outcome, const Asked& asked) {
    if (outcome.status == 0 || asked.channel == "QueryTrades") return false;
    const auto result = read_envelope(document_, outcome.status, outcome.body);
    if (!result) return false;
    const bool is_open = asked.channel == "OpenOrders";
    const auto answer = is_open ? read_open_orders(result->value, symbols_)
                                : read_closed_orders(result->value, symbols_);
    if (!answer) return false;
    Inquiry inquiry;
    inquiry.about = asked.about;
    inquiry.intent = asked.intent;
    if (is_open && answer->orders.empty()) {
        ask_query(inquiry, closed_orders_call({}, books_.client_order_id_of(asked.intent)));
        return true;
    }
    std::vector<std::string> missing;
    for (const auto& order : answer->orders) {
        for (const auto& trade : order.trade_ids) {
            const bool has_room = missing.size() < kTradesMax;
            if (has_room && !books_.has_fill(trade)) missing.push_back(trade);
        }
    }
    if (missing.empty()) return false;
    ask_query(inquiry, query_trades_call(missing));
    return true;
}

// Reconciliation: open orders, closed orders, fills, balances, in that order: what ends while it is
// under way is in one list or the other. Before the balances the ledger, where they did not agree
// the last time.

void Trader::begin_audit() {
    wants_audit_ = false;
    audit_began_ = now_.monotonic;
    Audit audit;
    last_audit_ = std::max(last_audit_, books_.last_audit()) + 1;
    audit.number = last_audit_;
    const Time watermark = books_.watermark();
    Time from =
        watermark == Time{} ? now_.wall - kFirstWindow : watermark - options_.reconcile_overlap;
    // Of an order in doubt all that may have become of it.
    for (const auto& inquiry : inquiries_) {
        const BookedOrder* const order = books_.find(inquiry.intent);
        if (order != nullptr) from = std::min(from, order->intended_at);
    }
    audit.reads_ledger = books_.wants_ledger();
    audit.page.from = from;
    audit.page.to = now_.wall;
    audit_ = audit;
    ask_audit();
}

void Trader::ask_audit() {
    Asked asked;
    asked.what = What::Audit;
    asked.attempt = audit_->number;
    PrivateCall call;
    switch (audit_->step) {
        case Audit::Step::Open: call = open_orders_call({}); break;
        case Audit::Step::Closed: call = closed_orders_call(audit_->page, {}); break;
        case Audit::Step::Fills: call = trades_history_call(audit_->page); break;
        case Audit::Step::Ledger: {
            Page page = audit_->page;
            page.from = books_.balances_agreed_at();
            call = ledgers_call(page);
            break;
        }
        case Audit::Step::Balances: call = balances_call(); break;
    }
    ask_rest(asked, std::move(call), Urgency::Audit, Duration::max());
}

void Trader::take_audit(const PrivateRest::Outcome& outcome, const Asked& asked) {
    if (!audit_ || audit_->number != asked.attempt) return;
    Audit& audit = *audit_;
    std::uint64_t size = 0;
    std::uint64_t count = 0;
    bool is_answered = false;
    std::optional<VenueError> error;
    if (outcome.status != 0) {
        const auto result = read_envelope(document_, outcome.status, outcome.body);
        if (!result) {
            error = result.error();
        } else if (audit.step == Audit::Step::Closed) {
            const auto answer = read_closed_orders(result->value, symbols_);
            is_answered = answer.has_value();
            if (answer) size = answer->orders.size();
            if (answer) count = answer->count;
        } else if (audit.step == Audit::Step::Fills) {
            const auto answer = read_trades_history(result->value, symbols_);
            is_answered = answer.has_value();
            if (answer) size = answer->fills.size();
            if (answer) count = answer->count;
        } else if (audit.step == Audit::Step::Ledger) {
            // A key need not be allowed to read it: then what is missing is a discrepancy.
            const auto answer = read_ledgers(result->value, symbols_);
            is_answered = answer.has_value();
            if (answer) size = answer->rows.size();
            if (answer) count = answer->count;
        } else {
            is_answered = true;
        }
    }
    if (!is_answered && audit.step != Audit::Step::Ledger) audit.has_failed = true;
    audit.page.offset += size;
    if (size > 0 && audit.page.offset < count && ++audit.pages < kPagesMax) return ask_audit();
    audit.page.offset = 0;
    audit.pages = 0;
    if (audit.step != Audit::Step::Balances) {
        audit.step = static_cast<Audit::Step>(static_cast<int>(audit.step) + 1);
        if (audit.step == Audit::Step::Ledger && !audit.reads_ledger) {
            audit.step = Audit::Step::Balances;
        }
        return ask_audit();
    }
    // An answer that another try might have bettered doesn't end it: that there is no other does.
    if (error && may_repeat_query(*error)) failure(asked, true, "given up: " + error->code);
    const bool has_failed = audit.has_failed;
    audit_.reset();
    audit_ended_ = now_.monotonic;
    audit_at_ = now_.monotonic + (has_failed ? kAuditAgainAfter : options_.reconcile_every);
}

}  // namespace tapedeck::kraken
