#include "venue-simulator/core/book.h"

#include "base/verify.h"

#include <algorithm>

namespace tapedeck::venue_simulator {
namespace {

template <class Levels>
std::vector<BookLevel> top_of(const Levels& levels, std::size_t depth) {
    std::vector<BookLevel> result;
    for (const auto& [price, queue] : levels) {
        if (result.size() == depth) break;
        Decimal sum;
        for (const auto& entry : queue) sum = sum + entry.quantity;
        result.push_back({price, sum});
    }
    return result;
}

template <class Levels, class Change>
void change_in(Levels& levels, Decimal price, OrderKey key, Change&& change) {
    const auto level = levels.find(price);
    VERIFY(level != levels.end());
    auto& queue = level->second;
    const auto entry = std::find_if(
        queue.begin(), queue.end(), [&](const Book::Entry& other) { return other.key == key; });
    VERIFY(entry != queue.end());
    change(queue, entry);
    if (queue.empty()) levels.erase(level);
}

}  // namespace

template <class Change>
void Book::change(Side side, Decimal price, OrderKey key, Change&& change) {
    side == Side::Buy ? change_in(bids_, price, key, change) : change_in(asks_, price, key, change);
}

void Book::add(Side side, Decimal price, Entry entry) {
    (side == Side::Buy ? bids_[price] : asks_[price]).push_back(entry);
}

void Book::remove(Side side, Decimal price, OrderKey key) {
    change(side, price, key, [](Queue& queue, Queue::iterator entry) { queue.erase(entry); });
}

void Book::resize(Side side, Decimal price, OrderKey key, Decimal quantity) {
    VERIFY(quantity.is_positive());
    change(side, price, key, [&](Queue&, Queue::iterator entry) { entry->quantity = quantity; });
}

std::vector<BookLevel> Book::levels(Side side, std::size_t depth) const {
    return side == Side::Buy ? top_of(bids_, depth) : top_of(asks_, depth);
}

const Book::Entry* Book::front(Side side) const {
    if (side == Side::Buy) return bids_.empty() ? nullptr : &bids_.begin()->second.front();
    return asks_.empty() ? nullptr : &asks_.begin()->second.front();
}

std::optional<Decimal> Book::best(Side side) const {
    if (side == Side::Buy) {
        return bids_.empty() ? std::nullopt : std::optional(bids_.begin()->first);
    }
    return asks_.empty() ? std::nullopt : std::optional(asks_.begin()->first);
}

}  // namespace tapedeck::venue_simulator
