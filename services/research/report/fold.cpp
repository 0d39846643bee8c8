#include "base/crc32c.h"
#include "execution/core/fill_ledger.h"
#include "research/report/holdings.h"
#include "research/report/material.h"
#include "research/report/price_curves.h"
#include "research/report/round_trips.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>
#include <utility>

namespace tapedeck::research {

namespace {

/// As long as quotes are not older than this, their middle is the mark, whatever trades.
constexpr Duration kQuoteLife = std::chrono::minutes(1);
/// Its ticks are of the wall; a feed that brings its own time ticks itself.
constexpr std::uint32_t kJournal = 0;

std::string hash_of(const std::map<std::string, std::string>& texts) {
    std::uint32_t crc = 0;
    for (const auto& [name, text] : texts) crc = crc32c(name + '\n' + text + '\n', crc);
    std::array<char, 16> hex{};
    std::snprintf(hex.data(), hex.size(), "%08x", crc);
    return texts.empty() ? "" : hex.data();
}

/// What the paper venue assumed, but for how much money there was.
std::string fill_model_of(const ServiceStarted& started) {
    std::string text;
    for (const auto& entry : started.configuration) {
        if (!entry.key.starts_with("paper.") || entry.key == "paper.cash") continue;
        text += (text.empty() ? "" : " ") + entry.key.substr(6) + "=" + entry.value;
    }
    return text.empty() ? "defaults" : text;
}

/// Daily returns of holding one market from the first mark on. `last` is the mark at the end of a
/// day that has not ended, if there is one.
std::vector<double> holding(const Market& market, std::size_t days, bool has_last) {
    std::vector<double> marks = market.daily_marks;
    marks.resize(days - (has_last ? 1 : 0), 0);
    if (has_last) marks.push_back(market.mark.decimal().to_double());
    for (double& mark : marks) {
        if (mark == 0) mark = market.first_mark;
    }
    return marks;
}

std::vector<double> returns_of_marks(const std::vector<double>& marks, double first) {
    std::vector<double> r;
    double before = first;
    for (const double mark : marks) {
        r.push_back(before > 0 ? mark / before - 1 : 0);
        before = mark;
    }
    return r;
}

}  // namespace

class ReportFold::State {
public:
    explicit State(ReportOptions options) : options_(options) {}

    void apply(const Recorded& recorded) {
        const Time now = std::max(now_, recorded.recorded_at);
        if (!first_seq_.exists()) first_seq_ = recorded.seq;
        last_seq_ = recorded.seq;
        if (waits_for_start_ && options_.from && now >= *options_.from) start_late();
        if (is_owed_ && now - owed_since_ >= EquitySeries::kGrace) settle();
        now_ = now;
        if (equity_.is_day_over(now)) end_days();
        if (const auto* candle = recorded.event.as<CandleClosed>()) {
            closed(*candle, recorded);
        } else if (const auto* quote = recorded.event.as<QuoteChanged>()) {
            orders_.market_data(recorded.seq, now);
            Market& market = seen(quote->instrument);
            market.quoted_at = now;
            priced(market, middle_of(*quote));
        } else if (const auto* trade = recorded.event.as<TradePrinted>()) {
            orders_.market_data(recorded.seq, now);
            traded(*trade);
        } else if (recorded.event.as<ClockTicked>() != nullptr) {
            if (recorded.producer != kJournal) orders_.on_data_time();
        } else {
            rest(recorded);
        }
    }

    Report report() const;

private:
    Market& seen(const Instrument& instrument) {
        Market& market = holdings_.market(instrument);
        if (market.candle && !market.open.empty()) {
            take_candle(market, market.open);
            market.candle.reset();
        }
        return market;
    }

    void closed(const CandleClosed& candle, const Recorded& recorded) {
        orders_.market_data(recorded.seq, now_);
        Market& market = seen(candle.instrument);
        market.candle =
            Market::Candle{recorded.seq, candle.open_time, candle.high, candle.low, candle.close};
        if (now_ - market.quoted_at <= kQuoteLife) return;
        if (!market.matters()) return mark_idle(market, candle.close);
        if (const auto appeared = set_mark(market, candle.close)) {
            flow(*appeared);
        } else {
            owe();
        }
    }

    void traded(const TradePrinted& trade) {
        Market& market = seen(trade.instrument);
        if (now_ - market.quoted_at > kQuoteLife) {
            priced(market, trade.price);
            return;
        }
        for (auto& open : market.open) open.see(trade.price);
    }

    /// A new mark on which nothing hangs: most of a backtest's tape.
    void mark_idle(Market& market, Price price) {
        if (market.first_mark == 0) set_first_mark(market, price);
        market.mark = price;
        market.is_priced = true;
        equity_.idle(now_);
    }

    std::optional<Money> set_mark(Market& market, Price price) {
        if (market.first_mark == 0) set_first_mark(market, price);
        return holdings_.set_mark(market, price);
    }

    void set_first_mark(Market& market, Price price) const {
        if (equity_.has_begun()) market.first_mark = price.decimal().to_double();
    }

    /// A trade or quote: known at once.
    void priced(Market& market, Price price) {
        if (!market.matters()) return mark_idle(market, price);
        for (auto& open : market.open) open.see(price);
        if (const auto appeared = set_mark(market, price)) {
            flow(*appeared);
        } else {
            observe();
        }
    }

    /// A candle has closed: what it fills inside is recorded after it, and the candles of other
    /// instruments too. Equity is looked at when all of that is there, or a position would be
    /// marked down to a close long after its stop.
    void owe() {
        if (is_owed_) return;
        is_owed_ = true;
        owed_since_ = now_;
    }

    void settle() {
        if (!is_owed_) return;
        const Time now = std::exchange(now_, owed_since_);
        observe();
        now_ = now;
    }

    void observe() {
        is_owed_ = false;
        if (!equity_.has_begun()) return;
        equity_.observe(now_, holdings_.value());
        expose(exposure_, now_);
    }

    void expose(Exposure& exposure, Time now) const {
        exposure.pass(now);
        double gross = 0;
        double net = 0;
        double largest = 0;
        for (const Market* market : holdings_.open_markets()) {
            gross += std::abs(market->value);
            net += market->value;
            largest = std::max(largest, std::abs(market->value));
        }
        exposure.set(gross, net, largest, holdings_.value());
    }

    void flow(Money amount);
    void begin();
    void start_late();
    void end_days();
    void rest(const Recorded& recorded);
    void filled(const Recorded& recorded, const OrderFilled& fill);
    std::vector<Trade> open_trades() const;
    void add_notes(std::vector<Trade>& trades) const;
    void add_days(Report& report) const;
    void add_conventions(Report& report) const;
    void add_warnings(Report& report) const;
    void add_benchmarks(const Report& report, Material& material) const;

    ReportOptions options_;
    Holdings holdings_;
    EquitySeries equity_;
    OrderBook orders_;
    RoundTrips trips_;
    Exposure exposure_;
    execution::FillLedger ledger_;
    bool waits_for_start_ = true;
    bool is_owed_ = false;  // a look at equity
    Time owed_since_{};
    bool has_filled_ = false;
    Money carried_;
    Time now_{};
    Seq first_seq_;
    Seq last_seq_;
    TapeStarted tape_;
    std::string build_;
    std::string fill_model_;
    std::map<std::string, std::string> configurations_;
    std::map<std::string, std::string> sources_;
    std::map<Instrument, Time> stale_since_;
    Duration stale_{};
    Duration gaps_{};
    std::map<Seq, std::vector<Note>> notes_;  // by what they are about
};

void ReportFold::State::begin() {
    is_owed_ = false;
    equity_.begin(now_, holdings_.equity());
    exposure_ = Exposure();
    exposure_.since = now_;
    expose(exposure_, now_);
    for (auto& market : holdings_.markets()) {
        market.daily_marks.clear();
        market.first_mark = market.is_priced ? market.mark.decimal().to_double() : 0;
    }
}

/// Statistics begin at the time that was asked for, with what is held by then.
void ReportFold::State::start_late() {
    waits_for_start_ = false;
    if (!equity_.has_begun()) return;  // the first deposit begins them, as ever
    now_ = std::max(now_, *options_.from);
    for (const auto& trade : open_trades()) carried_ += trade.net_reporting;
    trips_.restart();
    orders_.restart_counts();
    stale_ = gaps_ = Duration{};
    for (auto& [instrument, since] : stale_since_) since = now_;
    begin();
}

void ReportFold::State::end_days() {
    settle();
    const std::size_t before = equity_.days().size();
    equity_.end_days(now_, holdings_.equity());
    const std::size_t days = equity_.days().size();
    for (auto& market : holdings_.markets()) {
        market.daily_marks.resize(before, 0);
        market.daily_marks.resize(days, market.is_priced ? market.mark.decimal().to_double() : 0);
    }
}

void ReportFold::State::flow(Money amount) {
    if (!equity_.has_begun()) {
        begin();
        return;
    }
    equity_.flow(now_, amount, holdings_.equity(), !has_filled_);
    expose(exposure_, now_);
}

void ReportFold::State::filled(const Recorded& recorded, const OrderFilled& fill) {
    Market& market = holdings_.market(fill.instrument);
    // What a candle fills, it fills before its close: its extremes are not all the trade's.
    const bool by_candle = market.candle && recorded.cause == market.candle->seq;
    if (!by_candle) seen(fill.instrument);
    trips_.book(holdings_, recorded, fill, orders_.find(fill.intent));
    orders_.filled(fill, now_);
    has_filled_ = true;
    if (by_candle) {
        owe();
    } else {
        observe();
    }
}

void ReportFold::State::rest(const Recorded& recorded) {
    const bool is_new_fill = ledger_.fold(recorded);
    const Event& event = recorded.event;
    if (const auto* fill = event.as<OrderFilled>()) {
        if (is_new_fill) filled(recorded, *fill);
        return;
    }
    std::optional<Price> mark;
    if (const auto* intended = event.as<OrderIntended>()) {
        const Market& market = holdings_.market(intended->terms.instrument);
        if (market.is_priced) mark = market.mark;
        trips_.stop_placed(holdings_, intended->terms);
    }
    orders_.apply(recorded, mark);
    if (const auto* deposit = event.as<CashDeposited>()) {
        settle();
        holdings_.add_cash(deposit->currency, deposit->amount);
        flow(holdings_.in_reporting(deposit->amount, deposit->currency));
    } else if (const auto* started = event.as<TapeStarted>()) {
        tape_ = *started;
    } else if (const auto* service = event.as<ServiceStarted>()) {
        build_ = service->build;
        if (service->service == "execution.paper") fill_model_ = fill_model_of(*service);
        std::string& text = configurations_[service->service];
        text.clear();
        for (const auto& entry : service->configuration)
            text += entry.key + '=' + entry.value + '\n';
    } else if (const auto* feed = event.as<FeedStarted>()) {
        sources_[feed->feed] = feed->source;
    } else if (const auto* stale = event.as<FeedStale>()) {
        stale_since_.try_emplace(stale->instrument, stale->last_at);
    } else if (const auto* restored = event.as<FeedRestored>()) {
        const auto since = stale_since_.find(restored->instrument);
        if (since == stale_since_.end()) return;
        stale_ += now_ - since->second;
        stale_since_.erase(since);
    } else if (const auto* note = event.as<NoteTaken>()) {
        notes_[note->about].push_back(
            {recorded.seq, now_, note->request.by, note->text, note->tags});
    } else if (const auto* gap = event.as<MarketDataGap>()) {
        gaps_ += gap->to - gap->from;
    }
}

std::vector<Trade> ReportFold::State::open_trades() const {
    std::vector<Trade> trades;
    for (const auto& market : holdings_.markets()) {
        Market copy;
        copy.candle = market.candle;
        copy.open = market.open;
        take_candle(copy, copy.open);
        for (const auto& open : copy.open) {
            trades.push_back(open.at(market.mark, now_));
            convert(trades.back(), holdings_);
        }
    }
    std::stable_sort(trades.begin(), trades.end(), [](const Trade& a, const Trade& b) {
        return a.opening_fill < b.opening_fill;
    });
    return trades;
}

void ReportFold::State::add_notes(std::vector<Trade>& trades) const {
    if (notes_.empty()) return;
    for (auto& trade : trades) {
        const std::set<Seq> own = {
            trade.order, trade.opening_fill, trade.closing_order, trade.closing_fill};
        for (const Seq seq : own) {
            const auto found = notes_.find(seq);
            if (found == notes_.end()) continue;
            trade.notes.insert(trade.notes.end(), found->second.begin(), found->second.end());
        }
        std::sort(trade.notes.begin(), trade.notes.end(), [](const Note& a, const Note& b) {
            return a.seq < b.seq;
        });
    }
}

void ReportFold::State::add_conventions(Report& report) const {
    Conventions& head = report.conventions;
    head.risk_free = options_.risk_free;
    head.currency = holdings_.currency();
    head.days = report.days.size();
    head.from = equity_.begun_at();
    head.to = now_;
    if (equity_.has_begun()) {
        const Duration length = now_ - equity_.begun_at();
        head.length_days = std::chrono::duration<double, std::ratio<86'400>>(length).count();
    }
    head.tape_id = tape_.tape_id;
    head.profile = tape_.profile;
    head.config_hash = hash_of(configurations_);
    head.data_hash = hash_of(sources_);
    head.build = build_;
    head.fill_model = fill_model_;
    head.first_seq = first_seq_;
    head.last_seq = last_seq_;
}

void ReportFold::State::add_warnings(Report& report) const {
    const auto warn = [&](std::string text) { report.warnings.push_back(std::move(text)); };
    if (!equity_.has_begun()) warn("no cash was ever deposited: there is no equity to speak of");
    if (equity_.ruined_at()) warn("ruined at " + to_string(*equity_.ruined_at()));
    for (const auto& currency : holdings_.unrated()) {
        warn("money in " + currency + " is not counted: no price in " + holdings_.currency());
    }
    if (trips_.unbookable() > 0) {
        warn(std::to_string(trips_.unbookable()) + " fills were too large to be booked");
    }
    if (report.trades.size() < 30) {
        warn(
            "only " + std::to_string(report.trades.size()) +
            " closed trades: their figures are anecdotes");
    }
    const Figure* p = report.find("p_value");
    if (p != nullptr && p->value && *p->value > 0.05) {
        warn("the mean trade cannot be told from 0 (p > 0.05)");
    }
}

void ReportFold::State::add_benchmarks(const Report& report, Material& material) const {
    const std::size_t days = report.days.size();
    if (days == 0) return;
    const bool has_last = days > equity_.days().size();
    std::vector<double> equal(days, 0);
    double count = 0;
    for (const auto& market : holdings_.markets()) {
        if (!market.was_traded || market.first_mark == 0) continue;
        const auto marks = holding(market, days, has_last);
        ++count;
        for (std::size_t i = 0; i < days; ++i) equal[i] += marks[i] / market.first_mark;
        const bool is_btc = market.instrument.base() == "BTC";
        if (is_btc && material.hold_btc.empty()) {
            material.hold_btc = returns_of_marks(marks, market.first_mark);
        }
    }
    if (count > 0) material.hold_equal = returns_of_marks(equal, count);
}

Report ReportFold::State::report() const {
    EquitySeries equity = equity_;
    Exposure exposure = exposure_;
    if (is_owed_ && equity.has_begun()) {
        equity.observe(owed_since_, holdings_.value());
        expose(exposure, owed_since_);
    }
    if (equity.has_begun()) exposure.pass(now_);
    Report report;
    report.start_equity = equity.start();
    report.end_equity = holdings_.equity();
    report.flows = equity.flows();
    report.ruined_at = equity.ruined_at();
    report.days = equity.days();
    if (const auto last = equity.last_day(now_, report.end_equity)) report.days.push_back(*last);
    report.curve = equity.curve();
    report.trades = trips_.closed();
    report.open_trades = open_trades();
    add_notes(report.trades);
    add_notes(report.open_trades);
    Material material{
        .equity = equity,
        .orders = orders_,
        .options = options_,
        .costs = trips_.costs(),
        .exposure = exposure,
        .drawdowns = equity.drawdowns().summary(now_),
        .end_equity = report.end_equity,
        .carried = carried_,
        .to = now_,
        .stale = stale_,
        .gaps = gaps_,
        .instruments = holdings_.markets().size(),
        .hold_btc = {},
        .hold_equal = {}};
    for (const auto& [instrument, since] : stale_since_) material.stale += now_ - since;
    report.drawdowns = material.drawdowns.deepest;
    report.tallies = orders_.tallies();
    add_conventions(report);
    add_periods(report);
    add_breakdowns(report);
    add_benchmarks(report, material);
    add_figures(report, material);
    add_warnings(report);
    return report;
}

const Figure* Report::find(std::string_view key) const {
    const auto found = std::find_if(
        figures.begin(), figures.end(), [&](const Figure& figure) { return figure.key == key; });
    return found == figures.end() ? nullptr : &*found;
}

ReportFold::ReportFold() : ReportFold(ReportOptions{}) {}

ReportFold::ReportFold(ReportOptions options) : state_(std::make_unique<State>(options)) {}

ReportFold::~ReportFold() = default;

void ReportFold::apply(const Recorded& recorded) {
    state_->apply(recorded);
}

Report ReportFold::report() const {
    return state_->report();
}

}  // namespace tapedeck::research
