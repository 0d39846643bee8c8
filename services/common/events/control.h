#pragma once

#include "base/instrument.h"
#include "events/types.h"

#include <string>
#include <vector>

namespace tapedeck {

/// What a pause is about.
enum class Scope { All = 1, Strategy = 2, Instrument = 3, Venue = 4 };

constexpr auto enum_names(Scope) {
    return std::array<EnumName<Scope>, 4>{
        {{Scope::All, "all"},
         {Scope::Strategy, "strategy"},
         {Scope::Instrument, "instrument"},
         {Scope::Venue, "venue"}}};
}

/// Who asked, why, and a key under which a repeated request is the same request.
struct Request {
    std::string by;
    std::string reason;
    std::string idempotency_key;

    bool operator==(const Request&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "by", &Request::by),
            field(2, "reason", &Request::reason),
            field(3, "idempotency_key", &Request::idempotency_key));
    }
};

/// Strategies run on; risk refuses entries and increases in this scope. Entry orders are canceled
/// unless kept.
struct TradingPaused {
    static constexpr std::uint16_t kType = 150;
    static constexpr std::string_view kName = "TradingPaused";
    Scope scope = Scope::All;
    std::string name;  ///< of the strategy, instrument or venue
    bool keep_orders = false;
    Request request;

    bool operator==(const TradingPaused&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "scope", &TradingPaused::scope),
            field(2, "name", &TradingPaused::name),
            field(3, "keep_orders", &TradingPaused::keep_orders),
            field(4, "request", &TradingPaused::request));
    }
};

/// Lifts the pause of exactly this scope; of Scope::All, emergency stops as well.
struct TradingResumed {
    static constexpr std::uint16_t kType = 151;
    static constexpr std::string_view kName = "TradingResumed";
    Scope scope = Scope::All;
    std::string name;
    Request request;

    bool operator==(const TradingResumed&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "scope", &TradingResumed::scope),
            field(2, "name", &TradingResumed::name),
            field(3, "request", &TradingResumed::request));
    }
};

/// Cancel one order, or all of them. Positions stay.
struct CancelOrdered {
    static constexpr std::uint16_t kType = 152;
    static constexpr std::string_view kName = "CancelOrdered";
    Seq intent;  ///< 0 = all
    Request request;

    bool operator==(const CancelOrdered&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &CancelOrdered::intent),
            field(2, "request", &CancelOrdered::request));
    }
};

/// Close positions by reduce-only market orders; implies a pause of the same scope that stays.
struct FlattenOrdered {
    static constexpr std::uint16_t kType = 153;
    static constexpr std::string_view kName = "FlattenOrdered";
    Instrument instrument;  ///< empty = all
    Request request;

    bool operator==(const FlattenOrdered&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "instrument", &FlattenOrdered::instrument),
            field(2, "request", &FlattenOrdered::request));
    }
};

/// Risk and execution latch, each by itself: no new orders, all open ones canceled. Positions are
/// kept unless `flatten`.
struct KillEngaged {
    static constexpr std::uint16_t kType = 154;
    static constexpr std::string_view kName = "KillEngaged";
    bool flatten = false;
    Request request;

    bool operator==(const KillEngaged&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "flatten", &KillEngaged::flatten), field(2, "request", &KillEngaged::request));
    }
};

/// The operator lifts the kill; what was canceled stays canceled.
struct KillReleased {
    static constexpr std::uint16_t kType = 155;
    static constexpr std::string_view kName = "KillReleased";
    Request request;

    bool operator==(const KillReleased&) const = default;

    static constexpr auto fields() {
        return std::tuple(field(1, "request", &KillReleased::request));
    }
};

/// The strategy is evaluated no more and wants to be flat: its last target is 0.
struct StrategyStopped {
    static constexpr std::uint16_t kType = 156;
    static constexpr std::string_view kName = "StrategyStopped";
    std::string strategy;
    Request request;

    bool operator==(const StrategyStopped&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "strategy", &StrategyStopped::strategy),
            field(2, "request", &StrategyStopped::request));
    }
};

/// The strategy is evaluated again. Its indicators have gone on all the time.
struct StrategyStarted {
    static constexpr std::uint16_t kType = 157;
    static constexpr std::string_view kName = "StrategyStarted";
    std::string strategy;
    Request request;

    bool operator==(const StrategyStarted&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "strategy", &StrategyStarted::strategy),
            field(2, "request", &StrategyStarted::request));
    }
};

/// The operator wants another stage of the roll-out: the next one, whose gates risk looks at, or
/// any lower one. Risk answers with StageChanged or StageRefused.
struct StageOrdered {
    static constexpr std::uint16_t kType = 158;
    static constexpr std::string_view kName = "StageOrdered";
    std::string stage;
    Request request;

    bool operator==(const StageOrdered&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "stage", &StageOrdered::stage), field(2, "request", &StageOrdered::request));
    }
};

/// Somebody has something to say about a record: an order, a fill, a denial. Nothing is decided by
/// it; the trade journal shows it.
struct NoteTaken {
    static constexpr std::uint16_t kType = 159;
    static constexpr std::string_view kName = "NoteTaken";
    Seq about;         ///< of an order its OrderIntended
    std::string text;  ///< "" if the tags say it all
    std::vector<std::string> tags;
    Request request;

    bool operator==(const NoteTaken&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "about_seq", &NoteTaken::about),
            field(2, "text", &NoteTaken::text),
            field(3, "tags", &NoteTaken::tags),
            field(4, "request", &NoteTaken::request));
    }
};

}  // namespace tapedeck
