#pragma once

#include "events/event.h"
#include "events/state.h"

#include <deque>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace tapedeck::execution {

/// What makes a fill the same fill. The side is part of it, because venues reuse a trade id for
/// both halves when a position flips.
struct FillKey {
    std::string account;
    Instrument instrument;
    std::string trade_id;
    Side side = Side::Buy;

    static FillKey of(const OrderFilled& fill) {
        return {fill.account, fill.instrument, fill.trade_id, fill.side};
    }

    friend bool operator==(const FillKey&, const FillKey&) = default;
    friend auto operator<=>(const FillKey&, const FillKey&) = default;

    template <class A>
    void archive(A& a) {
        a(account);
        a(instrument);
        a(trade_id);
        a(side);
    }
};

/// Tells a new fill from one that was seen. Remembers every fill of an order that is open, and the
/// newest kRecent fills of orders that have ended or that nobody knows. A venue that repeats a fill
/// later than that would be believed twice; reconciliation reads back over hours, not over 10,000
/// fills.
class FillLedger {
public:
    static constexpr std::size_t kRecent = 10'000;

    /// Follows the lives of orders; for fills, says whether this one is new.
    /// Call once for every record.
    bool fold(const Recorded& recorded);

    template <class A>
    void archive(A& a) {
        a(open_);
        a(recent_);
        if constexpr (std::is_same_v<A, StateReader>) derive();
    }

private:
    struct Open {
        Quantity quantity;
        Quantity filled;
        std::vector<FillKey> keys;

        template <class A>
        void archive(A& a) {
            a(quantity);
            a(filled);
            a(keys);
        }
    };

    bool fold_fill(const OrderFilled& fill);
    void close(Seq intent);
    void age(FillKey key);
    void derive();

    std::map<Seq, Open> open_;
    std::deque<FillKey> recent_;  // oldest first
    std::set<FillKey> keys_;      // derived: all of both
};

}  // namespace tapedeck::execution
