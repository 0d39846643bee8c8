#pragma once

#include "events/order.h"

#include <deque>
#include <set>
#include <string>
#include <tuple>

namespace tapedeck::risk {

/// The fills that have been folded, so that a repeated one is folded once. Bounded: a venue repeats
/// what it said lately, after a reconnect or a reconciliation, and not what is thousands of fills
/// ago.
class Fills {
public:
    static constexpr std::size_t kRemembered = 4096;

    /// False if this very fill was noted before.
    bool note(const OrderFilled& filled) {
        Key key{filled.instrument, filled.trade_id, filled.side};
        if (!known_.insert(key).second) return false;
        in_order_.push_back(std::move(key));
        if (in_order_.size() > kRemembered) {
            known_.erase(in_order_.front());
            in_order_.pop_front();
        }
        return true;
    }

    template <class A>
    void archive(A& a) {
        a(in_order_);
        a(known_);
    }

private:
    struct Key {
        Instrument instrument;
        std::string trade_id;
        Side side = Side::Buy;

        friend bool operator==(const Key&, const Key&) = default;
        friend auto operator<=>(const Key&, const Key&) = default;

        template <class A>
        void archive(A& a) {
            a(instrument);
            a(trade_id);
            a(side);
        }
    };

    std::deque<Key> in_order_;
    std::set<Key> known_;
};

}  // namespace tapedeck::risk
