#include "stack.h"
#include "tape/node.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>

/// A process that is stopped, not killed: its sockets stay open, and only its silence tells.
namespace tapedeck::integration {
namespace {

using namespace std::chrono_literals;

Stack wall_stack() {
    return Stack(
        {"journal.clock=wall",
         "journal.sync=commit",
         "risk.max_price_age=1h",
         "market-data.feed=synthetic",
         "market-data.speed=1",
         "market-data.instruments=test:BTC/USD,test:ETH/USD,test:SOL/USD"});
}

/// A visitor that follows the tape and states targets of its own.
class Probe {
public:
    explicit Probe(const Stack& stack)
        : node_(tape::Node::connect({.run_directory = stack.home() + "/run", .build = "test"})
                    .value()),
          source_(node_->add_source("probe", {})) {
        node_->on_record([this](const Recorded& recorded) { take(recorded); });
    }

    /// Follows until `done`; false after a minute.
    bool follow_until(const std::function<bool()>& done) {
        const Duration deadline = monotonic_now() + 60s;
        while (!done()) {
            const auto step = node_->step(monotonic_now(), 20ms);
            EXPECT_TRUE(step) << step.error().message;
            if (!step || monotonic_now() > deadline) return false;
        }
        return true;
    }

    /// A price and the paper account's cash: before that every entry is denied, and rightly.
    bool wait_for_market() {
        return follow_until([&] { return node_->is_live() && price_.is_positive() && has_cash_; });
    }

    bool wait_for(std::string_view event, std::string_view service) {
        const std::string wanted = std::string(event) + " " + std::string(service);
        return follow_until([&] { return seen_.contains(wanted); });
    }

    /// Only what is said from here on counts.
    void forget() { seen_.clear(); }

    /// "approved", or the code of the denial; each time another strategy asks, so that what came
    /// before is in nobody's way.
    std::string ask() {
        TargetSet target;
        target.strategy = "probe" + std::to_string(++asked_);
        target.instrument = *Instrument::parse("test:BTC/USD");
        target.exposure = *Ratio::parse("1");
        target.reference_price = price_;
        target.valid_until = now_ + 10min;
        target.reason = "probe";
        verdict_.clear();
        strategy_ = target.strategy;
        const Event event(std::move(target));
        source_.append({}, std::span(&event, 1));
        if (!follow_until([&] { return !verdict_.empty(); })) return "no verdict";
        return verdict_;
    }

private:
    void take(const Recorded& recorded) {
        now_ = recorded.recorded_at;
        const Event& event = recorded.event;
        if (const auto* trade = event.as<TradePrinted>()) {
            if (trade->instrument.name() == "test:BTC/USD") price_ = trade->price;
        } else if (const auto* approved = event.as<OrderApproved>()) {
            if (approved->terms.strategy == strategy_) verdict_ = "approved";
        } else if (const auto* denied = event.as<OrderDenied>()) {
            if (denied->strategy == strategy_) verdict_ = to_string(denied->code);
        } else if (event.as<CashDeposited>() != nullptr) {
            has_cash_ = true;
        } else if (const auto* started = event.as<ServiceStarted>()) {
            seen_.insert("ServiceStarted " + started->service);
        } else if (const auto* lost = event.as<ServiceLost>()) {
            seen_.insert("ServiceLost " + lost->service);
        }
    }

    std::unique_ptr<tape::Node> node_;
    tape::Producer& source_;
    Time now_{};
    Price price_;
    bool has_cash_ = false;
    int asked_ = 0;
    std::string strategy_;
    std::string verdict_;
    std::set<std::string> seen_;
};

Output ask_command(const Stack& stack, std::vector<std::string> arguments) {
    arguments.insert(
        arguments.end(),
        {"--home", stack.home(), "--config", stack.home() + "/config", "--profile", "demo"});
    return run("tapedeck", arguments);
}

/// Polls until the command ends with this code; false after half a minute.
bool ends_with(const Stack& stack, const std::vector<std::string>& arguments, int code) {
    const Duration deadline = monotonic_now() + 30s;
    while (ask_command(stack, arguments).exit_code != code) {
        if (monotonic_now() > deadline) return false;
    }
    return true;
}

class HealthTest : public ::testing::TestWithParam<const char*> {};

TEST_P(HealthTest, NoNewRiskWhileACoreServiceIsStopped) {
    const std::string service = GetParam();
    Stack stack = wall_stack();
    stack.start_all();
    ASSERT_NE(stack.connect(), nullptr);
    Probe probe(stack);
    ASSERT_TRUE(probe.wait_for_market());
    EXPECT_EQ(probe.ask(), "approved");
    // Who is not there yet cannot get lost.
    ASSERT_TRUE(probe.wait_for("ServiceStarted", service)) << stack.last_words();

    stack.process(service).signal(SIGSTOP);
    ASSERT_TRUE(probe.wait_for("ServiceLost", service)) << stack.last_words();
    EXPECT_EQ(probe.ask(), "service_down");
    EXPECT_EQ(ask_command(stack, {"health", service}).exit_code, 4);
    EXPECT_EQ(ask_command(stack, {"status", "--strict"}).exit_code, 10);

    probe.forget();
    stack.process(service).signal(SIGCONT);
    ASSERT_TRUE(probe.wait_for("ServiceStarted", service));
    EXPECT_EQ(probe.ask(), "approved");
    EXPECT_TRUE(ends_with(stack, {"health", service}, 0));
    stack.stop();
}

INSTANTIATE_TEST_SUITE_P(
    Services, HealthTest, ::testing::Values("strategy", "market-data"), [](const auto& each) {
        std::string name = each.param;
        std::erase(name, '-');
        return name;
    });

TEST(HealthCommandTest, EveryProcessIsReadyOnceTheStackRuns) {
    Stack stack = wall_stack();
    EXPECT_EQ(ask_command(stack, {"health"}).exit_code, 4);
    stack.start_all();
    ASSERT_NE(stack.connect(), nullptr);
    ASSERT_TRUE(ends_with(stack, {"health"}, 0));
    const auto output = ask_command(stack, {"health", "--json"});
    std::istringstream lines(output.out);
    double memory = 0;
    int processes = 0;
    for (std::string line; std::getline(lines, line); ++processes) {
        const auto object = nlohmann::json::parse(line);
        EXPECT_EQ(object["ready"], true) << line;
        memory += object["resident_bytes"].get<double>();
    }
    EXPECT_EQ(processes, 5);
    RecordProperty("resident_bytes", std::to_string(memory));
    stack.stop();
}

}  // namespace
}  // namespace tapedeck::integration
