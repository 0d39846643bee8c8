#pragma once

#include "base/seq.h"
#include "events/describe.h"
#include "events/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Bodies of Tape Protocol messages that are protobuf: proto/tapedeck/v1/protocol.proto.
namespace tapedeck::tape {

/// Who is here and what it has seen. On a submit socket it asks for an epoch as a producer; with an
/// empty name, on REPLAY, it merely asks where the tape stands.
struct Hello {
    std::string name;
    std::string instance;       ///< changes with every start of the process
    std::uint64_t tape_id = 0;  ///< the tape it followed; 0 = none yet
    std::string last_hash;      ///< chain hash at the last frame seen, "" = none
    std::string build;
    std::vector<SettingValue> configuration;
    std::uint32_t protocol_version = 1;
    bool decider = false;  ///< its outputs are a function of the tape

    Time clock_start{};  ///< of a feed that drives the tape's clock: when its data begins

    /// What it had written down of a tape before this start, on a disk of its own; 0 = nothing.
    std::uint64_t witness_tape_id = 0;
    Seq witness_seq;
    std::string witness_hash;  ///< the chain at witness_seq

    bool operator==(const Hello&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "name", &Hello::name),
            field(2, "instance", &Hello::instance),
            field(3, "tape_id", &Hello::tape_id),
            field(4, "last_hash", &Hello::last_hash),
            field(5, "build", &Hello::build),
            field(6, "configuration", &Hello::configuration),
            field(7, "protocol_version", &Hello::protocol_version),
            field(8, "decider", &Hello::decider),
            field(9, "clock_start_ns", &Hello::clock_start),
            field(10, "witness_tape_id", &Hello::witness_tape_id),
            field(11, "witness_seq", &Hello::witness_seq),
            field(12, "witness_hash", &Hello::witness_hash));
    }
};

/// How far one producer is, as the journal has heard.
struct ServiceStatus {
    std::string name;
    bool alive = false;
    std::uint64_t applied = 0;
    std::uint64_t decided = 0;
    std::uint32_t starts = 0;  ///< epochs granted over the life of the tape
    Duration behind{};         ///< age of the oldest record that it has not decided on
    bool lagging = false;      ///< so far behind that the tape says so

    bool operator==(const ServiceStatus&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "name", &ServiceStatus::name),
            field(2, "alive", &ServiceStatus::alive),
            field(3, "applied_seq", &ServiceStatus::applied),
            field(4, "decided_seq", &ServiceStatus::decided),
            field(5, "starts", &ServiceStatus::starts),
            field(6, "behind_ns", &ServiceStatus::behind),
            field(7, "lagging", &ServiceStatus::lagging));
    }
};

/// Where a snapshot was cut.
struct SnapshotSeq {
    Seq seq;

    bool operator==(const SnapshotSeq&) const = default;

    static constexpr auto fields() { return std::tuple(field(1, "at_seq", &SnapshotSeq::seq)); }
};

struct Welcome {
    std::string name;  ///< whom it answers
    std::uint64_t tape_id = 0;
    std::string last_hash;  ///< at the last frame
    std::string profile;    ///< demo, paper, live
    bool resumed = false;   ///< same build and configuration as this producer's last instance
    std::uint64_t started_seq =
        0;                         ///< of the ServiceStarted that this HELLO caused; 0 for a reader
    std::uint64_t last_cause = 0;  ///< cause of the producer's last record
    std::uint64_t last_own_seq = 0;  ///< seq of the producer's last record
    bool lockstep = false;           ///< the journal waits for every decider after each frame

    /// seq of the ServiceStarted since which build and configuration are unchanged: nothing before
    /// it may be decided.
    std::uint64_t fresh_seq = 0;
    std::vector<ServiceStatus> services;  ///< to a reader: everybody the journal knows

    /// Seqs of this producer's snapshots that fit its build and configuration, newest first.
    std::vector<SnapshotSeq> snapshots;
    std::string quarantine;  ///< why the journal takes no records; "" = it does

    bool operator==(const Welcome&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "name", &Welcome::name),
            field(2, "tape_id", &Welcome::tape_id),
            field(3, "last_hash", &Welcome::last_hash),
            field(4, "profile", &Welcome::profile),
            field(5, "resumed", &Welcome::resumed),
            field(6, "started_seq", &Welcome::started_seq),
            field(7, "last_cause", &Welcome::last_cause),
            field(8, "last_own_seq", &Welcome::last_own_seq),
            field(9, "lockstep", &Welcome::lockstep),
            field(10, "fresh_seq", &Welcome::fresh_seq),
            field(11, "services", &Welcome::services),
            field(12, "snapshots", &Welcome::snapshots),
            field(13, "quarantine", &Welcome::quarantine));
    }
};

}  // namespace tapedeck::tape
