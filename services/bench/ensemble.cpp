#include "bench/ensemble.h"

namespace tapedeck::bench {

Ensemble::Ensemble() {
    const std::pair<std::string, Decider*> all[] = {
        {"strategy", &strategies_},
        {"risk", &risk_},
        {"execution.orders", &orders_},
        {"execution.portfolio", &portfolio_},
        {"execution.paper", &venue_}};
    for (const auto& [name, decider] : all) {
        members_.push_back({name, static_cast<std::uint32_t>(members_.size()) + 1, decider, {}});
    }
}

void Ensemble::take(Member& member, const Recorded& recorded, Outbox& out) {
    member.decider->apply(recorded);
    member.decider->decide(recorded, out);
}

void Ensemble::take(const Recorded& recorded, std::deque<Said>& said) {
    for (auto& member : members_) {
        if (recorded.producer == member.producer) member.in_flight.settle_one();
        Outbox out(member.in_flight.all());
        take(member, recorded, out);
        if (out.events().empty()) continue;
        member.in_flight.add(recorded.seq, out.events());
        for (auto& event : out.take()) {
            said.push_back({member.producer, recorded.seq, std::move(event)});
        }
    }
}

}  // namespace tapedeck::bench
