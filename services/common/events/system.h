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
    /// In the prefix of its records; 0 on tapes older than this field.
    std::uint32_t producer_id = 0;

    bool operator==(const ServiceStarted&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "service", &ServiceStarted::service),
            field(2, "producer_epoch", &ServiceStarted::producer_epoch),
            field(3, "build", &ServiceStarted::build),
            field(4, "resumed", &ServiceStarted::resumed),
            field(5, "configuration", &ServiceStarted::configuration),
            field(6, "producer_id", &ServiceStarted::producer_id));
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

/// The tape goes on under another id, because what came after `last_seq` may have lived twice:
/// client order ids are made of tape id and seq. First record of its frame. Every account must be
/// reconciled before it trades on.
struct TapeBranched {
    static constexpr std::uint16_t kType = 21;
    static constexpr std::string_view kName = "TapeBranched";
    std::uint64_t old_tape_id = 0;
    Seq last_seq;               ///< the last record that both tapes share
    std::string last_hash;      ///< 32 bytes: the chain up to last_seq
    std::uint64_t tape_id = 0;  ///< from here on
    std::string reason;

    bool operator==(const TapeBranched&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "old_tape_id", &TapeBranched::old_tape_id),
            field(2, "last_seq", &TapeBranched::last_seq),
            field(3, "last_hash", &TapeBranched::last_hash),
            field(4, "tape_id", &TapeBranched::tape_id),
            field(5, "reason", &TapeBranched::reason));
    }
};

/// The wall clock was stepped, or drifts: the tape's time goes on undisturbed.
struct ClockJumped {
    static constexpr std::uint16_t kType = 22;
    static constexpr std::string_view kName = "ClockJumped";
    Duration delta{};  ///< wall clock less the tape's time

    bool operator==(const ClockJumped&) const = default;

    static constexpr auto fields() { return std::tuple(field(1, "delta_ns", &ClockJumped::delta)); }
};

/// Every decider saves its state right after this record.
struct SnapshotRequested {
    static constexpr std::uint16_t kType = 23;
    static constexpr std::string_view kName = "SnapshotRequested";
    std::uint64_t number = 0;  ///< 1, 2, 3 … over the life of a tape

    bool operator==(const SnapshotRequested&) const = default;

    static constexpr auto fields() {
        return std::tuple(field(1, "number", &SnapshotRequested::number));
    }
};

/// A decider's state is kept: its hash is the truth, its bytes are a cache.
struct SnapshotTaken {
    static constexpr std::uint16_t kType = 24;
    static constexpr std::string_view kName = "SnapshotTaken";
    std::string service;
    Seq at_seq;                ///< of the SnapshotRequested: the state after it
    std::string state_hash;    ///< SHA-256 of the canonical state
    std::uint32_t format = 0;  ///< of the state's bytes
    std::string build;
    std::uint64_t size = 0;  ///< bytes of the canonical state

    bool operator==(const SnapshotTaken&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "service", &SnapshotTaken::service),
            field(2, "at_seq", &SnapshotTaken::at_seq),
            field(3, "state_hash", &SnapshotTaken::state_hash),
            field(4, "format", &SnapshotTaken::format),
            field(5, "build", &SnapshotTaken::build),
            field(6, "size", &SnapshotTaken::size));
    }
};

/// How much room the tape has.
enum class StorageLevel {
    Enough = 1,
    Warn = 2,  ///< below two segments
    Stop = 3,  ///< below one: no market data is recorded, no new risk is taken
};

constexpr auto enum_names(StorageLevel) {
    return std::array<EnumName<StorageLevel>, 3>{
        {{StorageLevel::Enough, "enough"},
         {StorageLevel::Warn, "warn"},
         {StorageLevel::Stop, "stop"}}};
}

/// The room left for the tape has passed a limit, downward or upward.
struct StorageLow {
    static constexpr std::uint16_t kType = 25;
    static constexpr std::string_view kName = "StorageLow";
    StorageLevel level = StorageLevel::Enough;
    std::uint64_t free_bytes = 0;

    bool operator==(const StorageLow&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "level", &StorageLow::level), field(2, "free_bytes", &StorageLow::free_bytes));
    }
};

/// A producer has fallen behind the tape's end by more than the limit.
struct ServiceLagging {
    static constexpr std::uint16_t kType = 26;
    static constexpr std::string_view kName = "ServiceLagging";
    std::string service;
    std::uint64_t behind_records = 0;
    Duration behind{};  ///< age of the oldest record that it has not decided on

    bool operator==(const ServiceLagging&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "service", &ServiceLagging::service),
            field(2, "behind_records", &ServiceLagging::behind_records),
            field(3, "behind_ns", &ServiceLagging::behind));
    }
};

/// It is within the limit again.
struct ServiceCaughtUp {
    static constexpr std::uint16_t kType = 27;
    static constexpr std::string_view kName = "ServiceCaughtUp";
    std::string service;

    bool operator==(const ServiceCaughtUp&) const = default;

    static constexpr auto fields() {
        return std::tuple(field(1, "service", &ServiceCaughtUp::service));
    }
};

/// A part of the tape is closed for ever.
struct SegmentSealed {
    static constexpr std::uint16_t kType = 28;
    static constexpr std::string_view kName = "SegmentSealed";
    Seq first_seq;
    Seq last_seq;
    std::string last_hash;      ///< 32 bytes: the chain up to last_seq
    std::string merkle_root;    ///< 32 bytes, over the frames' hashes (RFC 6962)
    std::string manifest_hash;  ///< 32 bytes; each manifest names the one before

    bool operator==(const SegmentSealed&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "first_seq", &SegmentSealed::first_seq),
            field(2, "last_seq", &SegmentSealed::last_seq),
            field(3, "last_hash", &SegmentSealed::last_hash),
            field(4, "merkle_root", &SegmentSealed::merkle_root),
            field(5, "manifest_hash", &SegmentSealed::manifest_hash));
    }
};

/// A segment has gone by retention; what is not market data was kept in the ledger.
struct SegmentRetired {
    static constexpr std::uint16_t kType = 29;
    static constexpr std::string_view kName = "SegmentRetired";
    Seq first_seq;
    Seq last_seq;
    std::uint64_t kept_records = 0;

    bool operator==(const SegmentRetired&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "first_seq", &SegmentRetired::first_seq),
            field(2, "last_seq", &SegmentRetired::last_seq),
            field(3, "kept_records", &SegmentRetired::kept_records));
    }
};

/// Frames on the disk were read and proven against the chain, as is done once a day.
struct TapeChecked {
    static constexpr std::uint16_t kType = 30;
    static constexpr std::string_view kName = "TapeChecked";
    Seq first_seq;
    Seq last_seq;
    std::string problem;  ///< "" = intact

    bool operator==(const TapeChecked&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "first_seq", &TapeChecked::first_seq),
            field(2, "last_seq", &TapeChecked::last_seq),
            field(3, "problem", &TapeChecked::problem));
    }
};

/// Proof failed: a decision computed again from the tape is not the one that is recorded.
struct DecisionDiverged {
    static constexpr std::uint16_t kType = 31;
    static constexpr std::string_view kName = "DecisionDiverged";
    std::string service;
    Seq cause;             ///< the input decided on
    Seq recorded_seq;      ///< the first recorded output that differs; 0 = there is none
    std::string expected;  ///< as computed again; "" = nothing
    std::string recorded;  ///< as on the tape; "" = nothing

    bool operator==(const DecisionDiverged&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "service", &DecisionDiverged::service),
            field(2, "cause_seq", &DecisionDiverged::cause),
            field(3, "recorded_seq", &DecisionDiverged::recorded_seq),
            field(4, "expected", &DecisionDiverged::expected),
            field(5, "recorded", &DecisionDiverged::recorded));
    }
};

}  // namespace tapedeck
