#pragma once

#include "base/settings.h"
#include "events/decider.h"
#include "venues/kraken/account_state.h"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace tapedeck::kraken {

/// What one account's messages mean: raw words of the venue in, facts about orders out. It asks
/// nothing and sends nothing (that is trader.h), so replaying a tape proves every conclusion.
///
/// Start reading at take() in account.cpp. Streams are read in account_stream.cpp, answers to
/// requests in account_answers.cpp, reconciliations in account_audit.cpp; what any of them can say
/// of an order is in account_facts.cpp. A message is believed at once, and the facts that follow
/// from it are owed until they come back from the tape: nothing is said twice, and a restart states
/// what is still owed.
class AccountBooks final : public Decider {
public:
    static constexpr std::string_view kService = "execution.kraken";
    static constexpr std::string_view kVenue = "kraken";

    /// The strategy of fills of orders that the tape doesn't know.
    static constexpr std::string_view kExternalStrategy = "external";

    /// How many ended orders are remembered, for late fills and repeated answers.
    static constexpr std::size_t kEndedKept = 2000;
    /// How many fills are told from repetitions.
    static constexpr std::size_t kFillsKept = 20'000;

    AccountBooks();

    void apply(const Recorded& recorded) override;
    void decide(const Recorded& recorded, Outbox& out) const override;
    void save(StateWriter& writer) const override;
    bool load(StateReader& reader) override;

    // What the trader goes by: all of it durable.

    const std::string& account() const { return account_; }

    /// The order of this intent, open or ended; null if it is not remembered.
    const BookedOrder* find(Seq intent) const;

    /// What was asked with this record; null if it is not about an order of this account.
    const BookedRequest* find_request(Seq request) const;

    const std::map<Seq, BookedOrder>& orders() const { return orders_; }

    /// As UUID text. Empty for an intent that is not remembered.
    std::string client_order_id_of(Seq intent) const;

    /// The venue's id of its newest leg that lives, or of its newest one; empty if none is known.
    std::string venue_order_id_of(Seq intent) const;

    /// All fills up to then are on the tape; the epoch before the first complete reconciliation.
    Time watermark() const { return watermark_; }

    /// Whether the fill of this trade id is on the tape, or about to be.
    bool has_fill(const std::string& trade_id) const;

    /// Balances differ from what has moved them: rows of the ledger may be missing.
    bool wants_ledger() const;

    /// When balances agreed last, by the tape: rows after it may be missing.
    Time balances_agreed_at() const { return balances_agreed_at_; }

    /// The highest number that a reconciliation has had.
    std::uint32_t last_audit() const { return last_audit_; }

    template <class A>
    void archive(A& a) {
        a(account_);
        a(validates_);
        a(tape_id_);
        a(last_);
        a(since_);
        a(watermark_);
        a(instruments_);
        a(orders_);
        a(ended_);
        a(requests_);
        a(fold_);
        a(externals_);
        a(orphans_);
        a(owed_fills_);
        a(fill_keys_);
        a(balances_);
        a(has_opened_);
        a(balances_agreed_at_);
        a(ledger_rows_);
        a(audit_);
        a(last_audit_);
        a(owed_);
    }

private:
    // account.cpp
    void configure(const Settings& settings);
    void take(const Event& event, const Recorded& recorded);
    void take_message(const VenueMessageReceived& message);
    void take_failure(const VenueRequestFailed& failure);
    void intended(const OrderIntended& event);
    void ask(const BookedRequest& request);
    void settle_owed(const Event& event);
    void retire();
    void derive();

    // account_stream.cpp
    void read_stream(const VenueMessageReceived& message);
    void told(const ExecutionReport& report);
    void told(const BalanceUpdate& update);

    // account_answers.cpp
    void read_answer(const VenueMessageReceived& message);
    void read_rest_answer(const VenueMessageReceived& message);
    void take_refusal(Seq about, const VenueError& error);
    void take_done(Seq about, const std::string& order_id);
    void read_query(const VenueMessageReceived& message, BookedRequest& query);
    void report_status(BookedRequest& query, VenueOrderState state);

    // account_audit.cpp
    void read_audit(const VenueMessageReceived& message);
    void begin_audit(std::uint32_t number);
    void take_page(const VenueMessageReceived& message, const OrdersAnswer& answer);
    void take_page(const VenueMessageReceived& message, const FillsAnswer& answer);
    void take_ledger(const LedgerAnswer& answer);
    void take_balances(const std::vector<Balance>& balances);
    void compare_balance(const std::string& currency, Decimal held);
    void end_audit();
    void audit_orders();
    void audit_queries();
    void audit_fills();

    // account_facts.cpp
    void told(const VenueOrder& order);
    void told(const HistoricFill& fill);
    Seq intent_of(const OrderRef& order);
    Leg* leg_of(BookedOrder& order, std::string_view order_id);
    Leg* accept(Seq intent, const std::string& order_id);
    void end_leg(Seq intent, Leg& leg, VenueOrderState state, std::string_view reason);
    void end_order(Seq intent, std::optional<VenueOrderState> state, std::string_view reason);
    static void claim(Leg& leg, Quantity filled);
    void amend(
        Seq intent,
        std::optional<Quantity> quantity,
        std::optional<Price> limit_price,
        std::optional<Price> trigger_price);
    void fill(Seq intent, const OrphanFill& fill);
    void adopt(const OrderRef& order);
    void book(const OrderFilled& fill);
    void move_balance(std::string_view currency, Decimal amount, Decimal slack);
    void find_external(ExternalOrderFound order);
    void identify_orphans(std::string_view order_id, Seq intent);
    void doubt(
        std::string_view subject,
        std::string name,
        Seq intent,
        std::string expected,
        std::string observed);
    void say(Event event);
    Instrument instrument_of_pair(std::string_view symbol) const;
    BookedOrder* order_of(Seq intent);

    // State
    std::string account_;
    bool validates_ = false;  ///< orders are checked by the venue, and not placed
    std::uint64_t tape_id_ = 0;
    Seq last_;
    Time since_{};  ///< of its first start: what external orders traded before is not counted
    Time watermark_{};
    std::set<Instrument> instruments_;
    std::map<Seq, BookedOrder> orders_;
    std::deque<Seq> ended_;  ///< oldest end first
    std::map<Seq, BookedRequest> requests_;
    OrderFold fold_;
    std::map<std::string, bool> externals_;      ///< venue order id → ExternalOrderFound was said
    std::map<std::string, OrphanFill> orphans_;  ///< by trade id
    std::map<std::string, OwedFill> owed_fills_;
    std::deque<std::string> fill_keys_;  ///< oldest first
    std::map<std::string, BookedBalance> balances_;
    bool has_opened_ = false;  ///< the first balances have come
    Time balances_agreed_at_{};
    std::deque<std::string> ledger_rows_;  ///< ids of rows that have moved money; oldest first
    Audit audit_;
    std::uint32_t last_audit_ = 0;  ///< the highest number of any
    std::deque<OwedFact> owed_;

    // Derived
    std::map<std::string, Seq, std::less<>> intent_by_leg_;
    std::set<std::string> fill_key_set_;

    // Of the record being applied
    Time now_{};
    json::Document document_;
};

}  // namespace tapedeck::kraken
