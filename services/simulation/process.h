#pragma once

#include "base/expected.h"
#include "journal/store/frame_store.h"
#include "simulation/dice.h"
#include "simulation/oracle.h"
#include "simulation/plan.h"
#include "simulation/sim_transport.h"
#include "tape/witness.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

/// The processes of the stack as their main.cpp makes them, over simulated transport and time.
namespace tapedeck::simulation {

/// What a process is told at its start.
struct Start {
    Network& network;
    ProcessId id = 0;  ///< another one for every start
    const Plan& plan;
    std::uint32_t variant = 0;  ///< upgrades so far
    std::string directory;      ///< of the tape
    Oracle& oracle;
    std::optional<tape::Witness> witness = {};  ///< what it had written down

    std::string instance() const { return "start-" + std::to_string(id); }
};

/// The made-up market's first moment, and that of the run's clocks.
Time start_of_time();

class Process {
public:
    virtual ~Process() = default;

    /// One turn of its loop. `wall` is the host's clock as it is now, `monotonic` the run's time.
    virtual Result<> step(Time wall, Duration monotonic) = 0;

    /// SIGTERM: says goodbye. It is destroyed next.
    virtual void leave() {}

    /// How long it would wait for something to come.
    virtual Duration take_wait() = 0;

    /// It has taken the whole tape, up to `end`, and owes nothing.
    virtual bool is_settled(Seq end) const = 0;

    /// It has given all that it had to give.
    virtual bool is_done() const { return false; }

    /// The states of its deciders, by producer.
    virtual std::map<std::string, std::string> states() const { return {}; }

    /// What it has written down of the tape, on a disk of its own.
    virtual std::optional<tape::Witness> witness() const { return {}; }

    /// Why nothing is recorded any more; "" = all is well.
    virtual std::string quarantine() const { return {}; }

protected:
    Process() = default;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
};

/// Errors are those of the store and of binding.
Result<std::unique_ptr<Process>> start_journal(const Start& start, Time wall);

/// "strategy", "risk" or "execution".
Result<std::unique_ptr<Process>> start_service(const Start& start, const std::string& name);

Result<std::unique_ptr<Process>> start_market_data(const Start& start);

/// Says what it is told to, one command at a time, as `tapedeck` does.
class Operator final : public Process {
public:
    explicit Operator(const Start& start);
    ~Operator() override;

    /// Any command there is.
    static Event any_command(Dice& dice);

    void say(Event event);

    Result<> step(Time wall, Duration monotonic) override;
    Duration take_wait() override;
    bool is_settled(Seq) const override;

private:
    struct Call;
    void begin(Duration monotonic);

    std::unique_ptr<Network::Transport> transport_;
    std::string endpoint_;
    std::string instance_;
    std::uint64_t calls_ = 0;
    std::unique_ptr<Call> call_;
    std::deque<Event> commands_;
};

}  // namespace tapedeck::simulation
