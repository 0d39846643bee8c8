#pragma once

#include "events/types.h"

#include <string>
#include <vector>

namespace tapedeck {

/// The first record of a tape.
struct TapeStarted {
    static constexpr std::uint16_t kType = 16;
    static constexpr std::string_view kName = "TapeStarted";
    std::uint64_t tape_id = 0;  ///< 48 random bits
    std::string profile;        ///< demo, paper, live; a tape of one is refused by another
    std::uint32_t format = 1;

    bool operator==(const TapeStarted&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "tape_id", &TapeStarted::tape_id),
            field(2, "profile", &TapeStarted::profile),
            field(3, "format", &TapeStarted::format));
    }
};

/// The first record of each of the journal's epochs but the first.
struct JournalStarted {
    static constexpr std::uint16_t kType = 17;
    static constexpr std::string_view kName = "JournalStarted";
    std::uint32_t epoch = 0;
    Seq last_seq;           ///< of the epoch before; 0 on a new tape
    std::string last_hash;  ///< 32 bytes: the chain up to last_seq
    std::string build;

    bool operator==(const JournalStarted&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "epoch", &JournalStarted::epoch),
            field(2, "last_seq", &JournalStarted::last_seq),
            field(3, "last_hash", &JournalStarted::last_hash),
            field(4, "build", &JournalStarted::build));
    }
};

/// The time has reached `time`: the deciders' only timer. Nobody counts ticks, and any density of
/// them must give the same decisions.
struct ClockTicked {
    static constexpr std::uint16_t kType = 18;
    static constexpr std::string_view kName = "ClockTicked";
    Time time{};

    bool operator==(const ClockTicked&) const = default;

    static constexpr auto fields() { return std::tuple(field(1, "time_ns", &ClockTicked::time)); }
};

/// A producer said HELLO and was granted an epoch: nothing of its older instance can follow.
struct ServiceStarted {
    static constexpr std::uint16_t kType = 19;
    static constexpr std::string_view kName = "ServiceStarted";
    std::string service;  ///< the producer's name: "risk", "execution.orders"
    std::uint32_t producer_epoch = 0;
    std::string build;
    bool resumed =
        false;  ///< same build and configuration as before: undecided input is decided now
    std::vector<SettingValue> configuration;  ///< effective, sorted by key, without secrets

    bool operator==(const ServiceStarted&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "service", &ServiceStarted::service),
            field(2, "producer_epoch", &ServiceStarted::producer_epoch),
            field(3, "build", &ServiceStarted::build),
            field(4, "resumed", &ServiceStarted::resumed),
            field(5, "configuration", &ServiceStarted::configuration));
    }
};

/// A producer that was alive has said nothing for longer than the limit, or said BYE.
struct ServiceLost {
    static constexpr std::uint16_t kType = 20;
    static constexpr std::string_view kName = "ServiceLost";
    std::string service;
    std::uint32_t producer_epoch = 0;
    bool said_bye = false;

    bool operator==(const ServiceLost&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "service", &ServiceLost::service),
            field(2, "producer_epoch", &ServiceLost::producer_epoch),
            field(3, "said_bye", &ServiceLost::said_bye));
    }
};

}  // namespace tapedeck
