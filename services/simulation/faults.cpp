// What goes wrong in a run, and how it is healed.

#include "base/verify.h"
#include "events/wire.h"
#include "simulation/stack.h"
#include "simulation/world.h"
#include "tape/protocol.h"

#include <algorithm>
#include <filesystem>

namespace tapedeck::simulation {

using namespace std::chrono_literals;

namespace {

constexpr auto kJournal = "journal";
constexpr Duration kNoticeMax = 30s;
/// The journal and execution write down each second what they have seen.
constexpr Duration kWitnessedAfter = 2500ms;
/// A lockstep run at full speed is over in a second or two.
constexpr int kHurry = 5;

}  // namespace

void World::plan_faults() {
    for (const auto& [fault, mean] : plan_.means) {
        if (fault != Fault::Rot) next_fault(fault);
    }
}

void World::next_fault(Fault fault) {
    const bool hurries = plan_.lockstep && plan_.speed == "max";
    const Duration mean = plan_.means.at(fault) / (hurries ? kHurry : 1);
    schedule(now_ + luck_.at(fault).around(mean), [this, fault] {
        if (!faulty_) return;
        strike(fault);
        next_fault(fault);
    });
}

World::Actor& World::any_actor(Dice& dice) {
    // All but the operator, who is the last.
    return *actors_[dice.below(actors_.size() - 1)];
}

World::Actor& World::any_service(Dice& dice) {
    // All but the journal and the operator.
    return *actors_[1 + dice.below(actors_.size() - 2)];
}

void World::strike(Fault fault) {
    Dice& dice = luck_.at(fault);
    count("fault." + std::string(to_string(fault)));
    say("-- " + std::string(to_string(fault)));
    switch (fault) {
        case Fault::Kill:
            if (Actor& actor = any_actor(dice); actor.process) kill(actor);
            break;
        case Fault::KillInside: kill_inside(any_actor(dice), dice); break;
        case Fault::Stop: {
            constexpr std::array kMeans = {50ms, 1000ms, 3000ms, 30'000ms};
            Duration time = dice.around(kMeans[dice.below(kMeans.size())]);
            stop(any_actor(dice), time);
            break;
        }
        case Fault::TwoInstances: add_instance(any_service(dice), dice); break;
        case Fault::Upgrade: upgrade(any_actor(dice)); break;
        case Fault::PowerCut: cut_power(dice); break;
        case Fault::FailedSync: {
            disk_.fail_syncs(dice.chance(0.7) ? 1 : 1'000'000);
            schedule(now_ + dice.between(1s, 10s), [this] { disk_.fail_syncs(0); });
            break;
        }
        case Fault::DiskFull: {
            disk_.set_room(dice.below(300'000));
            schedule(now_ + dice.between(1s, 10s), [this] { disk_.set_room(std::nullopt); });
            break;
        }
        case Fault::Stall: disk_.stall_next_sync(dice.between(1s, 30s)); break;
        case Fault::Break: network_.break_one(dice); break;
        case Fault::Clog: network_.clog_one(dice, dice.between(1ms, 1200ms)); break;
        case Fault::HalfOpen: network_.half_open_one(dice); break;
        case Fault::SlowSubscriber:
            any_service(dice).slow_until = now_ + dice.between(1s, 10s);
            break;
        case Fault::ClockJump: {
            const Duration by = dice.between(0ns, 1h);
            wall_offset_ += dice.chance(0.5) ? by : -by;
            break;
        }
        case Fault::Operator:
            if (operator_ != nullptr) operator_->say(Operator::any_command(dice));
            break;
        case Fault::Rot: break;
    }
}

/// The journal dies within a commit or between its messages, the others between theirs.
void World::kill_inside(Actor& actor, Dice& dice) {
    if (!actor.process) return;
    if (actor.name == kJournal && dice.chance(0.5)) {
        disk_.die_at(dice.between(1, 15));
        return;
    }
    network_.mute_after(actor.id, dice.between(1, 6));
    actor.is_dying = true;
}

void World::stop(Actor& actor, Duration time) {
    if (!actor.process || actor.stopped) return;
    say(actor.name + " is stopped for " + tapedeck::to_string(time));
    actor.stopped = true;
    actor.wake_at = Duration::max();
    network_.stop(actor.id);
    schedule(now_ + time, [this, id = actor.id] { resume(id); });
}

void World::resume(ProcessId id) {
    Actor* actor = actor_of(id);
    if (actor == nullptr || !actor->stopped) return;
    say(actor->name + " goes on");
    actor->stopped = false;
    network_.resume(id);
    wake(id, now_);
}

/// The older instance lives on beside the new one, perhaps after a sleep: a zombie.
void World::add_instance(Actor& actor, Dice& dice) {
    if (!actor.process || !ghosts_.empty()) return;
    auto ghost = std::make_unique<Actor>();
    *ghost = std::move(actor);
    const Actor& older = *ghosts_.emplace_back(std::move(ghost));
    actor = Actor{};
    actor.name = older.name;
    actor.variant = older.variant;
    actor.witness = older.witness;
    if (dice.chance(0.5)) stop(*ghosts_.back(), dice.between(100ms, 10s));
    start(actor);
}

void World::upgrade(Actor& actor) {
    if (!actor.process || actor.stopped) return;
    actor.process->leave();
    const bool killed = actor.name == kJournal && disk_.is_dead();
    destroy(actor, killed);
    ++actor.variant;
    restart_later(actor, luck_.at(Fault::Upgrade).around(500ms));
}

void World::cut_power(Dice& dice) {
    for (auto* list : {&actors_, &ghosts_}) {
        for (auto& actor : *list) network_.kill(actor->id);
    }
    disk_.die();
    ghosts_.clear();
    for (auto& actor : actors_) {
        if (actor->name == "operator") continue;  // another machine
        destroy(*actor, false);
        restart_later(*actor, dice.between(100ms, 2s));
    }
    disk_.cut_power();
    disk_.revive();
}

/// No more faults; what is held up or down comes back.
void World::heal() {
    faulty_ = false;
    say("-- healed");
    disk_.fail_syncs(0);
    disk_.set_room(std::nullopt);
    disk_.stall_next_sync({});
    if (plan_.plant != Plant::LostAck) disk_.lie_about_sync(false);
    for (auto* list : {&actors_, &ghosts_}) {
        for (auto& actor : *list) {
            actor->slow_until = {};
            if (actor->stopped) resume(actor->id);
        }
    }
}

/// A bit flips on the disk while the journal is down, and perhaps everybody else: either it hits
/// nothing that matters, or somebody says so. In lockstep nobody writes down what he has seen, so
/// there somebody must have stayed up. What is said in the second before all go down nobody has
/// written down: rot may take that.
void World::rot() {
    Dice& dice = luck_.at(Fault::Rot);
    const std::uint64_t before = oracle_.last_seq();
    loop(now_ + kNoticeMax, [&] { return oracle_.last_seq() > before && is_at_rest(); });
    const std::uint64_t witnessed = oracle_.last_seq();
    loop(now_ + kWitnessedAfter, [] { return false; });
    Actor& journal = actor_named(kJournal);
    if (!journal.process) return;
    destroy(journal, true);
    const bool all_down = !plan_.lockstep && dice.chance(0.5);
    for (auto& actor : actors_) {
        if (!all_down || !actor->process || actor->name == "operator") continue;
        destroy(*actor, true);
        restart_later(*actor, dice.between(10ms, 2s));
    }
    std::vector<std::string> files;
    for (const auto& path : disk_.files()) {
        if (std::filesystem::exists(path)) files.push_back(path);
    }
    if (files.empty()) return;
    const std::string& path = files[dice.below(files.size())];
    const auto size = std::filesystem::file_size(path);
    const auto offset = dice.below(size);
    has_rot_ = true;
    oracle_.expect_damage();
    count("fault.rot");
    say("-- rot at byte " + std::to_string(offset) + " of " + std::to_string(size) + " of " +
        std::filesystem::path(path).filename().string());
    if (!Disk::flip_bit(path, offset, static_cast<unsigned>(dice.below(8)))) return;
    start(journal);
    loop(now_ + kNoticeMax, [&] {
        return oracle_.was_refused() || (!oracle_.is_damaged() && is_at_rest());
    });
    if (oracle_.was_refused()) noticed_ = true;
    if (all_down && !noticed_ && oracle_.lost_from() > witnessed) {
        count("rot.unwitnessed");
        return;
    }
    if (!noticed_ && verdict_.ok() && (oracle_.is_damaged() || !is_at_rest())) {
        verdict_.fail("rot", "a flipped bit has changed the tape and nobody has noticed");
    }
}

void World::plant() {
    if (plan_.plant == Plant::LostAck) disk_.lie_about_sync(true);
    if (plan_.plant != Plant::DecideTwice) return;
    network_.rewrite = [](tape::Header& header, std::string& body) {
        if (header.type != tape::MessageType::Welcome || header.c == 0) return;
        tape::Welcome welcome;
        if (!wire::get_message(body, welcome) || !is_decider(welcome.name)) return;
        constexpr std::uint64_t kForgotten = 20;
        welcome.last_cause -= std::min(welcome.last_cause, kForgotten);
        body.clear();
        wire::put_message(body, welcome);
    };
}

}  // namespace tapedeck::simulation
