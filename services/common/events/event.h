#pragma once

#include "base/seq.h"
#include "base/settings.h"
#include "base/time.h"
#include "events/account.h"
#include "events/control.h"
#include "events/decision.h"
#include "events/market.h"
#include "events/order.h"
#include "events/risk.h"
#include "events/system.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tapedeck {

/// Every event there is. A new one goes here, into its header and into proto/tapedeck/v1; the test
/// of the vocabulary says what is missing.
using AnyEvent = std::variant<
    TapeStarted,
    JournalStarted,
    ClockTicked,
    ServiceStarted,
    ServiceLost,
    TapeBranched,
    ClockJumped,
    SnapshotRequested,
    SnapshotTaken,
    StorageLow,
    ServiceLagging,
    ServiceCaughtUp,
    SegmentSealed,
    SegmentRetired,
    TapeChecked,
    DecisionDiverged,
    //
    InstrumentListed,
    TradePrinted,
    QuoteChanged,
    CandleClosed,
    MarketDataGap,
    FeedStale,
    FeedRestored,
    MarketDataRejected,
    FeedStarted,
    FeedEnded,
    //
    DecisionMade,
    TargetSet,
    StrategyStateChanged,
    //
    OrderApproved,
    OrderDenied,
    CancelApproved,
    AmendApproved,
    EmergencyStopTripped,
    EmergencyStopReleased,
    StageChanged,
    StageRefused,
    //
    OrderIntended,
    OrderDropped,
    OrderSent,
    OrderAccepted,
    OrderFilled,
    OrderCanceled,
    OrderExpired,
    OrderRejected,
    OrderUnknown,
    OrderResolved,
    OrderQueryRequested,
    OrderStatusReported,
    OrderCancelRequested,
    OrderCancelRejected,
    OrderAmendRequested,
    OrderAmended,
    OrderAmendRejected,
    //
    CashDeposited,
    PositionChanged,
    VenueMessageReceived,
    VenueRequestFailed,
    AccountLinkChanged,
    ReconciliationCompleted,
    DiscrepancyFound,
    ExternalOrderFound,
    //
    TradingPaused,
    TradingResumed,
    CancelOrdered,
    FlattenOrdered,
    KillEngaged,
    KillReleased,
    StrategyStopped,
    StrategyStarted,
    StageOrdered,
    NoteTaken>;

template <class T, class Variant>
struct is_alternative : std::false_type {};

template <class T, class... Ts>
struct is_alternative<T, std::variant<Ts...>> : std::disjunction<std::is_same<T, Ts>...> {};

template <class T>
concept AnEvent = is_alternative<std::remove_cvref_t<T>, AnyEvent>::value;

/// One event of any kind. A wall around the variant: its copies and moves are compiled once, in
/// event.cpp, not in every file that handles events.
class Event {
public:
    Event();
    Event(const Event&);
    Event(Event&&) noexcept;
    Event& operator=(const Event&);
    Event& operator=(Event&&) noexcept;
    ~Event();

    template <AnEvent T>
    Event(T&& event)  // NOLINT: implicit on purpose
        : any_(std::in_place_type<std::remove_cvref_t<T>>, std::forward<T>(event)) {}

    /// The event as a T, or null.
    template <AnEvent T>
    const T* as() const {
        return std::get_if<T>(&any_);
    }

    template <AnEvent T>
    T* as() {
        return std::get_if<T>(&any_);
    }

    template <class Visitor>
    decltype(auto) visit(Visitor&& visitor) const {
        return std::visit(std::forward<Visitor>(visitor), any_);
    }

    /// Makes it a T with default values, reusing what is there, and returns it to be filled.
    template <AnEvent T>
    T& emplace() {
        return any_.emplace<T>();
    }

    /// The type of its record prefix: the field number in Envelope's oneof.
    std::uint16_t type() const;
    std::string_view name() const;

    friend bool operator==(const Event&, const Event&);

private:
    AnyEvent any_;
};

/// A record of the tape, decoded.
struct Recorded {
    Seq seq;
    Time recorded_at{};  ///< the journal's, strictly increasing: the only time that deciders read
    std::uint32_t producer = 0;
    std::uint64_t number = 0;  ///< the producer's own
    Seq cause;                 ///< 0 for a fact from outside
    Time happened_at{};        ///< at its origin; 0 = not told
    Time received_at{};        ///< by the source; 0 = not told
    std::string source_key;    ///< identity of the fact at its origin; "" for deciders
    Event event;
};

/// True for the ServiceStarted of the service of this name.
inline bool is_start_of(std::string_view service, const Recorded& recorded) {
    const auto* started = recorded.event.as<ServiceStarted>();
    return started != nullptr && started->service == service;
}

/// The configuration that a service started with, as its decider reads it.
inline Settings configuration_of(const ServiceStarted& started) {
    Settings settings;
    for (const auto& entry : started.configuration) settings.set(entry.key, entry.value);
    return settings;
}

}  // namespace tapedeck
