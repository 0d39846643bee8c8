#include "hand.h"

#include "events/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace tapedeck::integration {

using namespace std::chrono_literals;

Hand::Hand(const Stack& stack, const std::string& name) {
    auto node = tape::Node::connect({.run_directory = stack.home() + "/run", .build = "test"});
    if (!node) {
        ADD_FAILURE() << node.error().message;
        return;
    }
    node_ = std::move(*node);
    producer_ = &node_->add_source(name, {});
    node_->on_record([this](const Recorded& recorded) {
        heard_.push_back(std::make_unique<Recorded>(recorded));
    });
}

void Hand::turn() {
    if (!node_) return;
    const auto stepped = node_->step(monotonic_now(), 10ms);
    if (stepped) return;
    ADD_FAILURE() << stepped.error().message;
    node_.reset();
}

bool Hand::wait_for(const std::function<bool()>& is_so, Duration patience) {
    const Duration deadline = monotonic_now() + patience;
    while (!is_so()) {
        if (!node_ || monotonic_now() > deadline) return false;
        turn();
    }
    return true;
}

const Recorded* Hand::find(Seq from, const Wanted& wanted, Duration patience) {
    std::size_t at = 0;
    const Recorded* found = nullptr;
    wait_for(
        [&] {
            for (; at < heard_.size() && found == nullptr; ++at) {
                if (heard_[at]->seq >= from && wanted(*heard_[at])) found = heard_[at].get();
            }
            return found != nullptr;
        },
        patience);
    return found;
}

std::vector<Seq> Hand::say(const std::vector<Event>& events) {
    std::vector<Seq> seqs;
    if (!wait_for([&] { return producer_->ready() && producer_->has_room(); })) {
        ADD_FAILURE() << "the journal does not welcome the test";
        return seqs;
    }
    std::vector<tape::Producer::Item> items;
    items.reserve(events.size());
    for (const auto& event : events) items.push_back({&event, {}});
    const std::uint64_t first = producer_->last_number() + 1;
    producer_->append({}, {}, items);
    const Seq from = last().next();
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto* found = find(from, [&](const Recorded& recorded) {
            return recorded.producer == producer_->id() && recorded.number == first + i;
        });
        if (found == nullptr) {
            ADD_FAILURE() << "what the test said did not come back";
            return seqs;
        }
        seqs.push_back(found->seq);
    }
    return seqs;
}

std::string Hand::story() const {
    static const std::set<std::string_view> kDull = {
        "CandleClosed",
        "TradePrinted",
        "QuoteChanged",
        "ClockTicked",
        "DecisionMade",
        "BookChanged"};
    // Of verdicts only those on what the test itself wanted: strategies are denied all the time.
    const auto is_dull = [&](const Recorded& recorded) {
        const auto* target = recorded.event.as<TargetSet>();
        if (target != nullptr) return !producer_ || recorded.producer != producer_->id();
        const auto* denied = recorded.event.as<OrderDenied>();
        if (denied != nullptr) return denied->strategy != "hand";
        return kDull.contains(recorded.event.name());
    };
    constexpr std::size_t kLineMax = 300;
    std::string text;
    for (const auto& recorded : heard_) {
        if (is_dull(*recorded)) continue;
        std::string line = std::to_string(recorded->seq.value) + " " +
                           to_string(recorded->recorded_at) + " " +
                           std::string(recorded->event.name()) + " " + to_json(recorded->event);
        if (line.size() > kLineMax) line.resize(kLineMax);
        text += "\n" + line;
    }
    return text;
}

Seq Hand::say(Event event) {
    std::vector<Event> events;
    events.push_back(std::move(event));
    const auto seqs = say(events);
    return seqs.empty() ? Seq{} : seqs.front();
}

}  // namespace tapedeck::integration
