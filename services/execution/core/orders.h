#pragma once

#include "base/settings.h"
#include "events/decider.h"
#include "execution/core/fill_ledger.h"
#include "execution/core/order.h"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::execution {

/// The section [execution].
std::vector<SettingsSection> settings();

/// An approval of risk that is neither intended nor dropped.
struct Approval {
    OrderTerms terms;

    template <class A>
    void archive(A& a) {
        a(terms);
    }
};

/// The order manager: turns approvals into intents, and keeps every order's life until its end is
/// known. At most one live order per intent; a silence is never taken for an answer.
///
/// Start reading at settle() in orders_decide.cpp: all that it says it says by level, from state
/// and from what is in flight, so that a restart needs no rules of its own but one (an intent that
/// had no answer is Unknown). What it believes is in orders_apply.cpp, when something falls due in
/// orders_due.cpp, the life of one order in order_state.h.
class Orders final : public Decider {
public:
    static constexpr std::string_view kService = "execution.orders";

    /// How many ended orders are kept, for late fills, late proof of life, and the operator.
    static constexpr std::size_t kEndedKept = 256;

    Orders();

    void apply(const Recorded& recorded) override;
    void decide(const Recorded& recorded, Outbox& out) const override;
    void save(StateWriter& writer) const override;
    bool load(StateReader& reader) override;

    /// Orders whose end is not known or not settled, by intent.
    const std::map<Seq, Order>& open_orders() const { return open_; }

    /// The last kEndedKept orders that have ended, by intent.
    const std::map<Seq, Order>& ended_orders() const { return ended_; }

    /// Approvals that wait, for protective orders to be gone, by seq of the OrderApproved.
    const std::map<Seq, Approval>& waiting_approvals() const { return waiting_; }

    /// The order of this intent, open or ended; null if it is not remembered.
    const Order* find(Seq intent) const;

    /// Signed, as the fills make it; zero if flat.
    Quantity position_of(const PositionKey& key) const;

    bool is_killed() const { return killed_; }

    /// As UUID text. Needs the tape's TapeStarted.
    std::string client_order_id_of(Seq intent) const;

    template <class A>
    void archive(A& a) {
        a(tape_id_);
        a(answer_timeout_);
        a(arrival_window_);
        a(arrival_margin_);
        a(killed_);
        a(flattens_);
        a(cancel_all_);
        a(waiting_);
        a(open_);
        a(ended_);
        a(ending_);
        a(positions_);
        a(fills_);
    }

private:
    /// One decide(): when, why, and where to speak.
    struct Turn {
        Time now{};
        bool restarted = false;
        Outbox& out;
        std::vector<const Approval*> waiting;  ///< for other orders to be gone
    };

    // orders_decide.cpp: what is said
    void settle(Turn& turn) const;
    void speak_about(Seq approved, const Approval& approval, Turn& turn) const;
    void speak_about(const Order& order, const Turn& turn) const;
    void state_unknown(const Order& order, const Turn& turn) const;
    std::string_view drop_reason_of(const Approval& approval, Time now) const;
    std::string_view cancel_reason_of(const Order& order, const Turn& turn) const;
    bool must_wait(const OrderTerms& terms, const Outbox& out) const;
    Quantity closable(const OrderTerms& terms, const Outbox& out) const;
    bool is_exempt_from_kill(const OrderTerms& terms) const;

    // orders_due.cpp: when something falls due; Time::max() = never
    std::optional<OrderResolved> resolution_of(const Order& order) const;
    Time unknown_due(const Order& order) const;
    Time cancel_due(const Order& order) const;
    Time amend_due(const Order& order) const;
    Time query_due(const Order& order) const;
    Time request_doubt(const VenueRequest& request) const;
    Time window_end(const Order& order) const;
    Time next_due() const;

    // orders_apply.cpp: what is believed
    void configure(const Settings& settings);
    struct Belief;
    void intended(const OrderIntended& event, const Recorded& recorded);
    void filled(const OrderFilled& event, const Recorded& recorded);
    void reduce_siblings(const Order& order, Quantity quantity);
    void accepted(Order& order, const OrderAccepted& event, const Recorded& recorded);
    void ended(Order& order, OrderEvent event, Quantity venue_filled, const Recorded& recorded);
    void lost(Order& order, const Recorded& recorded);
    void resolved(Order& order, const OrderResolved& event, const Recorded& recorded);
    void reported(Order& order, const OrderStatusReported& event, const Recorded& recorded);
    void queried(Order& order, Time at);
    void amended(Order& order, const OrderAmended& event, const Recorded& recorded);
    void move(Order& order, OrderEvent event, Time at);
    void refile(Seq intent);
    void cancel_open_orders(std::string_view reason);
    Order* known(Seq intent);

    // Configuration
    Duration answer_timeout_{};
    Duration arrival_window_{};
    Duration arrival_margin_{};

    // State
    std::uint64_t tape_id_ = 0;
    bool killed_ = false;
    bool flattens_ = false;  // the kill lets emergency exits through
    Seq cancel_all_;         // the last CancelOrdered for all: intents decided before it go as well
    std::map<Seq, Approval> waiting_;
    std::map<Seq, Order> open_;
    std::map<Seq, Order> ended_;
    std::deque<Seq> ending_;                     // of ended_, oldest end first
    std::map<PositionKey, Quantity> positions_;  // without the flat ones
    FillLedger fills_;

    // Derived
    Time next_due_ = Time::max();
    Seq touched_;  // the last record that changed anything here
};

}  // namespace tapedeck::execution
