#pragma once

#include "venue-simulator/core/order.h"

#include <functional>
#include <map>
#include <vector>

namespace tapedeck::venue_simulator {

struct BookLevel {
    Decimal price{};
    Decimal quantity{};

    friend bool operator==(const BookLevel&, const BookLevel&) = default;
};

/// Who waits at which price, in order of arrival. Knows keys and sums; the orders are elsewhere.
class Book {
public:
    struct Entry {
        OrderKey key = 0;
        Decimal quantity{};
    };

    /// At the back of its level.
    void add(Side side, Decimal price, Entry entry);
    void remove(Side side, Decimal price, OrderKey key);
    /// In its place.
    void resize(Side side, Decimal price, OrderKey key, Decimal quantity);

    /// Best first, at most `depth`.
    std::vector<BookLevel> levels(Side side, std::size_t depth) const;
    /// Those who would be hit first, best first; null if nobody waits.
    const Entry* front(Side side) const;
    std::optional<Decimal> best(Side side) const;

    /// All entries of a side in the order in which they are hit.
    template <class Visit>
    void for_each(Side side, Visit&& visit) const {
        const auto walk = [&](const auto& levels) {
            for (const auto& [price, queue] : levels) {
                for (const auto& entry : queue) {
                    if (!visit(price, entry)) return;
                }
            }
        };
        side == Side::Buy ? walk(bids_) : walk(asks_);
    }

private:
    using Queue = std::vector<Entry>;

    template <class Change>
    void change(Side side, Decimal price, OrderKey key, Change&& change);

    std::map<Decimal, Queue, std::greater<>> bids_;
    std::map<Decimal, Queue> asks_;
};

}  // namespace tapedeck::venue_simulator
