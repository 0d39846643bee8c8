#include "simulation/world.h"

#include "base/verify.h"
#include "events/print.h"
#include "simulation/proof.h"

#include <algorithm>
#include <cstdio>

namespace tapedeck::simulation {

using namespace std::chrono_literals;

namespace {

constexpr auto kJournal = "journal";
constexpr auto kMarketData = "market-data";

/// Zero is "never" to some clocks' readers.
constexpr Duration kBegin = 1s;
/// With faults, at most; then everything is healed.
constexpr Duration kFaultyMax = 90s;
/// Within this all must be at rest after the last fault.
constexpr Duration kHealMax = 180s;
/// Nothing but ticks for so long: longer than it takes to find a lost message.
constexpr Duration kQuiet = 6s;
/// From a record to the last answer to it.
constexpr Duration kAnswerMax = 300ms;

std::string clock_text(Duration now) {
    char text[32];
    std::snprintf(text, sizeof text, "%11.6f", static_cast<double>(now.count()) / 1e9);
    return text;
}

}  // namespace

World::World(const Plan& plan, std::string directory)
    : plan_(plan),
      directory_(std::move(directory)),
      disk_(plan.seed),
      network_(plan.network, plan.seed),
      oracle_(verdict_),
      books_(verdict_),
      orders_(verdict_),
      dice_(plan.seed, "schedule") {
    for (const Fault fault : kFaults) {
        luck_.emplace(fault, Dice(plan.seed, to_string(fault)));
    }
    network_.wake = [this](ProcessId id, Duration at) { wake(id, at); };
    network_.sent = [this](ProcessId, const tape::Header& header, std::string_view body) {
        oracle_.sent(header, body);
    };
    oracle_.on_record = [this](const Recorded& recorded) {
        books_.take(recorded);
        orders_.take(recorded);
        recorded_at_ = now_;
        count(std::string(recorded.event.name()));
        if (trace) {
            const std::string cause =
                recorded.cause.exists() ? " <" + std::to_string(recorded.cause.value) : "";
            say("  " + std::to_string(recorded.seq.value) + cause + " " +
                std::string(recorded.event.name()) + " " + summary(recorded.event));
        }
    };
    disk_.on_stall = [this](Duration time) {
        Actor& journal = actor_named(kJournal);
        network_.delay_sends(journal.id, time);
        journal.free_at = now_ + time;
        count("stall");
    };
    for (const auto* name : {kJournal, "strategy", "risk", "execution", kMarketData, "operator"}) {
        actors_.push_back(std::make_unique<Actor>());
        actors_.back()->name = name;
    }
    plant();
}

World::~World() {
    disk_.die();  // nobody tidies up
    ghosts_.clear();
    actors_.clear();
}

void World::say(const std::string& line) {
    if (trace) trace(clock_text(now_) + " " + line);
}

void World::schedule(Duration at, std::function<void()> action) {
    queue_.push({at, dice_.next(), ++scheduled_, std::move(action)});
}

World::Actor* World::actor_of(ProcessId id) {
    for (auto* list : {&actors_, &ghosts_}) {
        for (auto& actor : *list) {
            if (actor->id == id && actor->process) return actor.get();
        }
    }
    return nullptr;
}

World::Actor& World::actor_named(std::string_view name) {
    const auto found = std::find_if(
        actors_.begin(), actors_.end(), [&](const auto& actor) { return actor->name == name; });
    VERIFY(found != actors_.end());
    return **found;
}

void World::wake(ProcessId id, Duration at) {
    Actor* actor = actor_of(id);
    if (actor == nullptr || actor->stopped) return;
    at = std::max({at, actor->free_at, now_});
    if (at >= actor->wake_at) return;
    actor->wake_at = at;
    schedule(at, [this, id] {
        Actor* woken = actor_of(id);
        if (woken != nullptr && woken->wake_at == now_) turn(*woken);
    });
}

/// One step of a process, and when the next is due.
void World::turn(Actor& actor) {
    actor.wake_at = Duration::max();
    if (actor.stopped) return;
    const ProcessId id = actor.id;
    const bool is_journal = actor.name == kJournal;
    network_.delay_sends(id, {});
    actor.free_at = {};
    const auto done = actor.process->step(start_of_time() + now_ + wall_offset_, now_);
    if ((is_journal && disk_.is_dead()) || (actor.is_dying && network_.is_mute(id))) {
        kill(actor);
        return;
    }
    if (!done) {
        exited(actor, done.error());
        return;
    }
    look_at_quarantine(actor);
    if (const auto seen = actor.process->witness()) actor.witness = seen;
    const Duration wait = actor.process->take_wait();
    const Duration work = is_journal ? dice_.between(20us, 200us) : dice_.between(2us, 40us);
    actor.free_at = std::max(actor.free_at, now_ + work);
    if (now_ < actor.slow_until) actor.free_at = now_ + dice_.between(100ms, 500ms);
    wake(id, now_ + wait);
    if (const auto next = network_.next_arrival(id)) wake(id, *next);
}

/// Quarantine is an answer to rot, and to nothing else.
void World::look_at_quarantine(const Actor& actor) {
    const std::string reason = actor.process->quarantine();
    if (reason.empty()) return;
    say(actor.name + " is in quarantine: " + reason);
    if (has_rot_) {
        noticed_ = true;
    } else {
        verdict_.fail("quarantine", reason);
    }
}

/// Turns the world until `done`, at most until `end`.
void World::loop(Duration end, const std::function<bool()>& done) {
    while (verdict_.ok() && !noticed_ && now_ < end && !done()) {
        const auto timer = network_.next_timer();
        if (queue_.empty() && !timer) return;
        if (timer && (queue_.empty() || *timer < queue_.top().at)) {
            now_ = std::max(now_, *timer);
            network_.advance(now_);
            continue;
        }
        const auto action = std::move(const_cast<Entry&>(queue_.top()).action);
        now_ = std::max(now_, queue_.top().at);
        queue_.pop();
        network_.advance(now_);
        action();
    }
}

Result<std::unique_ptr<Process>> World::make(const Actor& actor) {
    const Start start{network_, actor.id, plan_, actor.variant, directory_, oracle_, actor.witness};
    if (actor.name == kJournal) {
        return start_journal(start, start_of_time() + now_ + wall_offset_);
    }
    if (actor.name == kMarketData) return start_market_data(start);
    if (actor.name == "operator") return std::make_unique<Operator>(start);
    return start_service(start, actor.name);
}

void World::start(Actor& actor) {
    VERIFY(!actor.process);
    actor.id = ++ids_;
    actor.stopped = false;
    actor.is_dying = false;
    actor.wake_at = Duration::max();
    actor.free_at = {};
    actor.disk_troubles = disk_.counters().troubles;
    auto made = make(actor);
    if (!made && disk_.is_dead()) {
        say(actor.name + " was killed while it started");
        disk_.revive();
        restart_later(actor, dice_.between(10ms, 500ms));
        return;
    }
    if (!made) {
        check_exit(actor, made.error());
        restart_later(actor, dice_.between(50ms, 1s));
        return;
    }
    actor.process = std::move(*made);
    if (actor.name == "operator") operator_ = static_cast<Operator*>(actor.process.get());
    say(actor.name + " started as " + std::to_string(actor.id));
    wake(actor.id, now_);
}

void World::restart_later(Actor& actor, Duration in) {
    schedule(now_ + in, [this, &actor] {
        if (!actor.process) start(actor);
    });
}

void World::destroy(Actor& actor, bool killed) {
    const bool is_journal = actor.name == kJournal;
    if (killed) {
        network_.kill(actor.id);
        if (is_journal) disk_.die();
    }
    actor.process.reset();
    network_.kill(actor.id);
    if (is_journal && killed) disk_.revive();
    actor.wake_at = Duration::max();
}

void World::kill(Actor& actor) {
    say(actor.name + " is killed");
    destroy(actor, true);
    std::erase_if(ghosts_, [&](const auto& ghost) { return ghost.get() == &actor; });
    const bool is_ghost = std::none_of(
        actors_.begin(), actors_.end(), [&](const auto& other) { return other.get() == &actor; });
    if (!is_ghost) restart_later(actor, luck_.at(Fault::Kill).around(300ms));
}

/// What a process may end with, and after which fault.
void World::check_exit(const Actor& actor, const Error& error) {
    say(actor.name + " exits: " + error.message);
    count("exit." + actor.name);
    if (has_rot_ && error.exit_code == ExitCode::Integrity) {
        noticed_ = true;
        return;
    }
    const bool is_fenced = error.message.find("has taken over") != std::string::npos;
    const bool disk_failed = actor.name == kJournal && error.exit_code != ExitCode::Integrity &&
                             disk_.counters().troubles > actor.disk_troubles;
    if (is_fenced || disk_failed) return;
    verdict_.fail("exit", actor.name + " ended by itself: " + error.message);
}

/// Main's way out after an error: it says goodbye, and the supervisor starts it again.
void World::exited(Actor& actor, const Error& error) {
    check_exit(actor, error);
    actor.process->leave();
    destroy(actor, false);
    if (std::erase_if(ghosts_, [&](const auto& ghost) { return ghost.get() == &actor; }) > 0) {
        return;
    }
    // Of two instances the other one has won: it is the service now.
    const auto ghost = std::find_if(ghosts_.begin(), ghosts_.end(), [&](const auto& other) {
        return other->name == actor.name;
    });
    if (ghost == ghosts_.end()) {
        restart_later(actor, dice_.between(50ms, 1s));
        return;
    }
    actor = std::move(**ghost);
    ghosts_.erase(ghost);
}

bool World::is_at_rest() const {
    const Seq end{oracle_.last_seq()};
    // What the last record has led to is on the tape by now, or never will be.
    if (now_ - recorded_at_ < kAnswerMax) return false;
    return ghosts_.empty() && std::all_of(actors_.begin(), actors_.end(), [&](const auto& actor) {
               return actor->process && !actor->stopped && actor->process->is_settled(end);
           });
}

Outcome World::run(std::uint64_t until) {
    now_ = kBegin;
    network_.advance(now_);
    for (auto& actor : actors_) restart_later(*actor, dice_.between(0ns, 50ms));
    plan_faults();
    const auto has_until = [&] { return until != 0 && oracle_.last_seq() >= until; };
    const auto feed_is_done = [&] {
        const Actor& feed = actor_named(kMarketData);
        return has_until() || (feed.process && feed.process->is_done());
    };
    loop(kBegin + kFaultyMax, feed_is_done);
    heal();
    const Duration healed = now_;
    std::optional<Duration> rested_since;
    const auto is_quiet = [&] {
        if (has_until()) return true;
        if (!news_at_ || news_ != oracle_.last_news()) {
            news_ = oracle_.last_news();
            news_at_ = now_;
        }
        if (!is_at_rest()) {
            rested_since.reset();
            return false;
        }
        // Who has only just caught up has yet to say what it makes of it.
        if (!rested_since) rested_since = now_;
        const bool has_answered = now_ - *rested_since >= kAnswerMax;
        return has_answered && now_ - std::max(*news_at_, healed) > kQuiet;
    };
    loop(healed + kHealMax, is_quiet);
    if (verdict_.ok() && !noticed_ && !is_quiet()) {
        std::string who;
        for (const auto& actor : actors_) {
            const bool settled = actor->process && !actor->stopped &&
                                 actor->process->is_settled(Seq{oracle_.last_seq()});
            if (!settled) who += " " + actor->name;
        }
        for (const auto& ghost : ghosts_) who += " an older " + ghost->name;
        verdict_.fail(
            "liveness",
            "not at rest " + tapedeck::to_string(kHealMax) +
                " after the last fault:" + (who.empty() ? " the tape goes on and on" : who));
    }
    Outcome outcome;
    if (verdict_.ok() && !noticed_ && !has_until()) finish(outcome);
    outcome.ok = verdict_.ok();
    if (!outcome.ok) outcome.failure = verdict_.what();
    outcome.noticed = noticed_;
    outcome.records = oracle_.last_seq();
    outcome.tape_hash = tape::to_hex(oracle_.last_hash());
    outcome.simulated = now_;
    counts_["messages"] = network_.counters().messages;
    counts_["messages.dropped"] = network_.counters().dropped;
    counts_["messages.refused"] = network_.counters().refused;
    counts_["messages.lost"] = network_.counters().lost;
    counts_["disk.writes.dropped"] = disk_.counters().dropped;
    counts_["disk.writes.torn"] = disk_.counters().torn;
    counts_["disk.troubles"] = disk_.counters().troubles;
    outcome.counts = counts_;
    return outcome;
}

/// Everybody is at rest: what each knows is what the tape says, and what the disk holds is what was
/// published.
void World::finish(Outcome& outcome) {
    books_.finish();
    orders_.finish();
    if (network_.most_queued() > network_.queue_limit()) {
        verdict_.fail("bounds", "a queue has held more than its mark");
    }
    const auto proven = prove(oracle_.records(), verdict_);
    for (const auto& actor : actors_) {
        for (const auto& [name, state] : actor->process->states()) {
            const auto again = proven.find(name);
            if (again != proven.end() && again->second != state) {
                verdict_.fail("proof", "the live state of " + name + " is not the tape's");
            }
            outcome.states.emplace(name, tape::to_hex(tape::sha256(state)));
        }
    }
    if (!verdict_.ok()) return;
    if (plan_.means.contains(Fault::PowerCut)) {
        cut_power(luck_.at(Fault::PowerCut));
    } else {
        kill(actor_named(kJournal));
    }
    start(actor_named(kJournal));
    if (verdict_.ok() && plan_.means.contains(Fault::Rot)) rot();
}

}  // namespace tapedeck::simulation
