#include "research/whatif/run_sheet.h"

#include "base/overloaded.h"

namespace tapedeck::research {

void RunSheet::apply(const Recorded& recorded, bool is_simulated) {
    portfolio_.apply(recorded);
    recorded.event.visit(overloaded{
        [&](const DecisionMade& decision) { counts_.evaluations += decision.count; },
        [&](const TargetSet&) { ++counts_.targets; },
        [&](const OrderApproved&) { ++counts_.approvals; },
        [&](const OrderDenied& denied) {
            ++counts_.denials;
            ++counts_.denials_by_rule[std::string(to_string(denied.code))];
        },
        [&](const OrderIntended&) { ++counts_.orders; },
        [&](const OrderCancelRequested&) { ++counts_.cancels; },
        [&](const OrderFilled& fill) {
            ++counts_.fills;
            if (is_simulated) ++counts_.simulated_fills;
            counts_.fees[fill.fee_currency] += fill.fee;
        },
        [](const auto&) {}});
}

}  // namespace tapedeck::research
