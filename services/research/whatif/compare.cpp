#include "research/whatif/compare.h"

#include "research/decider_proof.h"
#include "research/whatif/matching.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

namespace tapedeck::research {

namespace {

using Decision = DaySheet::Decision;
using Execution = DaySheet::Execution;

constexpr double kBasisPoints = 10'000;

struct Span {
    Time from = Time::min();
    Time to = Time::max();

    bool holds(Time time) const { return from <= time && time <= to; }
};

/// When both have seen the market; nothing if never.
std::optional<Span> common_span(const DaySheet& a, const DaySheet& b) {
    const auto span_of = [](const DaySheet& sheet) -> std::optional<Span> {
        std::optional<Span> span;
        for (const auto& [series, pieces] : sheet.market) {
            if (pieces.empty()) continue;
            const Time first = pieces.begin()->first.first;
            const Time last = pieces.rbegin()->first.first;
            if (!span) span = Span{first, last};
            span->from = std::min(span->from, first);
            span->to = std::max(span->to, last);
        }
        return span;
    };
    const auto one = span_of(a);
    const auto other = span_of(b);
    if (!one || !other) return std::nullopt;
    const Span both{std::max(one->from, other->from), std::min(one->to, other->to)};
    return both.from <= both.to ? std::optional(both) : std::nullopt;
}

/// One comparison at work.
class Comparer {
public:
    Comparer(const DaySheet& a, const DaySheet& b, const CompareOptions& options, Span span)
        : a_(a), b_(b), options_(options), span_(span) {
        result_.from = span.from;
        result_.to = span.to;
    }

    DayComparison run() {
        market();
        fills();  // before decisions: a fill that differs explains what follows
        evaluations();
        decisions();
        if (result_.first) explain(*result_.first);
        return std::move(result_);
    }

private:
    void market() {
        for (const auto& [series, pieces] : a_.market) {
            const auto other = b_.market.find(series);
            if (other == b_.market.end()) continue;
            for (const auto& [piece, said] : pieces) {
                if (!span_.holds(piece.first)) continue;
                const auto same = other->second.find(piece);
                const bool is_equal = same != other->second.end() && same->second == said;
                ++(is_equal ? result_.data_equal : result_.data_different);
                if (!is_equal) note_data(series.first, piece.first);
            }
            for (const auto& [piece, said] : other->second) {
                if (!span_.holds(piece.first) || pieces.contains(piece)) continue;
                ++result_.data_different;
                note_data(series.first, piece.first);
            }
        }
    }

    void note_data(const Instrument& instrument, Time time) {
        const auto [entry, is_new] = other_data_.try_emplace(instrument, time);
        entry->second = std::min(entry->second, time);
    }

    void fills() {
        const auto wanted = [&](const Execution& execution) { return span_.holds(execution.time); };
        const auto is_like = [](const Execution& a, const Execution& b) {
            return a.strategy == b.strategy && a.instrument == b.instrument && a.side == b.side;
        };
        const auto matched = match<Execution>(
            a_.executions, b_.executions, wanted, is_like, [&](const auto& a, const auto& b) {
                return std::chrono::abs(a.time - b.time) <= options_.tolerance;
            });
        double sum = 0;
        for (const auto& [a, b] : matched.pairs) sum += compare_fills(*a, *b);
        result_.fills_only_a = matched.only_a.size();
        result_.fills_only_b = matched.only_b.size();
        for (const auto* fill : matched.only_a) note_fill(fill->time);
        for (const auto* fill : matched.only_b) note_fill(fill->time);
        if (!matched.pairs.empty()) {
            result_.price_bps_mean = sum / static_cast<double>(matched.pairs.size());
        }
    }

    /// How much worse B's price is, in basis points.
    double compare_fills(const Execution& a, const Execution& b) {
        const auto price_of = [](const Execution& each) {
            return each.value.decimal().to_double() / each.quantity.decimal().to_double();
        };
        const double sign = a.side == Side::Buy ? 1 : -1;
        const double bps = sign * (price_of(b) / price_of(a) - 1) * kBasisPoints;
        const bool is_equal =
            a.quantity == b.quantity && std::abs(bps) <= options_.price_tolerance_bps;
        ++(is_equal ? result_.fills_equal : result_.fills_different);
        if (!is_equal) note_fill(std::min(a.time, b.time));
        if (a.fee_currency == b.fee_currency) {
            result_.fee_difference[a.fee_currency] += b.fee - a.fee;
        }
        result_.price_bps_worst = std::max(result_.price_bps_worst.value_or(bps), bps);
        return bps;
    }

    void note_fill(Time time) { other_fill_ = std::min(other_fill_.value_or(time), time); }

    void evaluations() {
        std::set<DaySheet::Line> lines;
        for (const auto& [line, runs] : a_.evaluations) lines.insert(line);
        for (const auto& [line, runs] : b_.evaluations) lines.insert(line);
        for (const auto& line : lines) {
            Stretches stretches;
            const auto listen = [&](const Stretches::Difference& difference) {
                ++result_.stretches_different;
                note(
                    {.input = time_from_ns(difference.first),
                     .strategy = line.first,
                     .instrument = line.second,
                     .a = difference.a,
                     .b = difference.b});
            };
            for (const auto& run : runs_of(a_, line)) stretches.add_a(run, listen);
            for (const auto& run : runs_of(b_, line)) stretches.add_b(run, listen);
            stretches.finish(listen);
            result_.evaluations_a += stretches.count_a();
            result_.evaluations_b += stretches.count_b();
        }
    }

    /// A strategy's runs as far as both have seen the market.
    std::vector<Stretches::Run> runs_of(const DaySheet& sheet, const DaySheet::Line& line) const {
        std::vector<Stretches::Run> result;
        const auto found = sheet.evaluations.find(line);
        if (found == sheet.evaluations.end()) return result;
        for (Stretches::Run run : found->second) {
            run.first = std::max(run.first, to_ns(span_.from));
            run.last = std::min(run.last, to_ns(span_.to));
            if (run.first <= run.last) result.push_back(std::move(run));
        }
        return result;
    }

    void decisions() {
        const auto wanted = [&](const Decision& decision) { return span_.holds(decision.input); };
        const auto is_of_one = [](const Decision& a, const Decision& b) {
            return a.kind == b.kind && a.strategy == b.strategy && a.instrument == b.instrument;
        };
        // Decided on the market: on the very same piece of it. Else at about that time.
        const auto is_near = [&](const Decision& a, const Decision& b) {
            if (a.is_market && b.is_market) return a.input == b.input;
            return std::chrono::abs(a.input - b.input) <= options_.tolerance;
        };
        const auto is_same = [&](const Decision& a, const Decision& b) {
            return is_of_one(a, b) && a.essence == b.essence;
        };
        auto same = match<Decision>(a_.decisions, b_.decisions, wanted, is_same, is_near);
        auto changed = match_rest<Decision>(same.only_a, same.only_b, is_of_one, is_near);
        result_.decisions_equal = same.pairs.size();
        result_.decisions_different = changed.pairs.size();
        result_.decisions_only_a = changed.only_a.size();
        result_.decisions_only_b = changed.only_b.size();
        for (const auto& [a, b] : changed.pairs) note(divergence(a, b));
        for (const auto* a : changed.only_a) note(divergence(a, nullptr));
        for (const auto* b : changed.only_b) note(divergence(nullptr, b));
    }

    static Divergence divergence(const Decision* a, const Decision* b) {
        const Decision& shown = a != nullptr ? *a : *b;
        Divergence result;
        result.input = shown.input;
        result.strategy = shown.strategy;
        result.instrument = shown.instrument;
        if (a != nullptr) result.a = a->code;
        if (b != nullptr) result.b = b->code;
        if (a != nullptr) result.seq_a = a->seq;
        if (b != nullptr) result.seq_b = b->seq;
        return result;
    }

    void note(Divergence divergence) {
        if (!result_.first || divergence.input < result_.first->input) {
            result_.first = std::move(divergence);
        }
    }

    /// What was there before it: other data, other settings, another program, another fill.
    void explain(Divergence& first) const {
        const auto data = other_data_.find(first.instrument);
        if (data != other_data_.end() && data->second <= first.input) {
            first.cause = "data";
            first.explanation = "the market data differ since " + to_string(data->second);
            return;
        }
        for (const char* service : {"strategy", "risk", "execution.orders"}) {
            if (const auto changes = settings_between(service); !changes.empty()) {
                first.cause = "configuration";
                first.explanation = changes;
                return;
            }
        }
        const bool is_after_fill = other_fill_ && *other_fill_ <= first.input;
        if (const auto changes = settings_between("execution.paper");
            is_after_fill && !changes.empty()) {
            first.cause = "configuration";
            first.explanation =
                "the fills differ since " + to_string(*other_fill_) + ": " + changes;
            return;
        }
        for (const auto& [service, started] : a_.starts) {
            const auto other = b_.starts.find(service);
            if (other == b_.starts.end()) continue;
            if (release_of(started.build) == release_of(other->second.build)) continue;
            first.cause = "code";
            first.explanation = service + " is of " + std::string(release_of(started.build)) +
                                " in A, of " + std::string(release_of(other->second.build)) +
                                " in B";
            return;
        }
        if (is_after_fill) {
            first.cause = "fill";
            first.explanation = "the fills differ since " + to_string(*other_fill_);
            return;
        }
        first.cause = "latency";
        first.explanation =
            "same data, settings and program: what was decided on came at other "
            "times, or in another order, or the day began in another state";
    }

    std::string settings_between(const std::string& service) const {
        const auto a = a_.starts.find(service);
        const auto b = b_.starts.find(service);
        if (a == a_.starts.end() || b == b_.starts.end()) return "";
        std::map<std::string, std::string> theirs;
        for (const auto& entry : a->second.configuration) theirs[entry.key] = "(not set)";
        for (const auto& entry : b->second.configuration) theirs[entry.key] = entry.value;
        theirs.erase("risk.account");  // paper and live never share one
        theirs.erase("paper.account");
        return changes_by(theirs, a->second);
    }

    const DaySheet& a_;
    const DaySheet& b_;
    const CompareOptions& options_;
    Span span_;
    DayComparison result_;
    std::map<Instrument, Time> other_data_;
    std::optional<Time> other_fill_;
};

}  // namespace

std::optional<double> DayComparison::parity() const {
    if (compared() == 0) return std::nullopt;
    return 100.0 * static_cast<double>(decisions_equal + fills_equal) /
           static_cast<double>(compared());
}

std::string DayComparison::missing() const {
    if (compared() > 0) return "";
    if (evaluations_a + evaluations_b == 0) return "no strategy was evaluated in either run";
    return "neither run set a target, placed an order or had a fill";
}

std::optional<DayComparison> compare(
    const DaySheet& a, const DaySheet& b, const CompareOptions& options) {
    const auto span = common_span(a, b);
    if (!span) return std::nullopt;
    return Comparer(a, b, options, *span).run();
}

}  // namespace tapedeck::research
