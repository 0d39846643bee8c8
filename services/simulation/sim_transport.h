#pragma once

#include "base/time.h"
#include "simulation/dice.h"
#include "tape/transport.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What carries Tape Protocol in the simulation: memory, with libzmq's real manners
/// (transport_conformance_test.cpp holds both to them).
namespace tapedeck::simulation {

class SimChannel;

using ProcessId = std::uint32_t;

/// How a run's network is made.
struct NetworkKnobs {
    /// Messages that each side of a connection holds for the other; a direction holds both sides'.
    std::size_t submit_mark = 1024;
    std::size_t live_mark = 2048;
    /// One way.
    Duration delay_min{std::chrono::microseconds(10)};
    Duration delay_max{std::chrono::microseconds(500)};
};

/// All connections of a run. XPUB drops silently at its mark; a DEALER says no without a peer or at
/// its mark, a ROUTER for a peer that is gone; a broken connection takes its queues along and comes
/// back under another routing id after 50 to 1000 ms; subscriptions arrive late; messages are whole
/// and in order within a connection. A process that is stopped is taken for dead after the
/// heartbeats' time.
class Network {
public:
    Network(const NetworkKnobs& knobs, std::uint64_t seed);
    ~Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    Duration now() const { return now_; }

    /// When the network has something to do by itself; nothing if never.
    std::optional<Duration> next_timer() const;

    /// Time passes up to `now`: connections are made and broken.
    void advance(Duration now);

    /// When something that is on its way to `process` arrives next; nothing is now.
    std::optional<Duration> next_arrival(ProcessId process) const;

    /// The transport of one process. The network outlives it.
    class Transport;
    std::unique_ptr<Transport> transport(ProcessId process);

    // Hooks, all optional.

    /// A channel of `process` can be read at `at`.
    std::function<void(ProcessId process, Duration at)> wake;

    /// A message has left: what the world has seen cannot be taken back.
    std::function<void(ProcessId from, const tape::Header& header, std::string_view body)> sent;

    /// May change a message on its way.
    std::function<void(tape::Header& header, std::string& body)> rewrite;

    // Faults.

    /// kill -9: its connections break; of what it had on the way, a part still arrives.
    void kill(ProcessId process);

    /// SIGSTOP and SIGCONT. The others drop their connections after 1.5 to 2 s.
    void stop(ProcessId process);
    void resume(ProcessId process);

    /// What `process` sends from its `message`-th message on (1 = the next) never leaves. Ends with
    /// kill().
    void mute_after(ProcessId process, std::uint64_t message);
    bool is_mute(ProcessId process) const;

    /// What `process` sends now leaves so much later, until its next turn.
    void delay_sends(ProcessId process, Duration by);

    /// One connection picked by `dice` breaks; is held up for `time`; or carries nothing more one
    /// way until heartbeats break it. False if there is none.
    bool break_one(Dice& dice);
    bool clog_one(Dice& dice, Duration time);
    bool half_open_one(Dice& dice);

    /// The most messages that any direction has held, and what a direction may hold at most.
    std::size_t most_queued() const { return most_queued_; }

    std::size_t queue_limit() const { return 2 * std::max(knobs_.submit_mark, knobs_.live_mark); }

    struct Counters {
        std::uint64_t messages = 0;
        std::uint64_t dropped = 0;  ///< by a publisher, at its mark
        std::uint64_t refused = 0;  ///< sends that said no
        std::uint64_t lost = 0;     ///< with a broken connection
        std::uint64_t connections = 0;
    };

    const Counters& counters() const { return counters_; }

private:
    friend class SimChannel;

    struct Parcel {
        Duration at{};
        std::shared_ptr<const std::pair<std::string, std::string>> parts;
    };

    struct Direction {
        std::deque<Parcel> queue;
        Duration last_at{};
        bool full = false;  ///< until the reader has made room for half a mark
        bool dead = false;  ///< half open: what is sent is lost
    };

    enum class End { Open, Broken };

    struct Pipe {
        std::uint64_t id = 0;
        SimChannel* bound = nullptr;   ///< null once it is closed
        SimChannel* dialer = nullptr;  ///< likewise
        Direction to_bound;
        Direction to_dialer;
        std::string peer;  ///< the dialer's routing id at the bound side
        bool open = true;
        Duration limbo_until{};  ///< broken, but not noticed yet
        Duration subscribed_at = Duration::max();
        bool subscription_taken = true;
        std::size_t mark = 0;
    };

    struct Timer {
        enum class Kind { Dial, Break, StopBreak };

        Kind kind = Kind::Dial;
        std::uint64_t target = 0;      ///< channel or pipe
        std::uint64_t generation = 0;  ///< of the stop that it belongs to
    };

    struct State {
        bool stopped = false;
        std::uint64_t stops = 0;
        std::optional<std::uint64_t> mute_in;  ///< messages that still leave
        Duration send_delay{};
    };

    void set_timer(Duration at, Timer timer);
    void dial(SimChannel& channel);
    void connect(SimChannel& dialer, SimChannel& bound);
    void fire(const Timer& timer);
    void break_pipe(Pipe& pipe, std::optional<ProcessId> dead);
    void keep_arrived(Direction& direction, bool sender_died);
    void forget(SimChannel& channel);
    bool put(Pipe& pipe, Direction& direction, const Parcel& parcel, ProcessId to, bool drops);
    void wake_at(ProcessId process, Duration at);
    std::vector<Pipe*> open_pipes();
    Direction& one_direction(Pipe& pipe, Dice& dice);

    Duration delay() { return dice_.between(knobs_.delay_min, knobs_.delay_max); }

    NetworkKnobs knobs_;
    Dice dice_;
    Duration now_{};
    std::uint64_t ids_ = 0;
    std::map<std::pair<Duration, std::uint64_t>, Timer> timers_;
    std::map<std::uint64_t, SimChannel*> channels_;
    std::map<std::string, SimChannel*> bound_;
    std::map<std::uint64_t, std::shared_ptr<Pipe>> pipes_;  ///< open ones
    std::map<ProcessId, State> processes_;
    std::size_t most_queued_ = 0;
    Counters counters_;
};

/// One process's way into the network. wait() returns at once and remembers what was asked: time
/// passes between steps, not within them.
class Network::Transport final : public tape::Transport {
public:
    Transport(Network& network, ProcessId process) : network_(network), process_(process) {}

    Result<std::unique_ptr<tape::Channel>> bind(
        tape::Channel::Kind kind, const std::string& endpoint) override;
    Result<std::unique_ptr<tape::Channel>> connect(
        tape::Channel::Kind kind, const std::string& endpoint) override;
    void wait(std::span<tape::Channel* const> channels, Duration longest) override;

    /// How long the last step wanted to wait; zero if it had work left. Starts over.
    Duration take_wait() { return std::exchange(asked_, Duration{}); }

private:
    Network& network_;
    ProcessId process_;
    Duration asked_{};
};

class SimChannel final : public tape::Channel {
public:
    SimChannel(Network& network, ProcessId process, Kind kind, std::string endpoint);
    ~SimChannel() override;
    SimChannel(const SimChannel&) = delete;
    SimChannel& operator=(const SimChannel&) = delete;

    std::optional<Received> receive() override;
    bool send(
        const tape::Header& header, std::string_view body, std::string_view peer = {}) override;
    bool take_subscription() override;

    bool is_readable() const;

    /// When is_readable() becomes true, as far as is known; Duration::max() = not known.
    Duration next_arrival() const;

private:
    friend class Network;
    using Pipe = Network::Pipe;

    bool is_bound() const { return kind_ == Kind::Router || kind_ == Kind::Publisher; }

    Network::Direction& inbound(Pipe& pipe) const {
        return is_bound() ? pipe.to_bound : pipe.to_dialer;
    }

    bool publish(const Network::Parcel& parcel);
    bool send_to(Pipe& pipe, const Network::Parcel& parcel);

    Network& network_;
    ProcessId process_;
    Kind kind_;
    std::string endpoint_;
    std::uint64_t id_ = 0;
    std::vector<std::shared_ptr<Pipe>> pipes_;  ///< open, or with something left to read
    std::size_t turn_ = 0;                      ///< whose turn it is to be read
    Duration backoff_{};
};

}  // namespace tapedeck::simulation
