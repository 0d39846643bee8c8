#pragma once

#include "events/decider.h"
#include "execution/core/orders.h"
#include "execution/core/portfolio.h"
#include "risk/core/risk.h"
#include "strategy/core/strategies.h"
#include "tape/host.h"
#include "venues/paper/paper.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::bench {

/// The stack's five deciders, taken through a tape as their hosts would: each believes a record,
/// then decides on it, and sees what it has said and not read back.
class Ensemble {
public:
    /// What one of them said.
    struct Said {
        std::uint32_t producer = 0;
        Seq cause;
        Event event;
    };

    /// One of the five.
    struct Member {
        std::string name;
        std::uint32_t producer = 0;
        Decider* decider = nullptr;
        tape::InFlightQueue in_flight;
    };

    Ensemble();
    Ensemble(const Ensemble&) = delete;
    Ensemble& operator=(const Ensemble&) = delete;

    /// In the order in which they speak; producers are 1, 2, 3 …
    std::vector<Member>& members() { return members_; }

    /// The next record goes through all; what they say is added to `said`.
    void take(const Recorded& recorded, std::deque<Said>& said);

    /// Through one of them; what it says stays in the outbox.
    static void take(Member& member, const Recorded& recorded, Outbox& out);

private:
    strategy::Strategies strategies_;
    risk::Risk risk_;
    execution::Orders orders_;
    execution::Portfolio portfolio_;
    paper::PaperVenue venue_;
    std::vector<Member> members_;
};

}  // namespace tapedeck::bench
