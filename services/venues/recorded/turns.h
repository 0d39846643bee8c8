#pragma once

#include "base/time.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tapedeck::recorded {

/// Several sources in the order of time: whose row is next. The earliest is first; of equal times
/// the source of the lowest number.
class Turns {
public:
    bool empty() const { return heap_.empty(); }

    /// Of the first; there must be one.
    Time time() const { return heap_.front().time; }

    std::size_t source() const { return heap_.front().source; }

    void push(Time time, std::size_t source) {
        heap_.push_back({time, source});
        std::push_heap(heap_.begin(), heap_.end());
    }

    void pop() {
        std::pop_heap(heap_.begin(), heap_.end());
        heap_.pop_back();
    }

private:
    struct Turn {
        Time time{};
        std::size_t source = 0;

        friend bool operator<(const Turn& a, const Turn& b) {
            return a.time != b.time ? a.time > b.time : a.source > b.source;
        }
    };

    std::vector<Turn> heap_;
};

}  // namespace tapedeck::recorded
