#include "base/overloaded.h"
#include "venues/kraken/account.h"

#include <algorithm>
#include <iterator>
#include <utility>

// What the private stream says: reports of orders, rows of the ledger.
namespace tapedeck::kraken {

namespace {

/// Ledger rows of trades whose fills must still come.
constexpr std::size_t kOwedFillsMax = 1000;
/// Orders that aren't ours and may report again.
constexpr std::size_t kExternalsMax = 4096;
constexpr std::size_t kReportsMax = 20'000;
/// Rows of the ledger that are no trades: a few a day.
constexpr std::size_t kLedgerRowsMax = 1000;

bool is_end(OrderStatus status) {
    return status == OrderStatus::Filled || status == OrderStatus::Canceled ||
           status == OrderStatus::Expired;
}

VenueOrderState state_of(OrderStatus status) {
    switch (status) {
        case OrderStatus::Filled: return VenueOrderState::Filled;
        case OrderStatus::Canceled: return VenueOrderState::Canceled;
        case OrderStatus::Expired: return VenueOrderState::Expired;
        case OrderStatus::PendingNew:
        case OrderStatus::New:
        case OrderStatus::PartiallyFilled:
        case OrderStatus::Unknown: return VenueOrderState::Open;
    }
    return VenueOrderState::Open;
}

}  // namespace

void AccountBooks::read_stream(const VenueMessageReceived& message) {
    const auto decoded = decode_private(document_, message.text);
    if (!decoded) {
        doubt("message_unreadable", message.channel, {}, "", decoded.error().message);
        return;
    }
    std::visit(
        overloaded{
            [&](const ExecutionsUpdate& update) {
                for (const auto& report : update.reports) told(report);
            },
            [&](const BalancesUpdate& update) {
                if (update.is_snapshot) return;  // what is held is compared by BalanceEx
                for (const auto& row : update.balances) told(row);
            },
            [](const auto&) {}},
        *decoded);
}

/// One report. Reports are partial: what one leaves out an earlier one has said. The answer to the
/// request may come before, after, or never.
void AccountBooks::told(const ExecutionReport& report) {
    // Only orders of others can be so many; what is forgotten of them REST tells again.
    if (fold_.size() > kReportsMax) fold_ = {};
    const ExecutionReport known = fold_.apply(report);
    const std::string& order_id = known.order.order_id;
    const Seq intent = intent_of(known.order);
    if (report.fill) {
        OrphanFill orphan;
        orphan.order_id = order_id;
        orphan.fill = *report.fill;
        orphan.side = known.side.value_or(Side::Buy);
        orphan.instrument = instrument_of(known.symbol).value_or(Instrument{});
        orphan.happened = report.happened;
        orphan.evidence = last_;
        if (intent.exists()) accept(intent, order_id);
        fill(intent, orphan);
    }
    const bool is_over = is_end(report.status) && report.type != ExecType::Trade;
    if (!intent.exists()) {
        const bool is_whole = known.side && known.quantity && !known.symbol.empty();
        if (!is_whole && is_over) fold_.forget(order_id);
        if (!is_whole) return;
        ExternalOrderFound external;
        external.venue_order_id = order_id;
        external.client_order_id = known.order.client_order_id;
        external.instrument = instrument_of(known.symbol).value_or(Instrument{});
        external.symbol = known.symbol;
        external.side = *known.side;
        external.quantity = *known.quantity;
        external.filled = known.filled.value_or(Quantity{});
        external.price = known.limit_price ? known.limit_price : known.trigger_price;
        if (is_over || is_end(known.status)) {
            adopt(known.order);
            fold_.forget(order_id);
        } else {
            find_external(std::move(external));
        }
        return;
    }
    Leg* const leg = accept(intent, order_id);
    if (leg == nullptr) return;
    order_of(intent)->news_at = now_;
    if (report.filled) claim(*leg, *report.filled);
    if (report.type == ExecType::Amended || report.type == ExecType::Restated) {
        amend(intent, known.quantity, known.limit_price, known.trigger_price);
    }
    if (is_over) end_leg(intent, *leg, state_of(report.status), report.reason);
}

/// A row of the ledger. One of a trade must have its fill; others move what should be held.
void AccountBooks::told(const BalanceUpdate& update) {
    if (update.type == "trade") {
        const bool is_old = update.happened < since_;
        if (has_fill(update.ref_id) || is_old || update.ref_id.empty()) return;
        if (owed_fills_.size() < kOwedFillsMax) {
            owed_fills_.try_emplace(update.ref_id, OwedFill{update.happened, last_});
        }
        return;
    }
    const bool is_spot = update.wallet.empty() || update.wallet.starts_with("spot");
    // Before the first reconciliation it is part of what that will find.
    if (!is_spot || !has_opened_) return;
    if (!is_sane(update.amount) || !is_sane(update.fee)) return;
    const Money amount(update.amount - update.fee);
    if (amount.is_zero()) return;
    // The stream tells a row once, and REST tells it again.
    if (!update.ledger_id.empty()) {
        const auto known = std::find(ledger_rows_.begin(), ledger_rows_.end(), update.ledger_id);
        if (known != ledger_rows_.end()) return;
        ledger_rows_.push_back(update.ledger_id);
        if (ledger_rows_.size() > kLedgerRowsMax) ledger_rows_.pop_front();
    }
    move_balance(update.currency, amount.decimal(), {});
    say(CashDeposited{
        account_, update.currency, amount, update.type.empty() ? "ledger" : update.type});
}

/// An order that isn't ours and isn't open: known as such, so that its fills are.
void AccountBooks::adopt(const OrderRef& order) {
    externals_.try_emplace(order.order_id, false);
    if (externals_.size() > kExternalsMax) {
        const bool is_this = externals_.begin()->first == order.order_id;
        externals_.erase(is_this ? std::prev(externals_.end()) : externals_.begin());
    }
    identify_orphans(order.order_id, {});
}

void AccountBooks::find_external(ExternalOrderFound order) {
    const auto found = externals_.find(order.venue_order_id);
    const bool was_said = found != externals_.end() && found->second;
    adopt({order.venue_order_id, order.client_order_id});
    if (was_said) return;
    externals_[order.venue_order_id] = true;
    order.venue = kVenue;
    order.account = account_;
    order.evidence = last_;
    say(std::move(order));
}

}  // namespace tapedeck::kraken
