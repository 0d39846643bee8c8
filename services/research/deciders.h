#pragma once

#include "events/decider.h"

#include <memory>
#include <string>
#include <vector>

namespace tapedeck::research {

/// A decider of the stack, as its service's process runs it.
struct NamedDecider {
    std::string name;                   ///< of its producer: "risk", "execution.orders"
    std::vector<std::string> sections;  ///< of the configuration, that its service tells it
    std::unique_ptr<Decider> decider;
};

/// Every decider of the stack that speaks, new: strategy, risk, orders, portfolio, the books of
/// accounts at venues and the paper venue, in the order in which lockstep sorts what they say.
std::vector<NamedDecider> make_deciders();

}  // namespace tapedeck::research
