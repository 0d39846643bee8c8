#pragma once

#include "events/codec.h"
#include "research/verifier.h"
#include "testing/given.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// For the tests: a tape that real deciders have made, in memory.
namespace tapedeck::research::testing {

struct Written {
    Recorded recorded;
    std::string bytes;
};

/// A stack of all deciders around a tape in memory. What they say is recorded `lag` inputs later,
/// as it is when everything runs at once; any of them can be killed and started again.
class MadeTape {
public:
    explicit MadeTape(std::size_t lag = 0) : lag_(lag) {
        for (auto& decider : make_deciders()) {
            const std::string name = decider.name;
            Member member;
            member.decider = std::move(decider.decider);
            member.id = ids().at(name);
            order_.push_back(name);
            members_.emplace(name, std::move(member));
        }
        write(TapeStarted{.tape_id = 0x01c0ffee4711, .profile = "demo", .format = 1}, 0, {});
    }

    using Configuration = std::vector<std::pair<std::string, std::string>>;

    /// Starts a service; after a kill() as its process does: it folds from the beginning, and
    /// decides from its last recorded word on if build and configuration are the same.
    void start(const std::string& name, Configuration configuration, std::string build = "1+a.x") {
        Member& member = members_.at(name);
        auto started = tapedeck::testing::started(name, std::move(configuration));
        started.build = std::move(build);
        started.producer_id = member.id;
        started.producer_epoch = ++member.epoch;
        started.resumed = member.epoch > 1 && started.build == member.started.build &&
                          started.configuration == member.started.configuration;
        member.started = started;
        member.decide_from =
            Seq{started.resumed ? std::max(member.last_cause.value + 1, member.fresh.value)
                                : records_.size() + 1};
        if (!started.resumed) member.fresh = Seq{records_.size() + 1};
        recover(member);
        member.is_alive = true;
        input(started, 0);
    }

    /// What it said and was not recorded is lost.
    void kill(const std::string& name) {
        Member& member = members_.at(name);
        member.is_alive = false;
        member.said.clear();
        member.in_flight.clear();
        for (auto& decider : make_deciders()) {
            if (decider.name == name) member.decider = std::move(decider.decider);
        }
    }

    /// A fact from outside; then whatever is due to be recorded.
    void input(Event event, std::uint32_t producer = 1) {
        write(std::move(event), producer, {});
        ++inputs_;
        settle(lag_);
    }

    /// The time: the feed's own where everybody is there and waited for, as in lockstep, else the
    /// journal's.
    void tick(Time time) {
        const bool all_there = std::all_of(members_.begin(), members_.end(), [](const auto& each) {
            return each.second.is_alive || each.second.epoch == 0;  // it was never meant to be
        });
        input(ClockTicked{time}, lag_ == 0 && all_there ? 1 : 0);
    }

    std::size_t lag() const { return lag_; }

    /// Everything that was said is recorded.
    void settle() {
        inputs_ += lag_;
        settle(0);
    }

    const std::vector<Written>& records() const { return records_; }

    /// Rewrites a record, as somebody might who wants the past to look otherwise.
    void rewrite(std::size_t at, Recorded changed) {
        Written& written = records_.at(at);
        changed.seq = written.recorded.seq;
        changed.recorded_at = written.recorded.recorded_at;
        written.bytes.clear();
        encode_record(
            written.bytes, changed.producer, changed.number, changed.cause, changed.event);
        written.recorded = std::move(changed);
    }

    /// The index of the nth record of this type; fails the test when there is none.
    std::size_t find(std::uint16_t type, std::size_t nth = 0) const {
        for (std::size_t i = 0; i < records_.size(); ++i) {
            if (records_[i].recorded.event.type() == type && nth-- == 0) return i;
        }
        ADD_FAILURE() << "the tape has too few " << name_of_type(type);
        return 0;
    }

    std::uint32_t producer(const std::string& name) const { return members_.at(name).id; }

    const Decider& decider(const std::string& name) const { return *members_.at(name).decider; }

private:
    static const std::map<std::string, std::uint32_t>& ids() {
        static const std::map<std::string, std::uint32_t> kIds = {
            {"strategy", 2},
            {"risk", 3},
            {"execution.orders", 4},
            {"execution.paper", 5},
            {"execution.portfolio", 6},
            {"execution.kraken", 8}};
        return kIds;
    }

    struct Group {
        Seq cause;
        std::vector<Event> events;
        std::size_t due = 0;
    };

    struct Member {
        std::unique_ptr<Decider> decider;
        std::vector<InFlight> in_flight;
        std::deque<Group> said;
        ServiceStarted started;
        Seq decide_from;
        Seq fresh;
        Seq last_cause;
        std::uint32_t id = 0;
        std::uint32_t epoch = 0;
        bool is_alive = false;
    };

    void write(Event event, std::uint32_t producer, Seq cause) {
        Written written;
        Recorded& recorded = written.recorded;
        recorded.seq = Seq{records_.size() + 1};
        if (const auto* tick = event.as<ClockTicked>()) now_ = std::max(now_, tick->time);
        recorded.recorded_at = now_ += Duration(1);
        recorded.producer = producer;
        recorded.number = producer == 0 ? 0 : ++numbers_[producer];
        recorded.cause = cause;
        recorded.event = std::move(event);
        encode_record(
            written.bytes, recorded.producer, recorded.number, recorded.cause, recorded.event);
        records_.push_back(std::move(written));
        for (const auto& name : order_) {
            Member& member = members_.at(name);
            if (member.is_alive) process(member, records_.back().recorded);
        }
    }

    void process(Member& member, const Recorded& recorded) {
        if (recorded.producer == member.id && !member.in_flight.empty()) {
            member.in_flight.erase(member.in_flight.begin());
        }
        member.decider->apply(recorded);
        if (recorded.seq < member.decide_from) return;
        Outbox out(member.in_flight);
        member.decider->decide(recorded, out);
        if (out.events().empty()) return;
        for (const auto& event : out.events()) member.in_flight.push_back({recorded.seq, event});
        member.said.push_back({recorded.seq, out.take(), inputs_ + lag_});
    }

    void recover(Member& member) {
        for (const auto& written : records_) {
            const Recorded& own = written.recorded;
            if (own.producer == member.id && own.seq >= member.decide_from) {
                member.in_flight.push_back({own.cause, own.event});
            }
        }
        for (const auto& written : records_) {
            const Recorded& each = written.recorded;
            const bool before = each.seq < member.decide_from;
            if (before) {
                member.decider->apply(each);
            } else {
                process(member, each);
            }
        }
    }

    /// Records groups by cause and rank until nobody has anything due.
    void settle(std::size_t lag) {
        for (bool more = true; more;) {
            more = false;
            Member* next = nullptr;
            for (const auto& name : order_) {
                Member& member = members_.at(name);
                if (member.said.empty()) continue;
                if (lag > 0 && member.said.front().due > inputs_) continue;
                const bool first =
                    next == nullptr || member.said.front().cause < next->said.front().cause;
                if (first) next = &member;
            }
            if (next == nullptr) return;
            more = true;
            const Group group = std::move(next->said.front());
            next->said.pop_front();
            next->last_cause = group.cause;
            for (const auto& event : group.events) write(event, next->id, group.cause);
        }
    }

    std::size_t lag_;
    std::size_t inputs_ = 0;
    std::vector<std::string> order_;
    std::map<std::string, Member> members_;
    std::vector<Written> records_;
    std::map<std::uint32_t, std::uint64_t> numbers_;
    Time now_ = tapedeck::testing::time("2026-11-20T12:00:00Z");
};

inline MadeTape::Configuration strategy_configuration(const std::string& period = "2") {
    return {
        {"strategy.rsi.instruments", "demo:BTC/USD"},
        {"strategy.rsi.kind", "rsi"},
        {"strategy.rsi.period", period}};
}

/// Starts all services, as `up` does.
inline void start_all(
    MadeTape& tape, const std::string& period = "2", const std::string& build = "1+a.x") {
    tape.start("strategy", strategy_configuration(period), build);
    tape.start("risk", {{"risk.day_trades", "500"}, {"risk.fraction", "0.05"}}, build);
    tape.start("execution.orders", {}, build);
    tape.start("execution.portfolio", {}, build);
    tape.start("execution.paper", {{"paper.cash", "USD:10000"}}, build);
    using namespace tapedeck::testing;  // NOLINT: literals
    tape.input(InstrumentListed{
        .instrument = instrument("demo:BTC/USD"),
        .price_tick = price("0.1"),
        .quantity_step = quantity("0.001"),
        .quantity_min = quantity("0.001"),
        .notional_min = money("5")});
}

/// `count` minutes of a market that goes up and down, enough for RSI to buy and sell.
inline void play(MadeTape& tape, int count, int first = 0) {
    using namespace tapedeck::testing;  // NOLINT: literals
    const Time start = time("2026-11-20T12:00:00Z");
    // Long enough for an order to come about before its target expires.
    const int ticks = static_cast<int>(tape.lag()) * 8;
    for (int i = first; i < first + count; ++i) {
        const auto level = [](int at) {
            return Price(Decimal::from_integer(60'000 + (at % 14 < 7 ? at % 7 : 7 - at % 7) * 90));
        };
        const Time open = start + std::chrono::minutes(i);
        const Price from = level(i);
        const Price to = level(i + 1);
        tape.tick(open + std::chrono::minutes(1));
        tape.input(CandleClosed{
            .instrument = instrument("demo:BTC/USD"),
            .interval = std::chrono::minutes(1),
            .open_time = open,
            .open = from,
            .high = std::max(from, to),
            .low = std::min(from, to),
            .close = to,
            .volume = quantity("3.5"),
            .trades = {}});
        for (int k = 1; k <= ticks; ++k) {
            tape.tick(open + std::chrono::minutes(1) + std::chrono::milliseconds(k));
        }
    }
}

}  // namespace tapedeck::research::testing
