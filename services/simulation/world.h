#pragma once

#include "simulation/checkers.h"
#include "simulation/oracle.h"
#include "simulation/plan.h"
#include "simulation/process.h"
#include "simulation/sim_disk.h"
#include "simulation/sim_transport.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

/// One run: the whole stack on one thread, with its faults and its checkers.
namespace tapedeck::simulation {

/// How a run ended.
struct Outcome {
    bool ok = true;
    std::string failure;   ///< "tape: …", of the checker that spoke first
    bool noticed = false;  ///< rot was found by the stack, which is all that can be asked
    std::uint64_t records = 0;
    std::string tape_hash;                      ///< hex, of the last frame
    std::map<std::string, std::string> states;  ///< hex of SHA-256, by producer
    Duration simulated{};
    std::map<std::string, std::uint64_t> counts;  ///< what happened, by name: coverage
};

class World {
public:
    /// `directory` must be empty and is left with the tape in it.
    World(const Plan& plan, std::string directory);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// Hears of each fault, start, exit and record, one line each.
    std::function<void(const std::string& line)> trace;

    /// Runs until all is done, a checker speaks, or the tape has `until` (0 = no matter).
    Outcome run(std::uint64_t until);

private:
    /// A place for a process: while it is down it waits for its restart.
    struct Actor {
        std::string name;
        ProcessId id = 0;
        std::unique_ptr<Process> process;
        std::uint32_t variant = 0;
        bool stopped = false;
        bool is_dying = false;  ///< by KillInside: it dies when the fault has struck
        Duration wake_at = Duration::max();
        Duration free_at{};  ///< not before
        Duration slow_until{};
        std::uint64_t disk_troubles = 0;  ///< of the disk, at its start
        std::optional<tape::Witness> witness;
    };

    struct Entry {
        Duration at{};
        std::uint64_t tie = 0;
        std::uint64_t order = 0;
        std::function<void()> action;

        bool operator<(const Entry& other) const {
            return std::tie(other.at, other.tie, other.order) < std::tie(at, tie, order);
        }
    };

    // world.cpp: time
    void schedule(Duration at, std::function<void()> action);
    void wake(ProcessId id, Duration at);
    void turn(Actor& actor);
    void loop(Duration end, const std::function<bool()>& done);
    Actor* actor_of(ProcessId id);
    Actor& actor_named(std::string_view name);
    void say(const std::string& line);

    void count(const std::string& what) { ++counts_[what]; }

    // world.cpp: lives
    void start(Actor& actor);
    void restart_later(Actor& actor, Duration in);
    Result<std::unique_ptr<Process>> make(const Actor& actor);
    void destroy(Actor& actor, bool killed);
    void kill(Actor& actor);
    void exited(Actor& actor, const Error& error);
    void look_at_quarantine(const Actor& actor);
    void check_exit(const Actor& actor, const Error& error);

    // faults.cpp
    void plan_faults();
    void next_fault(Fault fault);
    void strike(Fault fault);
    Actor& any_actor(Dice& dice);
    Actor& any_service(Dice& dice);
    void kill_inside(Actor& actor, Dice& dice);
    void stop(Actor& actor, Duration time);
    void resume(ProcessId id);
    void add_instance(Actor& actor, Dice& dice);
    void upgrade(Actor& actor);
    void cut_power(Dice& dice);
    void heal();
    void rot();
    void plant();

    bool is_at_rest() const;
    void finish(Outcome& outcome);
    void compare_states();

    Plan plan_;
    std::string directory_;
    Verdict verdict_;
    Disk disk_;
    Network network_;
    Oracle oracle_;
    BooksChecker books_;
    OrdersChecker orders_;
    Dice dice_;
    std::map<Fault, Dice> luck_;
    std::priority_queue<Entry> queue_;
    std::uint64_t scheduled_ = 0;
    Duration now_{};
    Duration wall_offset_{};
    ProcessId ids_ = 0;
    std::vector<std::unique_ptr<Actor>> actors_;
    std::vector<std::unique_ptr<Actor>> ghosts_;  ///< older instances that live on
    Operator* operator_ = nullptr;
    bool faulty_ = true;
    bool has_rot_ = false;
    bool noticed_ = false;
    Duration recorded_at_{};  ///< when the last record was seen
    std::optional<Duration> news_at_;
    std::uint64_t news_ = 0;
    std::map<std::string, std::uint64_t> counts_;
};

}  // namespace tapedeck::simulation
