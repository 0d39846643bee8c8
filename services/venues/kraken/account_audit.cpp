#include "venues/kraken/account.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

// Reconciliation: the venue's own lists, held against the books. One number is one of them: open
// orders, closed orders and fills page by page, rows of the ledger if balances did not agree
// before, balances last, whose answer ends it.
namespace tapedeck::kraken {

namespace {

/// What an order or a fill did so shortly before may not be in REST's lists yet, or may have
/// happened between two of them.
constexpr Duration kSettled = std::chrono::minutes(1);

/// Order ids of one reconciliation that are remembered.
constexpr std::size_t kNamedMax = 20'000;

const Symbols& no_symbols() {
    static const Symbols kNone;
    return kNone;
}

struct LegacyCode {
    std::string_view asset;
    std::string_view currency;
};

/// REST's old names of currencies; all others are spelled as everywhere. Source: Assets.
constexpr std::array<LegacyCode, 17> kLegacyCodes = {{
    {"XXBT", "BTC"},
    {"XETH", "ETH"},
    {"XETC", "ETC"},
    {"XLTC", "LTC"},
    {"XMLN", "MLN"},
    {"XREP", "REP"},
    {"XXDG", "DOGE"},
    {"XXLM", "XLM"},
    {"XXMR", "XMR"},
    {"XXRP", "XRP"},
    {"XZEC", "ZEC"},
    {"ZAUD", "AUD"},
    {"ZCAD", "CAD"},
    {"ZEUR", "EUR"},
    {"ZGBP", "GBP"},
    {"ZJPY", "JPY"},
    {"ZUSD", "USD"},
}};

/// Our code of an asset, without the venue's list of them, which is not on the tape.
std::string our_currency(std::string_view asset) {
    for (const auto& code : kLegacyCodes) {
        if (code.asset == asset) return std::string(code.currency);
    }
    return our_code(asset);
}

/// The value of a field in "start=1700000000&ofs=50", as a number.
std::optional<std::uint64_t> number_in(std::string_view question, std::string_view key) {
    while (!question.empty()) {
        const auto field = question.substr(0, question.find('&'));
        question.remove_prefix(std::min(question.size(), field.size() + 1));
        if (!field.starts_with(key) || field.substr(key.size(), 1) != "=") continue;
        const auto digits = field.substr(key.size() + 1);
        std::uint64_t value = 0;
        const auto* const end = digits.data() + digits.size();
        const auto [at, error] = std::from_chars(digits.data(), end, value);
        if (error == std::errc{} && at == end) return value;
    }
    return std::nullopt;
}

Time seconds_in(std::string_view question, std::string_view key) {
    constexpr std::uint64_t kYear2200 = 7'258'118'400;
    const auto seconds = number_in(question, key).value_or(0);
    return Time(std::chrono::seconds(std::min(seconds, kYear2200)));
}

/// A page that follows on the last one, and whether it is the last.
bool take_offset(
    const VenueMessageReceived& message,
    std::uint64_t size,
    std::uint64_t count,
    std::uint64_t& next,
    bool& is_done) {
    const auto offset = number_in(message.question, "ofs").value_or(0);
    if (offset != next) return false;
    next += size;
    is_done = next >= count || size == 0;
    // Fewer than there should be, and no more to come: something is left out.
    if (size == 0 && next < count) is_done = false;
    return true;
}

}  // namespace

void AccountBooks::begin_audit(std::uint32_t number) {
    audit_ = {};
    audit_.number = number;
    last_audit_ = std::max(last_audit_, number);
}

void AccountBooks::read_audit(const VenueMessageReceived& message) {
    const auto result = read_envelope(document_, message.status, message.text);
    if (message.attempt != audit_.number) begin_audit(message.attempt);
    const bool is_last = message.channel == "BalanceEx";
    if (!result) {
        if (is_last && !may_repeat_query(result.error())) end_audit();
        return;
    }
    if (message.channel == "OpenOrders") {
        const auto answer = read_open_orders(result->value, no_symbols());
        if (answer) take_page(message, *answer);
    } else if (message.channel == "ClosedOrders") {
        const auto answer = read_closed_orders(result->value, no_symbols());
        if (answer) take_page(message, *answer);
    } else if (message.channel == "TradesHistory") {
        const auto answer = read_trades_history(result->value, no_symbols());
        if (answer) take_page(message, *answer);
    } else if (message.channel == "Ledgers") {
        const auto answer = read_ledgers(result->value, no_symbols());
        if (answer) take_ledger(*answer);
    } else if (is_last) {
        const auto balances = read_balances(result->value, no_symbols());
        if (balances) take_balances(*balances);
        end_audit();
    }
}

void AccountBooks::take_page(const VenueMessageReceived& message, const OrdersAnswer& answer) {
    const bool is_open = message.channel == "OpenOrders";
    if (!is_open) {
        audit_.from = seconds_in(message.question, "start");
        audit_.to = seconds_in(message.question, "end");
        const bool follows = take_offset(
            message, answer.orders.size(), answer.count, audit_.closed_next, audit_.has_closed);
        if (!follows) return;
        audit_.closed_orders += answer.orders.size();
    } else {
        audit_.has_open = true;
        audit_.opened_at = now_;
        audit_.open_orders = answer.orders.size();
    }
    for (const auto& order : answer.orders) {
        if (audit_.named.size() < kNamedMax) audit_.named.insert(order.order.order_id);
        told(order);
        if (is_open && !intent_of(order.order).exists()) ++audit_.external_orders;
    }
}

void AccountBooks::take_page(const VenueMessageReceived& message, const FillsAnswer& answer) {
    const bool follows = take_offset(
        message, answer.fills.size(), answer.count, audit_.fills_next, audit_.has_fills);
    if (!follows) return;
    audit_.fills += answer.fills.size();
    for (const auto& fill : answer.fills) {
        const bool was_booked = has_fill(fill.fill.trade_id);
        told(fill);
        if (!was_booked && has_fill(fill.fill.trade_id)) ++audit_.new_fills;
    }
}

/// What came or went while the stream did not tell. What is older than the last agreement is in it.
void AccountBooks::take_ledger(const LedgerAnswer& answer) {
    for (auto row : answer.rows) {
        const bool is_plain = row.currency.find('.') == std::string::npos;
        if (!is_plain || row.type == "trade" || row.happened <= balances_agreed_at_) continue;
        row.currency = our_currency(row.currency);
        told(row);
    }
}

bool AccountBooks::wants_ledger() const {
    return std::any_of(balances_.begin(), balances_.end(), [](const auto& booked) {
        return !booked.second.mismatch.is_zero();
    });
}

void AccountBooks::take_balances(const std::vector<Balance>& balances) {
    audit_.has_balances = true;
    std::map<std::string, Decimal> held;
    for (const auto& [currency, booked] : balances_) held.emplace(currency, Decimal{});
    for (const auto& balance : balances) {
        // "BTC.F" lies in a programme of the venue's, which moves it as it likes.
        const bool is_plain = balance.currency.find('.') == std::string::npos;
        if (!is_plain || !is_sane(balance.balance)) continue;
        held[our_currency(balance.currency)] = balance.balance;
    }
    for (const auto& [currency, amount] : held) compare_balance(currency, amount);
    has_opened_ = true;
    if (!wants_ledger()) balances_agreed_at_ = now_;
}

/// What is held, against what was agreed on last time and what has moved it since. A fill may be in
/// one and not yet in the other: only what differs twice in a row by the same amount is stated.
void AccountBooks::compare_balance(const std::string& currency, Decimal held) {
    BookedBalance& booked = balances_[currency];
    const Decimal mismatch = held - (booked.agreed + booked.delta);
    if (!has_opened_) {
        // What there was before our time: all that our fills don't explain.
        if (!mismatch.is_zero()) {
            say(CashDeposited{account_, currency, Money(mismatch), "opening_balance"});
        }
    } else if (mismatch.abs() > booked.slack) {
        if (std::exchange(booked.mismatch, mismatch) != mismatch) return;
        const Decimal expected = booked.agreed + booked.delta;
        doubt("balance", currency, {}, expected.to_string(), held.to_string());
    } else if (!mismatch.is_zero()) {
        // Its ledger rounds what each trade moved: within that, it is right.
        say(CashDeposited{account_, currency, Money(mismatch), "rounding"});
    }
    booked = {};
    booked.agreed = held;
}

void AccountBooks::end_audit() {
    ReconciliationCompleted done;
    const auto miss = [&](bool is_there, std::string_view what) {
        if (!is_there) done.missing += std::string(done.missing.empty() ? "" : " ") + what.data();
    };
    miss(audit_.has_open, "open_orders");
    miss(audit_.has_closed, "closed_orders");
    miss(audit_.has_fills, "fills");
    miss(audit_.has_balances, "balances");
    done.is_complete = done.missing.empty();
    if (done.is_complete) {
        audit_orders();
        audit_queries();
        audit_fills();
        watermark_ = std::max(watermark_, audit_.to);
    }
    done.venue = kVenue;
    done.account = account_;
    done.number = audit_.number;
    done.scope = "open_orders closed_orders fills balances";
    done.from = audit_.from;
    done.to = audit_.to;
    done.open_orders = audit_.open_orders;
    done.closed_orders = audit_.closed_orders;
    done.fills = audit_.fills;
    done.new_fills = audit_.new_fills;
    done.external_orders = audit_.external_orders;
    done.discrepancies = audit_.discrepancies;
    done.watermark = watermark_;
    done.evidence = last_;
    say(std::move(done));
    audit_ = {};
}

/// Orders of ours that the venue's lists contradict.
void AccountBooks::audit_orders() {
    std::vector<Seq> replaced;
    for (auto& [intent, order] : orders_) {
        const bool is_settled = order.news_at + kSettled < audit_.opened_at;
        if (order.legs.empty() || !is_settled) continue;
        const Quantity claimed = order.claimed();
        if (order.filled < claimed && !std::exchange(order.is_doubted, true)) {
            doubt(
                "fill_missing",
                venue_order_id_of(intent),
                intent,
                order.filled.to_string(),
                claimed.to_string());
        }
        if (order.is_ended) continue;
        if (!order.is_alive()) {
            replaced.push_back(intent);
            continue;
        }
        for (const auto& leg : order.legs) {
            if (leg.is_dead || audit_.named.contains(leg.order_id)) continue;
            if (std::exchange(order.is_doubted, true)) continue;
            doubt("order_absent", leg.order_id, intent, "open", "neither open nor closed");
        }
    }
    // Replaced, the venue said; and no other leg is there.
    for (const Seq intent : replaced)
        end_order(intent, VenueOrderState::Canceled, "order replaced");
}

/// What was asked before the lists were taken, they answer as well as a question about one order.
/// Only the newest query of each order wants an answer.
void AccountBooks::audit_queries() {
    std::set<Seq> intents;
    for (auto each = requests_.rbegin(); each != requests_.rend(); ++each) {
        BookedRequest& query = each->second;
        if (query.kind != RequestKind::Query || !intents.insert(query.intent).second) continue;
        const BookedOrder* const order = find(query.intent);
        // The lists' time is in whole seconds, cut off.
        if (query.is_answered || order == nullptr || query.asked_at > audit_.to) continue;
        if (order->legs.empty()) {
            // It may have come and gone before the closed orders' window began: that says nothing.
            const bool covers = audit_.from <= order->intended_at;
            if (covers) report_status(query, VenueOrderState::Absent);
        } else if (order->is_alive() && audit_.named.contains(venue_order_id_of(query.intent))) {
            report_status(query, VenueOrderState::Open);
        }
    }
}

/// Fills without an order and ledger rows without a fill, now that everything has been read.
void AccountBooks::audit_fills() {
    std::vector<std::string> orders;
    for (const auto& [trade, orphan] : orphans_) {
        if (orphan.happened + kSettled < audit_.to) orders.push_back(orphan.order_id);
    }
    for (const auto& order_id : orders) adopt({order_id, {}});
    for (auto owed = owed_fills_.begin(); owed != owed_fills_.end();) {
        if (owed->second.happened + kSettled >= audit_.to) {
            ++owed;
            continue;
        }
        doubt("fill_missing", owed->first, {}, "a fill", "a trade in the ledger");
        owed = owed_fills_.erase(owed);
    }
}

}  // namespace tapedeck::kraken
