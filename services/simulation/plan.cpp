#include "simulation/plan.h"

#include <algorithm>

namespace tapedeck::simulation {

using namespace std::chrono_literals;

namespace {

/// How likely a run has faults of this class at all.
constexpr double kInUse = 0.35;
/// Runs without any fault show what a fault is not to blame for.
constexpr double kCalm = 0.03;

Duration mean_of(Fault fault, Dice& dice) {
    switch (fault) {
        case Fault::PowerCut:
        case Fault::DiskFull:
        case Fault::Upgrade:
        case Fault::ClockJump:
        case Fault::FailedSync: return dice.between(2s, 20s);
        case Fault::Stall: return dice.between(5s, 30s);
        case Fault::Rot: return 1s;  // once
        default: return dice.between(500ms, 10s);
    }
}

template <class T, class Names>
std::string joined(const T& items, Names&& name_of) {
    std::string text;
    for (const auto& item : items) text += (text.empty() ? "" : ",") + std::string(name_of(item));
    return text;
}

}  // namespace

std::string_view to_string(Fault fault) {
    switch (fault) {
        case Fault::Kill: return "kill";
        case Fault::KillInside: return "kill_inside";
        case Fault::Stop: return "stop";
        case Fault::TwoInstances: return "two_instances";
        case Fault::Upgrade: return "upgrade";
        case Fault::PowerCut: return "power_cut";
        case Fault::FailedSync: return "failed_sync";
        case Fault::DiskFull: return "disk_full";
        case Fault::Stall: return "stall";
        case Fault::Break: return "break";
        case Fault::Clog: return "clog";
        case Fault::HalfOpen: return "half_open";
        case Fault::SlowSubscriber: return "slow_subscriber";
        case Fault::ClockJump: return "clock_jump";
        case Fault::Operator: return "operator";
        case Fault::Rot: return "rot";
    }
    return "";
}

Result<Fault> parse_fault(std::string_view name) {
    for (const Fault fault : kFaults) {
        if (to_string(fault) == name) return fault;
    }
    return fail(
        "\"" + std::string(name) + "\" is no class of faults; there are " +
            joined(kFaults, [](Fault fault) { return to_string(fault); }),
        ExitCode::Usage);
}

std::string_view to_string(Plant plant) {
    switch (plant) {
        case Plant::None: return "none";
        case Plant::LostAck: return "lost_ack";
        case Plant::DecideTwice: return "decide_twice";
        case Plant::Unordered: return "unordered";
    }
    return "";
}

Result<Plant> parse_plant(std::string_view name) {
    for (const Plant plant : {Plant::LostAck, Plant::DecideTwice, Plant::Unordered}) {
        if (to_string(plant) == name) return plant;
    }
    return fail(
        "\"" + std::string(name) +
            "\" cannot be planted; there are lost_ack, decide_twice, "
            "unordered",
        ExitCode::Usage);
}

Plan Plan::draw(const RunOptions& options) {
    Dice dice(options.seed, "plan");
    Plan plan;
    plan.seed = options.seed;
    plan.plant = options.plant;
    plan.lockstep = dice.chance(0.5);
    plan.feed_steps = static_cast<std::uint32_t>(dice.between(20, 60));
    if (dice.chance(0.05)) plan.feed_steps *= 8;
    constexpr std::array kSpeeds = {"max", "20", "5"};
    plan.speed = plan.lockstep ? kSpeeds[dice.below(kSpeeds.size())] : dice.chance(0.5) ? "2" : "5";
    if (dice.chance(0.2)) {
        // Queues so short that they overflow.
        plan.network.submit_mark = dice.between(2, 20);
        plan.network.live_mark = dice.between(2, 20);
    }
    if (dice.chance(0.3)) plan.network.delay_max = dice.between(50us, 30ms);
    if (dice.chance(0.5)) plan.segment_bytes = dice.between(10'000, 100'000);
    if (dice.chance(0.6)) plan.snapshot_records = dice.between(30, 200);
    if (dice.chance(0.3)) plan.snapshot_interval = dice.between(1s, 5s);
    const bool calm = dice.chance(kCalm);
    for (const Fault fault : kFaults) {
        const bool in_use = dice.chance(fault == Fault::Rot ? 0.1 : kInUse);
        const Duration mean = mean_of(fault, dice);
        if (in_use && !calm && !options.without.contains(fault)) plan.means[fault] = mean;
    }
    // What a plant needs to show itself.
    if (plan.plant == Plant::LostAck) plan.means.try_emplace(Fault::PowerCut, 3s);
    if (plan.plant == Plant::DecideTwice) plan.means.try_emplace(Fault::Kill, 2s);
    if (options.steps) plan.feed_steps = *options.steps;
    return plan;
}

std::string Plan::describe() const {
    std::string text = lockstep ? "lockstep" : "wall";
    text += ", " + std::to_string(feed_steps) + " steps at speed " + speed + ", marks " +
            std::to_string(network.submit_mark) + "/" + std::to_string(network.live_mark) +
            ", delay to " + tapedeck::to_string(network.delay_max) + ", segments of " +
            std::to_string(segment_bytes) + ", snapshots every " +
            std::to_string(snapshot_records) + " records and " +
            tapedeck::to_string(snapshot_interval);
    for (const auto& [fault, mean] : means) {
        text += ", " + std::string(to_string(fault));
        if (fault != Fault::Rot) {
            text += " " + tapedeck::to_string(std::chrono::floor<std::chrono::milliseconds>(mean));
        }
    }
    return text;
}

std::string flags_of(const RunOptions& options) {
    std::string text = "--seed " + std::to_string(options.seed);
    if (options.plant != Plant::None) text += " --plant " + std::string(to_string(options.plant));
    if (!options.without.empty()) {
        text += " --without " + joined(options.without, [](Fault f) { return to_string(f); });
    }
    if (options.steps) text += " --steps " + std::to_string(*options.steps);
    return text;
}

}  // namespace tapedeck::simulation
