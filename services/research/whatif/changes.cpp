#include "research/whatif/changes.h"

#include <algorithm>

namespace tapedeck::research {

namespace {

Seq order_of(const Change& change) {
    if (change.recorded) return change.recorded->seq;
    return change.again ? change.again->seq : Seq{};
}

Stretches::Run run_of(const DecisionMade& run, Seq first, Seq last) {
    return {
        static_cast<std::int64_t>(first.value),
        static_cast<std::int64_t>(last.value),
        code_of(run),
        run.count};
}

Seq seq_of(std::int64_t place) {
    return {static_cast<std::uint64_t>(place)};
}

}  // namespace

void Changes::hear(const Recorded& word, Seq root, bool is_recorded) {
    const auto kind = kind_of_word(word.event);
    if (!kind) return;
    const Key key{root, *kind, strategy_of(word.event), instrument_of(word.event).to_string()};
    Unpaired& unpaired = unpaired_[key];
    auto& own = is_recorded ? unpaired.recorded : unpaired.again;
    auto& others = is_recorded ? unpaired.again : unpaired.recorded;
    const std::string essence = essence_of(word.event);
    const auto same = std::find_if(others.begin(), others.end(), [&](const Change::Side& other) {
        return essence_of(other.event) == essence;
    });
    if (same == others.end()) {
        own.push_back({word.seq, word.cause, word.recorded_at, word.event});
        return;
    }
    ++equal_;
    others.erase(same);
    if (own.empty() && others.empty()) unpaired_.erase(key);
}

void Changes::recorded(const DecisionMade& run, Seq first, Seq last) {
    const Line line{run.strategy, run.instrument};
    stretches_[line].add_a(
        run_of(run, first, last), [&](const auto& difference) { stretch(line, difference); });
}

void Changes::again(const DecisionMade& run, Seq first, Seq last) {
    const Line line{run.strategy, run.instrument};
    stretches_[line].add_b(
        run_of(run, first, last), [&](const auto& difference) { stretch(line, difference); });
}

void Changes::stretch(const Line& line, const Stretches::Difference& difference) {
    Change change;
    change.kind = difference.a.empty()   ? ChangeKind::Appears
                  : difference.b.empty() ? ChangeKind::Vanishes
                                         : ChangeKind::Changes;
    change.input = seq_of(difference.first);
    change.until = seq_of(difference.last);
    change.event = DecisionMade::kName;
    change.strategy = line.first;
    change.instrument = line.second;
    change.recorded_code = difference.a;
    change.again_code = difference.b;
    change.evaluations = difference.count;
    add(std::move(change));
}

void Changes::settle_before(Seq root) {
    while (!unpaired_.empty() && unpaired_.begin()->first.root < root) {
        const Seq at = unpaired_.begin()->first.root;
        std::vector<Change> changes;
        while (!unpaired_.empty() && unpaired_.begin()->first.root == at) {
            settle(unpaired_.begin()->first, unpaired_.begin()->second, changes);
            unpaired_.erase(unpaired_.begin());
        }
        std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
            return order_of(a) < order_of(b);
        });
        for (auto& change : changes) add(std::move(change));
    }
}

/// What found no equal is paired in order.
void Changes::settle(const Key& key, Unpaired& unpaired, std::vector<Change>& changes) {
    const std::size_t count = std::max(unpaired.recorded.size(), unpaired.again.size());
    for (std::size_t i = 0; i < count; ++i) {
        Change change;
        change.input = change.until = key.root;
        change.strategy = key.strategy;
        if (i < unpaired.recorded.size()) change.recorded = std::move(unpaired.recorded[i]);
        if (i < unpaired.again.size()) change.again = std::move(unpaired.again[i]);
        change.kind = !change.recorded ? ChangeKind::Appears
                      : !change.again  ? ChangeKind::Vanishes
                                       : ChangeKind::Changes;
        const Event& shown = change.again ? change.again->event : change.recorded->event;
        change.event = std::string(shown.name());
        change.instrument = instrument_of(shown);
        if (change.recorded) change.recorded_code = code_of(change.recorded->event);
        if (change.again) change.again_code = code_of(change.again->event);
        changes.push_back(std::move(change));
    }
}

void Changes::add(Change change) {
    explain_(change);
    ++count_;
    ++counts_[{change.kind, change.event, change.recorded_code, change.again_code}];
    if (changes_.size() < kept_) changes_.push_back(std::move(change));
}

void Changes::finish() {
    settle_before({~std::uint64_t{0}});
    for (auto& [line, stretches] : stretches_) {
        stretches.finish([&, line = line](const auto& difference) { stretch(line, difference); });
    }
    // Stretches are told when they end, decisions when all that goes back to their input is in.
    std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
        return a.input < b.input;
    });
}

}  // namespace tapedeck::research
