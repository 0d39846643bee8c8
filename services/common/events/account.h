#pragma once

#include "base/instrument.h"
#include "events/types.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tapedeck {

/// Cash came into an account (negative: left it), for a reason other than a trade.
struct CashDeposited {
    static constexpr std::uint16_t kType = 130;
    static constexpr std::string_view kName = "CashDeposited";
    std::string account;
    std::string currency;
    Money amount;
    std::string reason;

    bool operator==(const CashDeposited&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "account", &CashDeposited::account),
            field(2, "currency", &CashDeposited::currency),
            field(3, "amount", &CashDeposited::amount),
            field(4, "reason", &CashDeposited::reason));
    }
};

/// The position of one strategy after one fill, and what the fill realised. The fold of fills and
/// nothing else. At any seq: cash = deposits + Σ(sells − buys) − Σ fees, exactly, and
/// Σ cash_flow = realised_total − cost, fees apart.
struct PositionChanged {
    static constexpr std::uint16_t kType = 131;
    static constexpr std::string_view kName = "PositionChanged";
    std::string account;
    std::string strategy;
    Instrument instrument;
    Seq fill;              ///< the OrderFilled
    Quantity quantity;     ///< signed, after the fill
    Money cost;            ///< signed cost basis of `quantity` without fees; 0 when flat
    Price average_price;   ///< cost / quantity, rounded half even to 18 digits: to be shown
    Money realised;        ///< by this fill, before fees
    Money realised_total;  ///< of this strategy in this instrument, before fees
    Money fees_total;      ///< likewise
    Money cash;            ///< of the account in the instrument's quote currency, after the fill
    Quantity account_quantity;  ///< of the instrument over all strategies of the account

    bool operator==(const PositionChanged&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "account", &PositionChanged::account),
            field(2, "strategy", &PositionChanged::strategy),
            field(3, "instrument", &PositionChanged::instrument),
            field(4, "fill_seq", &PositionChanged::fill),
            field(5, "quantity", &PositionChanged::quantity),
            field(6, "cost", &PositionChanged::cost),
            field(7, "average_price", &PositionChanged::average_price),
            field(8, "realised", &PositionChanged::realised),
            field(9, "realised_total", &PositionChanged::realised_total),
            field(10, "fees_total", &PositionChanged::fees_total),
            field(11, "cash", &PositionChanged::cash),
            field(12, "account_quantity", &PositionChanged::account_quantity));
    }
};

/// What a venue said about an account, as it came: the evidence that facts name. Recorded before
/// anything is concluded from it. Never holds a secret: answers that carry one are not recorded.
struct VenueMessageReceived {
    static constexpr std::uint16_t kType = 132;
    static constexpr std::string_view kName = "VenueMessageReceived";

    /// Longer texts are cut. The longest answer that matters is the list of all open orders, some
    /// 700 bytes each.
    static constexpr std::size_t kTextMax = std::size_t{256} * 1024;

    std::string venue;    ///< "kraken"
    std::string account;  ///< ours: "main"
    std::string channel;  ///< "executions", "balances", "answer", or the REST method
    Seq about;            ///< the intent or request that it answers; 0 = none, or unasked
    /// Which question it answers: for what is about an order the try, from 1; for a reconciliation
    /// its number, the same in all that belongs to it; 0 = unasked.
    std::uint32_t attempt = 0;
    std::string question;      ///< what was asked, where the answer doesn't say; without secrets
    std::uint32_t status = 0;  ///< of HTTP; 0 = not HTTP
    std::string text;
    std::uint64_t size = 0;  ///< bytes as it came; more than the text has: the text was cut

    bool operator==(const VenueMessageReceived&) const = default;

    bool is_cut() const { return size > text.size(); }

    /// Takes what came, whole or cut between two letters.
    void set_text(std::string_view came) {
        size = came.size();
        std::size_t end = std::min(came.size(), kTextMax);
        constexpr unsigned kLeadBits = 0xC0;
        constexpr unsigned kFollows = 0x80;  // a byte of UTF-8 that isn't the first of its letter
        while (end > 0 && end < came.size() &&
               (static_cast<unsigned char>(came[end]) & kLeadBits) == kFollows) {
            --end;
        }
        text = came.substr(0, end);
    }

    static constexpr auto fields() {
        return std::tuple(
            field(1, "venue", &VenueMessageReceived::venue),
            field(2, "account", &VenueMessageReceived::account),
            field(3, "channel", &VenueMessageReceived::channel),
            field(4, "about_seq", &VenueMessageReceived::about),
            field(5, "attempt", &VenueMessageReceived::attempt),
            field(6, "question", &VenueMessageReceived::question),
            field(7, "status", &VenueMessageReceived::status),
            field(8, "text", &VenueMessageReceived::text),
            field(9, "size", &VenueMessageReceived::size));
    }
};

/// A request that has no answer, and won't have one. Nothing is known from it, but for one thing:
/// without was_written the venue cannot have got it.
struct VenueRequestFailed {
    static constexpr std::uint16_t kType = 133;
    static constexpr std::string_view kName = "VenueRequestFailed";
    std::string venue;
    std::string account;
    std::string channel;  ///< that the answer would have had
    Seq about;            ///< likewise
    std::uint32_t attempt = 0;
    std::string question;
    bool was_written = false;  ///< some of its bytes may have left
    std::string reason;        ///< for people

    bool operator==(const VenueRequestFailed&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "venue", &VenueRequestFailed::venue),
            field(2, "account", &VenueRequestFailed::account),
            field(3, "channel", &VenueRequestFailed::channel),
            field(4, "about_seq", &VenueRequestFailed::about),
            field(5, "attempt", &VenueRequestFailed::attempt),
            field(6, "question", &VenueRequestFailed::question),
            field(7, "was_written", &VenueRequestFailed::was_written),
            field(8, "reason", &VenueRequestFailed::reason));
    }
};

/// The account's private stream is up, its snapshots taken, or it is down: what happens meanwhile
/// is told by the next reconciliation only.
struct AccountLinkChanged {
    static constexpr std::uint16_t kType = 134;
    static constexpr std::string_view kName = "AccountLinkChanged";
    std::string venue;
    std::string account;
    bool is_up = false;
    std::string reason;  ///< for people

    bool operator==(const AccountLinkChanged&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "venue", &AccountLinkChanged::venue),
            field(2, "account", &AccountLinkChanged::account),
            field(3, "is_up", &AccountLinkChanged::is_up),
            field(4, "reason", &AccountLinkChanged::reason));
    }
};

/// The books were held against the venue's. Everything that was found is on the tape before this.
struct ReconciliationCompleted {
    static constexpr std::uint16_t kType = 135;
    static constexpr std::string_view kName = "ReconciliationCompleted";
    std::string venue;
    std::string account;
    std::uint32_t number = 0;       ///< the attempt of the messages that it was made of
    std::string scope;              ///< what was asked: "open_orders closed_orders fills balances"
    Time from{};                    ///< closed orders and fills from then on
    Time to{};                      ///< up to then
    std::uint64_t open_orders = 0;  ///< that the venue named, external ones included
    std::uint64_t closed_orders = 0;    ///< likewise
    std::uint64_t fills = 0;            ///< likewise
    std::uint64_t new_fills = 0;        ///< of them: not known before
    std::uint64_t external_orders = 0;  ///< of the open ones: not ours
    std::uint64_t discrepancies = 0;    ///< found by it
    bool is_complete = false;           ///< every question answered, every page read
    std::string missing;                ///< what was not, "" if complete
    /// All fills of the account up to then are on the tape: the next one begins there, less an
    /// overlap. Moves with complete ones only; the epoch before the first.
    Time watermark{};
    Seq evidence;  ///< its last message

    bool operator==(const ReconciliationCompleted&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "venue", &ReconciliationCompleted::venue),
            field(2, "account", &ReconciliationCompleted::account),
            field(3, "number", &ReconciliationCompleted::number),
            field(4, "scope", &ReconciliationCompleted::scope),
            field(5, "from_ns", &ReconciliationCompleted::from),
            field(6, "to_ns", &ReconciliationCompleted::to),
            field(7, "open_orders", &ReconciliationCompleted::open_orders),
            field(8, "closed_orders", &ReconciliationCompleted::closed_orders),
            field(9, "fills", &ReconciliationCompleted::fills),
            field(10, "new_fills", &ReconciliationCompleted::new_fills),
            field(11, "external_orders", &ReconciliationCompleted::external_orders),
            field(12, "discrepancies", &ReconciliationCompleted::discrepancies),
            field(13, "is_complete", &ReconciliationCompleted::is_complete),
            field(14, "missing", &ReconciliationCompleted::missing),
            field(15, "watermark_ns", &ReconciliationCompleted::watermark),
            field(16, "evidence_seq", &ReconciliationCompleted::evidence));
    }
};

/// The venue says otherwise than the books. Until it is explained, no new risk on the account.
struct DiscrepancyFound {
    static constexpr std::uint16_t kType = 136;
    static constexpr std::string_view kName = "DiscrepancyFound";
    std::string venue;
    std::string account;
    std::string subject;  ///< stable code: "balance", "order_absent", "fill_missing", …
    std::string name;     ///< of what: a currency, a trade id, a venue order id
    Seq intent;           ///< of the order, 0 = none of ours
    std::string expected;
    std::string observed;
    Seq evidence;

    bool operator==(const DiscrepancyFound&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "venue", &DiscrepancyFound::venue),
            field(2, "account", &DiscrepancyFound::account),
            field(3, "subject", &DiscrepancyFound::subject),
            field(4, "name", &DiscrepancyFound::name),
            field(5, "intent_seq", &DiscrepancyFound::intent),
            field(6, "expected", &DiscrepancyFound::expected),
            field(7, "observed", &DiscrepancyFound::observed),
            field(8, "evidence_seq", &DiscrepancyFound::evidence));
    }
};

/// An open order at the venue that the tape doesn't know: adopted, counted, and never touched but
/// at an operator's command.
struct ExternalOrderFound {
    static constexpr std::uint16_t kType = 137;
    static constexpr std::string_view kName = "ExternalOrderFound";
    std::string venue;
    std::string account;
    std::string venue_order_id;
    std::string client_order_id;  ///< as it came, "" if it has none
    Instrument instrument;        ///< none, if the tape doesn't know it
    std::string symbol;           ///< the venue's own spelling
    Side side = Side::Buy;
    Quantity quantity;
    Quantity filled;
    std::optional<Price> price;  ///< its limit, or its trigger; absent at market
    Seq evidence;

    bool operator==(const ExternalOrderFound&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "venue", &ExternalOrderFound::venue),
            field(2, "account", &ExternalOrderFound::account),
            field(3, "venue_order_id", &ExternalOrderFound::venue_order_id),
            field(4, "client_order_id", &ExternalOrderFound::client_order_id),
            field(5, "instrument", &ExternalOrderFound::instrument),
            field(6, "symbol", &ExternalOrderFound::symbol),
            field(7, "side", &ExternalOrderFound::side),
            field(8, "quantity", &ExternalOrderFound::quantity),
            field(9, "filled", &ExternalOrderFound::filled),
            field(10, "price", &ExternalOrderFound::price),
            field(11, "evidence_seq", &ExternalOrderFound::evidence));
    }
};

}  // namespace tapedeck
