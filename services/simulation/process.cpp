#include "simulation/process.h"

#include "journal/core/tape_clock.h"
#include "journal/shell/server.h"
#include "journal/store/markers.h"
#include "market-data/core/session.h"
#include "market-data/shell/sender.h"
#include "simulation/sim_feed.h"
#include "simulation/stack.h"
#include "tape/node.h"
#include "tape/socket.h"

namespace tapedeck::simulation {

using namespace std::chrono_literals;

namespace {

constexpr auto kRunDirectory = "sim";
constexpr auto kProfile = "demo";
constexpr std::uint64_t kTapeId = 0x51AD;
constexpr auto kFeed = "market-data";
/// services/journal/main.cpp
constexpr Duration kJumpLimit = 500ms;
/// services/execution/main.cpp
constexpr Duration kWitnessInterval = 1s;

journal::SequencerOptions options_of(const Start& start) {
    journal::SequencerOptions options;
    options.profile = kProfile;
    options.build = build_of(start.variant);
    options.snapshot_records = start.plan.snapshot_records;
    options.snapshot_interval = start.plan.snapshot_interval;
    options.lag = {100'000, 2s};
    if (!start.plan.lockstep) return options;
    for (const auto& kind : deciders()) options.expected.emplace_back(kind.name);
    options.expected.emplace_back(kFeed);
    options.clock_producer = kFeed;
    return options;
}

journal::StoreOptions store_options_of(const Plan& plan) {
    journal::StoreOptions options;
    options.segment_bytes = plan.segment_bytes;
    options.keep_witness = !plan.lockstep;
    return options;
}

/// As services/journal/main.cpp has it.
class Journal final : public Process {
public:
    static Result<std::unique_ptr<Journal>> open(const Start& start, Time wall) {
        const journal::Markers markers(start.directory);
        auto frames = TRY(journal::FrameStore::open(
            start.directory,
            {.tape_id = kTapeId, .profile = kProfile},
            store_options_of(start.plan)));
        start.oracle.opened(frames);
        auto snapshots = TRY(journal::SnapshotStore::open(start.directory + "/snapshots"));
        auto quarantine = TRY(markers.quarantine());
        if (!quarantine) quarantine = TRY(frames.contradiction());
        auto transport = start.network.transport(start.id);
        auto& own = *transport;
        auto server = TRY(journal::Server::bind(
            kRunDirectory,
            {std::move(frames), std::move(snapshots)},
            options_of(start),
            std::move(transport)));
        if (quarantine) server->quarantine(*quarantine);
        return std::unique_ptr<Journal>(
            new Journal(own, std::move(server), markers, {wall, start.network.now()}));
    }

    Result<> step(Time wall, Duration monotonic) override {
        look_at_clock(wall, monotonic);
        TRY(server_->step(clock_.at(monotonic), monotonic, 100ms));
        const std::string reason = quarantine();
        if (reason.empty() || std::exchange(quarantine_told_, true)) return {};
        return markers_.set_quarantine(reason);
    }

    void leave() override { server_->close(); }

    Duration take_wait() override { return transport_.take_wait(); }

    bool is_settled(Seq end) const override { return server_->sequencer().last_seq() == end.value; }

    std::string quarantine() const override { return server_->sequencer().quarantine_reason(); }

private:
    Journal(
        Network::Transport& transport,
        std::unique_ptr<journal::Server> server,
        journal::Markers markers,
        journal::TapeClock clock)
        : transport_(transport),
          server_(std::move(server)),
          markers_(std::move(markers)),
          clock_(clock) {}

    void look_at_clock(Time wall, Duration monotonic) {
        const Duration delta = clock_.difference(wall, monotonic);
        const bool told = std::chrono::abs(delta - told_delta_) <= kJumpLimit;
        if (server_->sequencer().lockstep() || told) return;
        told_delta_ = delta;
        server_->clock_jumped(delta);
    }

    Network::Transport& transport_;  // the server's
    std::unique_ptr<journal::Server> server_;
    journal::Markers markers_;
    journal::TapeClock clock_;
    Duration told_delta_{};
    bool quarantine_told_ = false;
};

/// A process around a node.
class NodeProcess : public Process {
public:
    Result<> step(Time, Duration monotonic) override { return node_->step(monotonic, 50ms); }

    void leave() override { node_->leave(); }

    Duration take_wait() override { return transport_->take_wait(); }

    bool is_settled(Seq end) const override { return node_->is_live() && node_->last() == end; }

protected:
    Result<> join(const Start& start, bool market_data) {
        auto transport = start.network.transport(start.id);
        transport_ = transport.get();
        tape::Node::Options options;
        options.run_directory = kRunDirectory;
        options.build = build_of(start.variant);
        options.market_data_lane = market_data;
        options.only_new = market_data;
        options.witness = start.witness;
        options.instance = start.instance();
        node_ = TRY(tape::Node::connect(options, std::move(transport)));
        node_->on_record([&oracle = start.oracle, id = start.id](const Recorded& recorded) {
            oracle.applied(id, recorded);
        });
        return {};
    }

    tape::Node& node() { return *node_; }

    const tape::Node& node() const { return *node_; }

private:
    Network::Transport* transport_ = nullptr;  // the node's
    std::unique_ptr<tape::Node> node_;
};

class Service final : public NodeProcess {
public:
    Result<> start(const Start& start, const std::string& name) {
        for (const auto& kind : deciders()) {
            if (kind.process != name) continue;
            auto decider = kind.make();
            if (start.plan.plant == Plant::Unordered && name == "strategy") {
                decider = unordered(std::move(decider), Dice(start.id, "salt").next());
            }
            deciders_.emplace_back(kind.name, std::move(decider));
        }
        keeps_witness_ = name == "execution";
        witness_ = start.witness;
        TRY(join(start, false));
        for (auto& [producer, decider] : deciders_) {
            node().add_decider(producer, *decider, configuration_of(producer, start.variant));
        }
        return {};
    }

    Result<> step(Time wall, Duration monotonic) override {
        TRY(NodeProcess::step(wall, monotonic));
        if (!keeps_witness_ || monotonic - witness_at_ < kWitnessInterval) return {};
        witness_at_ = monotonic;
        if (const auto seen = node().witness()) witness_ = seen;
        return {};
    }

    std::optional<tape::Witness> witness() const override { return witness_; }

    std::map<std::string, std::string> states() const override {
        std::map<std::string, std::string> result;
        for (const auto& [name, decider] : deciders_) result.emplace(name, state_of(*decider));
        return result;
    }

private:
    std::vector<std::pair<std::string, std::unique_ptr<Decider>>> deciders_;
    bool keeps_witness_ = false;
    std::optional<tape::Witness> witness_;
    Duration witness_at_{};
};

/// As services/market-data/main.cpp turns it, over a feed of ours.
class MarketData final : public NodeProcess {
public:
    Result<> start(const Start& start) {
        oracle_ = &start.oracle;
        feed_ = std::make_unique<market_data::Session>(
            std::make_unique<SimFeed>(start.plan.seed, start.plan.feed_steps, start_of_time()),
            1min);
        first_ = TRY(feed_->next());
        speed_ = TRY(market_data::Speed::parse(start.plan.speed));
        TRY(join(start, true));
        Settings settings;
        settings.set("market-data.feed", feed_->name());
        producer_ = &node().add_source(kFeed, settings, first_ ? first_->time : Time{});
        return {};
    }

    Result<> step(Time, Duration monotonic) override {
        Duration wait = 50ms;
        if (sender_) wait = sender_->send(monotonic);
        TRY(node().step(monotonic, wait));
        if (!sender_ && node().is_live()) {
            const std::string before = recorded_source();
            if (!before.empty() && before != feed_->source()) {
                return fail("this tape was fed from another source", ExitCode::Configuration);
            }
            const bool ticks = producer_->first_welcome()->lockstep;
            sender_.emplace(*feed_, std::move(first_), *producer_, speed_, ticks);
        }
        return {};
    }

    bool is_done() const override { return sender_ && sender_->is_done(); }

    bool is_settled(Seq end) const override { return NodeProcess::is_settled(end) && is_done(); }

private:
    /// The process asks the journal for the first records.
    std::string recorded_source() const {
        for (const auto& recorded : oracle_->records()) {
            const auto* started = recorded.event.as<FeedStarted>();
            if (started != nullptr) return started->source;
        }
        return "";
    }

    const Oracle* oracle_ = nullptr;
    std::unique_ptr<market_data::Session> feed_;
    std::optional<market_data::Step> first_;
    market_data::Speed speed_;
    tape::Producer* producer_ = nullptr;
    std::optional<market_data::Sender> sender_;
};

}  // namespace

Time start_of_time() {
    return std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
}

Result<std::unique_ptr<Process>> start_journal(const Start& start, Time wall) {
    return TRY(Journal::open(start, wall));
}

Result<std::unique_ptr<Process>> start_service(const Start& start, const std::string& name) {
    auto service = std::make_unique<Service>();
    TRY(service->start(start, name));
    return service;
}

Result<std::unique_ptr<Process>> start_market_data(const Start& start) {
    auto process = std::make_unique<MarketData>();
    TRY(process->start(start));
    return process;
}

/// One command on its way, as tape::Client::submit has it.
struct Operator::Call {
    std::unique_ptr<tape::Channel> channel;
    tape::Producer producer;
    Event event;
    Duration deadline{};
    bool said = false;
};

Operator::Operator(const Start& start)
    : transport_(start.network.transport(start.id)),
      endpoint_(tape::Endpoints::in(kRunDirectory).value().submit_high),
      instance_(start.instance()) {}

Operator::~Operator() = default;

Event Operator::any_command(Dice& dice) {
    const Request request{.by = "sim", .reason = "any", .idempotency_key = {}};
    switch (dice.below(9)) {
        case 0: return TradingPaused{.scope = Scope::All, .name = {}, .request = request};
        case 1: return TradingResumed{.scope = Scope::All, .name = {}, .request = request};
        case 2: return CancelOrdered{.intent = {}, .request = request};
        case 3: return FlattenOrdered{.instrument = {}, .request = request};
        case 4: return KillEngaged{.flatten = dice.chance(0.5), .request = request};
        case 5: return KillReleased{.request = request};
        case 6: return StrategyStopped{.strategy = "swing", .request = request};
        case 7: return StrategyStarted{.strategy = "swing", .request = request};
        default:
            return TradingPaused{.scope = Scope::Strategy, .name = "bands", .request = request};
    }
}

void Operator::say(Event event) {
    commands_.push_back(std::move(event));
}

void Operator::begin(Duration monotonic) {
    tape::Hello hello;
    hello.name = "operator";
    hello.build = "sim";
    hello.instance = instance_ + "-" + std::to_string(++calls_);
    call_ = std::make_unique<Call>(Call{
        .channel = transport_->connect(tape::Channel::Kind::Dealer, endpoint_).value(),
        .producer = tape::Producer(hello),
        .event = std::move(commands_.front()),
        .deadline = monotonic + 10s});
    commands_.pop_front();
}

Result<> Operator::step(Time, Duration monotonic) {
    if (!call_ && !commands_.empty()) begin(monotonic);
    if (!call_) return {};
    Call& call = *call_;
    while (auto message = call.producer.next_message({}, {})) {
        if (!call.channel->send(message->header, message->body)) break;
        call.producer.sent();
    }
    bool over = monotonic > call.deadline;  // the outcome is unknown: the next command may go
    while (auto received = call.channel->receive()) {
        const auto header = TRY(tape::decode_header(received->header, received->body));
        over = over || !call.producer.receive(header, received->body);
    }
    if (call.producer.ready() && !call.said) {
        const tape::Producer::Item item{&call.event, {}};
        call.producer.append({}, {}, {&item, 1});
        call.said = true;
    } else if (call.said && call.producer.is_drained()) {
        const tape::Message bye = call.producer.bye();
        call.channel->send(bye.header, bye.body);
        over = true;
    }
    if (over) call_.reset();
    return {};
}

Duration Operator::take_wait() {
    return call_ || !commands_.empty() ? 20ms : 1s;
}

bool Operator::is_settled(Seq) const {
    return !call_ && commands_.empty();
}

}  // namespace tapedeck::simulation
