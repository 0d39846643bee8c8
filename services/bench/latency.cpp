#include "base/verify.h"
#include "bench/bench.h"
#include "bench/samples.h"
#include "bench/scratch.h"
#include "bench/stack.h"
#include "tape/node.h"

#include <fmt/format.h>

#include <deque>
#include <map>
#include <vector>

namespace tapedeck::bench {

using namespace std::chrono_literals;

namespace {

constexpr int kPairs = 25;
constexpr Duration kPause = 1ms;  // 1,000 ticks a second
constexpr Duration kCandle = 1s;
constexpr std::size_t kCandlesToWarmUp = 4;
constexpr Duration kStartPatience = 10s;
/// Links from tick to target to approval that are remembered; older ones led to nothing.
constexpr std::size_t kLinksMax = 20'000;

/// Every candle turns RSI over, so every candle leads to an order; the trade after it fills the
/// order, so the next candle finds none pending. Limits are out of the way: what is measured is the
/// path, not the policy.
std::string configuration() {
    std::string pairs;
    for (int i = 0; i < kPairs; ++i) {
        pairs += fmt::format("{}\"bench:P{:02}/USD\"", i == 0 ? "" : ", ", i);
    }
    return "[journal]\nclock = \"wall\"\nsync = \"commit\"\n\n"
           "[strategy.flip]\nkind = \"rsi\"\nperiod = 1\nlower = \"40\"\nupper = \"60\"\n"
           "interval = \"1s\"\nvalid_for = \"2h\"\ninstruments = [" +
           pairs +
           "]\n\n"
           "[risk]\nfraction = \"0.001\"\nrequire_stop = false\nstop_loss = \"0\"\n"
           "take_profit = \"0\"\nduplicate_window = \"0s\"\nday_trades = 1000000\n"
           "order_rate = 100000\norder_rate_window = \"1s\"\nmax_open_orders = 1000\n"
           "max_orders_per_trade = 1000000\nprice_collar = \"1\"\nday_loss = \"1\"\n"
           "max_drawdown = \"1\"\nmax_price_age = \"2h\"\n\n"
           "[paper]\ncash = [\"USD:1000000000\"]\nfees = \"zero\"\nlatency = \"0s\"\n"
           "slippage_bps = \"0\"\nparticipation = \"1\"\n";
}

/// The market: for each pair in turn a candle, up or down, and then a trade.
class Ticks {
public:
    explicit Ticks(Time start) : start_(start) {
        for (int i = 0; i < kPairs; ++i) {
            instruments_.push_back(*Instrument::parse(fmt::format("bench:P{:02}/USD", i)));
        }
    }

    std::vector<Event> listings() const {
        std::vector<Event> events;
        for (const auto& instrument : instruments_) {
            events.emplace_back(InstrumentListed{
                .instrument = instrument,
                .price_tick = *Price::parse("0.01"),
                .quantity_step = *Quantity::parse("0.0001"),
                .quantity_min = *Quantity::parse("0.0001"),
                .notional_min = *Money::parse("1")});
        }
        return events;
    }

    Event next() {
        const std::size_t round = given_ / kPairs;
        const Instrument& instrument = instruments_[given_ % kPairs];
        ++given_;
        const std::size_t candles = round / 2;
        const bool up = candles % 2 == 1;
        const Price close = *Price::parse(up ? "101" : "99");
        if (round % 2 == 1) {
            return TradePrinted{
                .instrument = instrument,
                .price = close,
                .quantity = *Quantity::parse("1000000"),
                .taker_side = Side::Buy,
                .trade_id = std::to_string(given_)};
        }
        const Price open = *Price::parse(up ? "99" : "101");
        return CandleClosed{
            .instrument = instrument,
            .interval = kCandle,
            .open_time = start_ + kCandle * static_cast<std::int64_t>(candles),
            .open = open,
            .high = std::max(open, close),
            .low = std::min(open, close),
            .close = close,
            .volume = *Quantity::parse("1000"),
            .trades = 10};
    }

private:
    Time start_;
    std::vector<Instrument> instruments_;
    std::size_t given_ = 0;
};

/// From each intent back to the tick that it answers, by what the events say of each other.
class Matching {
public:
    void sent(std::uint64_t number, Duration at) { sent_.emplace(number, at); }

    /// What has come back, of the whole tape in order.
    void take(const Recorded& recorded, std::uint32_t own_producer, Duration now) {
        if (recorded.producer == own_producer) {
            const auto at = sent_.find(recorded.number);
            if (at == sent_.end()) return;
            if (recorded.event.as<CandleClosed>() != nullptr) remember(recorded.seq, at->second);
            sent_.erase(at);
        } else if (recorded.event.as<TargetSet>() != nullptr) {
            follow(recorded.seq, recorded.cause);
        } else if (const auto* approved = recorded.event.as<OrderApproved>()) {
            follow(recorded.seq, approved->target);
        } else if (recorded.event.as<OrderDenied>() != nullptr) {
            ++denied_;
        } else if (const auto* intended = recorded.event.as<OrderIntended>()) {
            const auto link = ticks_.find(intended->approved);
            if (link != ticks_.end()) samples_.add(now - link->second);
        }
    }

    void begin() {
        samples_ = Samples();
        denied_ = 0;
    }

    Samples& samples() { return samples_; }

    std::uint64_t denied() const { return denied_; }

private:
    void remember(Seq seq, Duration tick) {
        ticks_.emplace(seq, tick);
        if (ticks_.size() > kLinksMax) ticks_.erase(ticks_.begin());
    }

    void follow(Seq seq, Seq from) {
        const auto link = ticks_.find(from);
        if (link != ticks_.end()) remember(seq, link->second);
    }

    std::map<std::uint64_t, Duration> sent_;  ///< by our own number
    std::map<Seq, Duration> ticks_;           ///< when the tick behind this record was sent
    Samples samples_;
    std::uint64_t denied_ = 0;
};

/// The market-data process of this stack: our own, so that one clock sees both ends.
class Market {
public:
    static Result<std::unique_ptr<Market>> connect(
        const Options& options, const std::string& run_directory, Time start) {
        auto node = TRY(tape::Node::connect({run_directory, "bench", true}));
        return std::unique_ptr<Market>(new Market(options, std::move(node), start));
    }

    /// Until the tape says that every decider is there and we have said what can be traded.
    Result<> begin(Stack& stack) {
        const Duration deadline = options_.clock.monotonic() + kStartPatience;
        while (!node_->is_live() || deciders_ < kDeciders) {
            TRY(turn(kPause));
            TRY(stack.check());
            if (options_.clock.monotonic() > deadline) return fail("the stack has not come up");
        }
        source_.append({}, ticks_.listings());
        return {};
    }

    /// A tick a millisecond. Says how many it were, in how long.
    Result<double> run(Duration time) {
        matching_.begin();
        const Duration start = options_.clock.monotonic();
        std::uint64_t count = 0;
        Duration now = start;
        for (Duration due = start; now - start < time && !options_.interrupted();) {
            if (now >= due) {
                due += kPause;
                const Event event = ticks_.next();
                source_.append({}, std::span(&event, 1));
                matching_.sent(source_.last_number(), now);
                ++count;
            }
            TRY(turn(now >= due ? Duration::zero() : kPause));
            now = options_.clock.monotonic();
        }
        return rate(count, now - start);
    }

    Matching& matching() { return matching_; }

private:
    static constexpr int kDeciders = 5;

    Market(const Options& options, std::unique_ptr<tape::Node> node, Time start)
        : options_(options),
          node_(std::move(node)),
          source_(node_->add_source("market-data", {})),
          ticks_(start) {
        node_->on_record([this](const Recorded& recorded) {
            const auto* started = recorded.event.as<ServiceStarted>();
            if (started != nullptr && started->service != "market-data") ++deciders_;
            matching_.take(recorded, source_.id(), options_.clock.monotonic());
        });
    }

    Result<> turn(Duration longest) { return node_->step(options_.clock.monotonic(), longest); }

    const Options& options_;
    std::unique_ptr<tape::Node> node_;
    tape::Producer& source_;
    Ticks ticks_;
    Matching matching_;
    int deciders_ = 0;
};

}  // namespace

Result<Report> bench_latency(const Options& options) {
    const Scratch scratch = TRY(Scratch::in(options.directory));
    Report report{
        .bench = "latency", .where = describe_machine(scratch.path()), .figures = {}, .notes = {}};
    const Duration time = options.time / 2;
    auto stack = TRY(Stack::start(
        options, scratch.path(), {"journal", "strategy", "risk", "execution"}, configuration()));
    // The data's time ends about now, or the targets would be too old.
    const Time start = std::chrono::floor<std::chrono::seconds>(options.clock.wall()) - 10min;
    auto market = TRY(Market::connect(options, stack.run_directory(), start));
    TRY(market->begin(stack));
    TRY(market->run(kPause * (kCandlesToWarmUp * 2 * kPairs)));
    TRY(market->run(time / 10));
    const double ticks = TRY(market->run(time));
    TRY(stack.check());
    Samples& samples = market->matching().samples();
    if (samples.empty()) return fail("no tick led to an order: look for denials");
    report.add({.key = "rate_per_second", .what = "ticks", .value = ticks});
    report.add(
        {.key = "intents_per_second",
         .what = "order intents that they led to",
         .value = rate(samples.size(), time)});
    report.add(
        {.key = "tick_to_intent_p50_us",
         .what = "tick sent to intent durable and seen, p50",
         .value = samples.percentile_us(50),
         .at_most = 2000});
    report.add(
        {.key = "tick_to_intent_p99_us",
         .what = "the same, p99",
         .value = samples.percentile_us(99),
         .at_most = 6000});
    report.add(
        {.key = "tick_to_intent_p999_us",
         .what = "the same, p99.9",
         .value = samples.percentile_us(99.9)});
    report.notes.emplace_back(fmt::format(
        "four commits on the way: tick, target, approval, intent; {} targets denied; the bench is "
        "the market-data process, so that one clock sees both ends",
        market->matching().denied()));
    return report;
}

}  // namespace tapedeck::bench
