#include "research/whatif/words.h"

#include "research/meaning.h"

namespace tapedeck::research {

std::optional<WordKind> kind_of_word(const Event& event) {
    switch (event.type()) {
        case TargetSet::kType: return WordKind::Target;
        case OrderApproved::kType:
        case OrderDenied::kType: return WordKind::Verdict;
        case OrderIntended::kType: return WordKind::Order;
        default: return std::nullopt;
    }
}

std::string strategy_of(const Event& event) {
    return event.visit([](const auto& said) -> std::string {
        if constexpr (requires {
                          said.strategy;
                          said.instrument;
                      }) {
            return said.strategy;
        } else if constexpr (requires { said.terms; }) {
            return said.terms.strategy;
        } else {
            return {};
        }
    });
}

Instrument instrument_of(const Event& event) {
    return event.visit([](const auto& said) -> Instrument {
        if constexpr (requires { said.instrument; }) {
            return said.instrument;
        } else if constexpr (requires { said.terms; }) {
            return said.terms.instrument;
        } else {
            return {};
        }
    });
}

std::string code_of(const DecisionMade& decision) {
    return std::string(to_string(decision.outcome)) + ' ' + decision.reason;
}

std::string code_of(const Event& event) {
    if (const auto* decision = event.as<DecisionMade>()) return code_of(*decision);
    if (const auto* target = event.as<TargetSet>()) {
        return "target " + target->exposure.to_string();
    }
    if (const auto* approved = event.as<OrderApproved>()) {
        return "approved " + std::string(to_string(approved->terms.purpose));
    }
    if (const auto* denied = event.as<OrderDenied>()) {
        return "denied " + std::string(to_string(denied->code));
    }
    if (const auto* intended = event.as<OrderIntended>()) {
        return "order " + std::string(to_string(intended->terms.side)) + ' ' +
               std::string(to_string(intended->terms.purpose));
    }
    return std::string(event.name());
}

std::string essence_of(const Event& event) {
    Event essence = event;
    if (auto* approved = essence.as<OrderApproved>()) {
        approved->reserved = {};
        approved->sizing = {};
        approved->checks.clear();
    } else if (auto* denied = essence.as<OrderDenied>()) {
        denied->checks.clear();
        denied->reason.clear();
    }
    return meaning_of(essence).value_or("");
}

}  // namespace tapedeck::research
