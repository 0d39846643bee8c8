#include "execution/core/order_state.h"

#include <gtest/gtest.h>

namespace tapedeck::execution {
namespace {

using S = OrderState;
using E = OrderEvent;

struct Step {
    S from;
    E event;
    S to;
};

// Every pair, one line each, written down apart from the table it holds against.
constexpr Step kSteps[] = {
    {S::Intended, E::Sent, S::Sent},
    {S::Intended, E::Accepted, S::Accepted},  // the stream may be faster than OrderSent
    {S::Intended, E::PartlyFilled, S::PartiallyFilled},
    {S::Intended, E::FullyFilled, S::Filled},
    {S::Intended, E::Canceled, S::Canceled},
    {S::Intended, E::Expired, S::Expired},
    {S::Intended, E::Rejected, S::Rejected},
    {S::Intended, E::Lost, S::Unknown},
    {S::Sent, E::Sent, S::Sent},
    {S::Sent, E::Accepted, S::Accepted},
    {S::Sent, E::PartlyFilled, S::PartiallyFilled},
    {S::Sent, E::FullyFilled, S::Filled},
    {S::Sent, E::Canceled, S::Canceled},
    {S::Sent, E::Expired, S::Expired},
    {S::Sent, E::Rejected, S::Rejected},
    {S::Sent, E::Lost, S::Unknown},
    {S::Accepted, E::Sent, S::Accepted},
    {S::Accepted, E::Accepted, S::Accepted},
    {S::Accepted, E::PartlyFilled, S::PartiallyFilled},
    {S::Accepted, E::FullyFilled, S::Filled},
    {S::Accepted, E::Canceled, S::Canceled},
    {S::Accepted, E::Expired, S::Expired},
    {S::Accepted, E::Rejected, S::Unknown},  // two proofs against each other
    {S::Accepted, E::Lost, S::Unknown},
    {S::PartiallyFilled, E::Sent, S::PartiallyFilled},
    {S::PartiallyFilled, E::Accepted, S::PartiallyFilled},
    {S::PartiallyFilled, E::PartlyFilled, S::PartiallyFilled},
    {S::PartiallyFilled, E::FullyFilled, S::Filled},
    {S::PartiallyFilled, E::Canceled, S::Canceled},
    {S::PartiallyFilled, E::Expired, S::Expired},
    {S::PartiallyFilled, E::Rejected, S::Unknown},
    {S::PartiallyFilled, E::Lost, S::Unknown},
    {S::Filled, E::Sent, S::Filled},
    {S::Filled, E::Accepted, S::Filled},
    {S::Filled, E::PartlyFilled, S::Filled},
    {S::Filled, E::FullyFilled, S::Filled},
    {S::Filled, E::Canceled, S::Filled},
    {S::Filled, E::Expired, S::Filled},
    {S::Filled, E::Rejected, S::Filled},
    {S::Filled, E::Lost, S::Filled},
    {S::Canceled, E::Sent, S::Canceled},
    {S::Canceled, E::Accepted, S::Canceled},  // out of order
    {S::Canceled, E::PartlyFilled, S::Canceled},
    {S::Canceled, E::FullyFilled, S::Filled},
    {S::Canceled, E::Canceled, S::Canceled},
    {S::Canceled, E::Expired, S::Canceled},
    {S::Canceled, E::Rejected, S::Canceled},
    {S::Canceled, E::Lost, S::Canceled},
    {S::Expired, E::Sent, S::Expired},
    {S::Expired, E::Accepted, S::Expired},
    {S::Expired, E::PartlyFilled, S::Expired},
    {S::Expired, E::FullyFilled, S::Filled},
    {S::Expired, E::Canceled, S::Expired},
    {S::Expired, E::Expired, S::Expired},
    {S::Expired, E::Rejected, S::Expired},
    {S::Expired, E::Lost, S::Expired},
    {S::Rejected, E::Sent, S::Rejected},
    {S::Rejected, E::Accepted, S::Accepted},  // alive after all
    {S::Rejected, E::PartlyFilled, S::PartiallyFilled},
    {S::Rejected, E::FullyFilled, S::Filled},
    {S::Rejected, E::Canceled, S::Canceled},
    {S::Rejected, E::Expired, S::Expired},
    {S::Rejected, E::Rejected, S::Rejected},
    {S::Rejected, E::Lost, S::Rejected},
    {S::Unknown, E::Sent, S::Unknown},  // proof of nothing
    {S::Unknown, E::Accepted, S::Accepted},
    {S::Unknown, E::PartlyFilled, S::PartiallyFilled},
    {S::Unknown, E::FullyFilled, S::Filled},
    {S::Unknown, E::Canceled, S::Canceled},
    {S::Unknown, E::Expired, S::Expired},
    {S::Unknown, E::Rejected, S::Rejected},
    {S::Unknown, E::Lost, S::Unknown},
};

TEST(OrderStateTest, EveryStateAnswersEveryEvent) {
    for (const auto& [from, event, to] : kSteps) {
        EXPECT_EQ(to_string(next_state(from, event)), to_string(to))
            << to_string(from) << " + " << to_string(event);
    }
}

TEST(OrderStateTest, TheTableAboveIsComplete) {
    for (const auto& state : enum_names(S{})) {
        for (const auto& event : enum_names(E{})) {
            int found = 0;
            for (const auto& step : kSteps) {
                if (step.from == state.value && step.event == event.value) ++found;
            }
            EXPECT_EQ(found, 1) << state.name << " + " << event.name;
        }
    }
}

TEST(OrderStateTest, NoAnswerIsNeverAnEnd) {
    for (const auto& state : enum_names(S{})) {
        if (!is_end(state.value)) {
            EXPECT_EQ(next_state(state.value, E::Lost), S::Unknown) << state.name;
        }
    }
}

}  // namespace
}  // namespace tapedeck::execution
