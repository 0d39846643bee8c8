#pragma once

#include "base/expected.h"
#include "base/seq.h"
#include "base/time.h"
#include "events/event.h"
#include "ops/clock.h"
#include "tape/client.h"
#include "tape/format.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::cli {

/// A tape to read: of a running journal, or in a file that no journal has open.
class TapeSource {
public:
    struct Frame {
        tape::FrameHeader header;
        std::string_view records;
    };

    using Visit = std::function<Result<bool>(const Frame&)>;
    using Follow = std::function<Result<bool>(const Frame*)>;

    virtual ~TapeSource() = default;

    /// The frames that hold seqs from … to, until `visit` says false.
    virtual Result<> read(Seq from, Seq to, const Visit& visit) = 0;

    /// Frames after `from` as they come; null now and then. Until `visit` says false. A file gives
    /// what it has and ends: nothing can come, as no journal has it open.
    virtual Result<> follow(Seq from, const Follow& visit) = 0;

    /// The last seq, asked anew; 0 of an empty tape.
    virtual Result<Seq> end() = 0;

    /// Checks CRC, chain and hash of every frame from the first; `progress` hears the last good
    /// seq. Returns the last seq; the error names the first bad frame.
    virtual Result<Seq> verify(const std::function<void(Seq)>& progress) = 0;

    /// The connection to the journal; null for a file.
    virtual tape::Client* client() { return nullptr; }

    struct Facts {
        std::uint64_t tape_id = 0;
        std::string quarantine{};  ///< why the journal records nothing; "" = it does
        std::string profile;
        bool lockstep = false;
        std::vector<tape::ServiceStatus> services;  ///< alive and lag: of a running journal only
        std::map<std::uint32_t, std::string> producers;
        std::string where;  ///< the file, or the run directory
    };

    /// What is known of the tape besides its records, asked anew of a running journal.
    virtual Result<Facts> facts() = 0;

    bool is_live() { return client() != nullptr; }

    // What follows is the same for both.

    /// Which records are decoded: null = all.
    using Wanted = std::function<bool(std::uint16_t type)>;

    /// Records from … to that are wanted, decoded, until `visit` says false. Types of a newer build
    /// are passed over.
    Result<> records(
        Seq from, Seq to, const Wanted& wanted, const std::function<bool(const Recorded&)>& visit);

    /// One record. Exit 3 when the tape has none of that seq.
    Result<Recorded> at(Seq seq);

    /// When a record was recorded; seq must be on the tape.
    Result<Time> time_of(Seq seq);

    /// The first record at or after `time`; end + 1 if there is none.
    Result<Seq> first_at(Time time);
};

/// A tape in a file (or its directory) that no journal has open.
Result<std::unique_ptr<TapeSource>> open_file(const std::string& path);

/// The tape of the journal that runs in this directory.
Result<std::unique_ptr<TapeSource>> connect(
    const std::string& run_directory, const ops::Clock& clock);

/// Whether somebody listens in this run directory.
bool is_listening(const std::string& run_directory);

/// Calls `visit` with the records of a frame from … to that are wanted. False: visit said so.
Result<bool> visit_records(
    const TapeSource::Frame& frame,
    Seq from,
    Seq to,
    const TapeSource::Wanted& wanted,
    const std::function<bool(const Recorded&)>& visit);

/// "01JD…": a tape's id as people see it, 12 hex digits.
std::string tape_name(std::uint64_t tape_id);

}  // namespace tapedeck::cli
