#pragma once

#include "events/decision.h"
#include "events/event.h"
#include "risk/core/arithmetic.h"
#include "risk/core/stages.h"

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tapedeck::risk {

/// Whose position in what. Ordered by instrument first: a price concerns neighbours.
struct Key {
    Instrument instrument;
    std::string strategy;

    friend bool operator==(const Key&, const Key&) = default;
    friend auto operator<=>(const Key&, const Key&) = default;

    template <class A>
    void archive(A& a) {
        a(instrument);
        a(strategy);
    }
};

/// Refusals in a row, and since when to wait. Each doubles the pause, up to 64 times.
struct Setback {
    /// Longer than the longest pause by default (64 × 5 s): what was refused before has rested
    /// since.
    static constexpr Duration kForgottenAfter = std::chrono::minutes(10);

    Time at{};
    std::uint32_t count = 0;

    void note(Time now) {
        count = now - at > kForgottenAfter ? 1 : count + 1;
        at = now;
    }

    bool holds(Time now, Duration pause) const {
        constexpr std::uint32_t kDoublingsMax = 6;
        if (count == 0) return false;
        return now - at < pause * (std::int64_t{1} << std::min(count - 1, kDoublingsMax));
    }

    template <class A>
    void archive(A& a) {
        a(at);
        a(count);
    }
};

/// An order from its approval to its end.
struct OpenOrder {
    OrderTerms terms;  ///< as approved, then as intended, then as amended
    Money reserved;    ///< the worst case of what is not filled yet
    Quantity filled;
    std::optional<Price> stop_price;         ///< of an entry: the plan for its position
    std::optional<Price> take_profit_price;  ///< likewise
    Seq intent;                              ///< 0 until intended: nothing to cancel or amend yet
    Time approved_at{};
    bool unknown = false;       ///< nobody knows what became of it; it counts in full
    bool cancel_asked = false;  ///< once is enough: execution sees it through
    bool amend_asked = false;
    Setback amending;

    Quantity remaining() const { return terms.quantity - filled; }

    bool is_entry() const { return terms.purpose == OrderPurpose::Entry; }

    bool is_exit() const {
        return terms.purpose == OrderPurpose::Exit || terms.purpose == OrderPurpose::Emergency;
    }

    bool is_protective() const { return !is_entry() && !is_exit(); }

    template <class A>
    void archive(A& a) {
        a(terms);
        a(reserved);
        a(filled);
        a(stop_price);
        a(take_profit_price);
        a(intent);
        a(approved_at);
        a(unknown);
        a(cancel_asked);
        a(amend_asked);
        a(amending);
    }
};

/// A strategy's latest target in an instrument: it stands until the next one.
struct Wanted {
    Seq seq;
    Time set_at{};
    TargetSet target;
    bool restated = false;  ///< the one before asked for the same exposure
    bool reverses = false;  ///< the other side is closed first; the entry has its own verdict

    template <class A>
    void archive(A& a) {
        a(seq);
        a(set_at);
        a(target);
        a(restated);
        a(reverses);
    }
};

/// The last approved entry: what a repeated intent is held against.
struct LastEntry {
    Time at{};
    Side side = Side::Buy;
    Quantity quantity;
    std::optional<Ratio> exposure;  ///< of its target, if that still stood

    template <class A>
    void archive(A& a) {
        a(at);
        a(side);
        a(quantity);
        a(exposure);
    }
};

/// One strategy's position in one instrument, its plan of protection and its standing target.
struct Holding {
    Quantity quantity;  ///< signed
    Money cost;         ///< signed, without fees
    std::optional<Price> stop_price;
    std::optional<Price> take_profit_price;
    Price best_price;  ///< since the entry, in the position's favour; 0 when flat
    Time closed_at{};  ///< when it last became flat; 0 = never
    std::optional<Wanted> wanted;
    std::optional<LastEntry> last_entry;
    Setback stopping;   ///< refused stops in a row
    Setback profiting;  ///< refused take-profits in a row
    Setback exiting;    ///< refused closes in a row

    bool is_long() const { return quantity.is_positive(); }

    Side closing_side() const { return is_long() ? Side::Sell : Side::Buy; }

    /// The standing target asks for no position, or for one on the other side.
    bool is_unwanted() const;

    template <class A>
    void archive(A& a) {
        a(quantity);
        a(cost);
        a(stop_price);
        a(take_profit_price);
        a(best_price);
        a(closed_at);
        a(wanted);
        a(last_entry);
        a(stopping);
        a(profiting);
        a(exiting);
    }
};

/// What is counted by UTC day, and the approvals of the recent past.
struct Tally {
    std::int64_t day = 0;
    std::int64_t entries = 0;  ///< approved entries: the day's trades
    std::int64_t orders = 0;   ///< approved orders of any purpose
    std::int64_t fills = 0;
    std::deque<Time> recent;  ///< approvals, newest last, at most `order_rate` of them

    void roll(Time now);
    void approve(bool is_entry, Time now, std::int64_t recent_max);
    std::int64_t approved_within(Duration window, Time now) const;

    template <class A>
    void archive(A& a) {
        a(day);
        a(entries);
        a(orders);
        a(fills);
        a(recent);
    }
};

/// An emergency stop that has not been released.
struct Trip {
    std::int64_t day = 0;  ///< UTC day on which it tripped
    bool flattens = false;
    bool release_asked = false;  ///< by an operator's resume

    template <class A>
    void archive(A& a) {
        a(day);
        a(flattens);
        a(release_asked);
    }
};

/// All the state that our own words change: orders, positions, counts, emergency stops. Small, and
/// copied to see what it will be when everything in flight has come back.
class Book {
public:
    std::map<Seq, OpenOrder> orders;  ///< by OrderApproved
    std::map<Key, Holding> holdings;
    std::map<Seq, Key> open_targets;  ///< without a verdict
    std::map<DenyCode, Trip> trips;
    Tally tally;
    StagePlace stage;
    std::int64_t positions = 0;  ///< holdings that are not flat

    /// Nothing that could call for a word from us: no position, order, target or stop.
    bool is_idle() const {
        return positions == 0 && orders.empty() && open_targets.empty() && trips.empty();
    }

    // Our own words, read back or still in flight.
    void approved(Seq seq, const OrderApproved& approved, Time now, std::int64_t recent_max);
    void denied(const OrderDenied& denied);
    void cancel_approved(const CancelApproved& approved);
    void amend_approved(const AmendApproved& approved);
    void tripped(const EmergencyStopTripped& tripped, Seq cause, Time now);
    void released(const EmergencyStopReleased& released);

    /// An operator lifts all emergency stops that there are now.
    void ask_release();

    // What others say.
    void target(Seq seq, const TargetSet& target, Time now);
    void intended(Seq seq, const OrderIntended& intended);
    void dropped(const OrderDropped& dropped, Time now);
    /// Returns false if the position is beyond all range and was left as it is.
    bool filled(const OrderFilled& filled, Time now);
    void amended(const OrderAmended& amended);
    void amend_rejected(Seq intent, Time now);
    void accepted(Seq intent);
    void unknown(Seq intent);
    /// The order is gone. `refused`: nobody asked for that, so pause before it is tried again.
    void ended(Seq intent, bool refused, Time now);
    /// The operator insists: what was refused so far is tried at once.
    void forget_failed_exits();
    void priced(const Instrument& instrument, Price price);

    /// By intent; null if it has ended or was never ours.
    OpenOrder* find(Seq intent);

    template <class A>
    void archive(A& a) {
        a(orders);
        a(holdings);
        a(open_targets);
        a(trips);
        a(tally);
        a(stage);
        a(positions);
    }

private:
    void end(std::map<Seq, OpenOrder>::iterator order, bool refused, Time now);
    bool move_position(Holding& holding, const OrderFilled& filled, Time now);
};

/// The orders of one strategy in one instrument, by what they are for.
struct OrdersOfKey {
    const OpenOrder* entry = nullptr;
    const OpenOrder* exit = nullptr;
    const OpenOrder* stop = nullptr;
    const OpenOrder* take_profit = nullptr;
};

OrdersOfKey orders_of(const Book& book, const Key& key);

}  // namespace tapedeck::risk
