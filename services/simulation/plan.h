#pragma once

#include "base/expected.h"
#include "base/time.h"
#include "simulation/sim_transport.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What one run does, drawn from its seed before anything happens.
namespace tapedeck::simulation {

/// A class of faults; each has a knob of its own in every run, and can be left out of a replay.
enum class Fault {
    Kill,            ///< kill -9 between two steps
    KillInside,      ///< kill -9 within a step: before a commit is over, or after k sends
    Stop,            ///< SIGSTOP for 10 ms to 60 s
    TwoInstances,    ///< a second one under the same name; the first is stopped now and then
    Upgrade,         ///< restart with another build or configuration
    PowerCut,        ///< everything stops; what was not synced is kept, lost or torn
    FailedSync,      ///< EIO from fsync
    DiskFull,        ///< ENOSPC at some byte, for a while
    Stall,           ///< fsync takes 1 to 30 s
    Break,           ///< a connection breaks
    Clog,            ///< a connection is held up
    HalfOpen,        ///< a connection carries nothing one way
    SlowSubscriber,  ///< a service reads rarely
    ClockJump,       ///< the wall clock is stepped, up to an hour either way
    Operator,        ///< pause, resume, kill, cancel, flatten at any moment
    Rot,             ///< at the end: a bit flips on the disk of a journal that is down
};

inline constexpr std::array kFaults = {
    Fault::Kill,
    Fault::KillInside,
    Fault::Stop,
    Fault::TwoInstances,
    Fault::Upgrade,
    Fault::PowerCut,
    Fault::FailedSync,
    Fault::DiskFull,
    Fault::Stall,
    Fault::Break,
    Fault::Clog,
    Fault::HalfOpen,
    Fault::SlowSubscriber,
    Fault::ClockJump,
    Fault::Operator,
    Fault::Rot};

std::string_view to_string(Fault fault);

/// An error names the classes there are.
Result<Fault> parse_fault(std::string_view name);

/// A bug put in on purpose, to see that it is found.
enum class Plant {
    None,
    LostAck,      ///< the disk lies about sync: what was acknowledged goes in a power cut
    DecideTwice,  ///< a WELCOME tells a restarted decider that it has decided less than it has
    Unordered,    ///< a decider speaks in the order of an unordered container
};

std::string_view to_string(Plant plant);
Result<Plant> parse_plant(std::string_view name);

/// What is asked of a run besides its seed.
struct RunOptions {
    std::uint64_t seed = 1;
    Plant plant = Plant::None;
    std::set<Fault> without;             ///< classes left out
    std::optional<std::uint32_t> steps;  ///< of the feed; nothing = as the seed says
    std::uint64_t until = 0;             ///< stop when the tape has this seq; 0 = run to the end
};

struct Plan {
    std::uint64_t seed = 0;
    Plant plant = Plant::None;
    bool lockstep = false;
    std::uint32_t feed_steps = 0;
    std::string speed;  ///< of the feed, as in [market-data]
    NetworkKnobs network;
    std::uint64_t segment_bytes = std::uint64_t{1} << 30U;
    std::uint64_t snapshot_records = 0;  ///< as in [journal]; 0 = never
    Duration snapshot_interval{};        ///< likewise
    /// Mean time between two faults of a class; a class that is not here does not happen.
    std::map<Fault, Duration> means;

    /// Swarm testing: every run leans on some classes and leaves others out.
    static Plan draw(const RunOptions& options);

    /// One line: mode, length, knobs and every class with its mean.
    std::string describe() const;
};

/// `--seed 7 --without kill,break --steps 40`: what replays a run.
std::string flags_of(const RunOptions& options);

}  // namespace tapedeck::simulation
