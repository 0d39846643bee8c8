#include "strategy/core/kind.h"

namespace tapedeck::strategy {

// One line per kind, by name. `name` is kinds/<name>.cpp, which defines `Kind <name>_kind()`.
#define TAPEDECK_STRATEGY_KINDS(KIND) \
    KIND(bollinger)                   \
    KIND(cipher_a)                    \
    KIND(cipher_b)                    \
    KIND(macd)                        \
    KIND(rsi)                         \
    KIND(vote)

#define DECLARE(name) Kind name##_kind();
TAPEDECK_STRATEGY_KINDS(DECLARE)
#undef DECLARE

const std::vector<Kind>& registered_kinds() {
#define CALL(name) name##_kind(),
    static const std::vector<Kind> kKinds = {TAPEDECK_STRATEGY_KINDS(CALL)};
#undef CALL
    return kKinds;
}

const std::vector<Reason>& common_reasons() {
    using namespace reasons;
    static const std::vector<Reason> kAll = {
        kWarmingUp,
        kCandleInvalid,
        kReadingNotFinite,
        kCandleIncomplete,
        kCandleTooOld,
        kCooldownRunning,
        kSignalSpent,
        kRestarted,
        kStrategyStopped,
        kStrategyRemoved,
        kStrategyFailed};
    return kAll;
}

std::string_view literal_of(const Kind& kind, std::string_view text) {
    for (const auto* list : {&kind.reasons, &common_reasons()}) {
        for (const Reason& reason : *list) {
            if (reason.code == text) return reason.code;
        }
    }
    for (const std::string_view name : kind.readings) {
        if (name == text) return name;
    }
    using namespace reading_names;
    for (const std::string_view name : {kClose, kAtr, kNearestMiss}) {
        if (name == text) return name;
    }
    return {};
}

}  // namespace tapedeck::strategy
