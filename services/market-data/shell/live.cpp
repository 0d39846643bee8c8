#include "market-data/shell/live.h"

#include <algorithm>
#include <vector>

namespace tapedeck::market_data {

namespace {

/// Records in one APPEND. Small groups: each fact stands for itself.
constexpr std::size_t kGroupMax = 200;

}  // namespace

bool send_waiting(LiveSession& session, tape::Producer& producer) {
    auto& waiting = session.waiting();
    while (!waiting.empty() && producer.has_room()) {
        const std::size_t count = std::min(waiting.size(), kGroupMax);
        std::vector<tape::Producer::Item> items;
        items.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            items.push_back({&waiting[i].event, waiting[i].origin});
        }
        producer.append({}, {}, items);
        waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return waiting.empty();
}

}  // namespace tapedeck::market_data
