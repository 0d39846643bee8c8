#include "strategy/core/run.h"

#include <algorithm>
#include <string>

namespace tapedeck::strategy {

std::vector<tapedeck::Reading> recorded_form(const Readings& readings) {
    std::vector<tapedeck::Reading> result;
    result.reserve(readings.size() + 1);
    for (const auto& each : readings) result.push_back({std::string(each.name), each.value});
    return result;
}

void Run::add(const Evaluation& evaluation, Seq cause) {
    if (count_ == 0) {
        outcome_ = evaluation.outcome;
        reason_ = evaluation.reason;
        first_cause_ = cause;
        nearest_miss_ = evaluation.nearest_miss;
    } else if (evaluation.nearest_miss) {
        const double miss = *evaluation.nearest_miss;
        nearest_miss_ = nearest_miss_ ? std::min(*nearest_miss_, miss) : miss;
    }
    readings_ = evaluation.readings;
    last_cause_ = cause;
    ++count_;
}

DecisionMade Run::decision(std::string_view strategy, const Instrument& instrument) const {
    DecisionMade result;
    result.strategy = strategy;
    result.instrument = instrument;
    result.outcome = outcome_;
    result.reason = reason_;
    result.readings = recorded_form(readings_);
    if (nearest_miss_) {
        result.readings.push_back({std::string(reading_names::kNearestMiss), *nearest_miss_});
    }
    result.count = count_;
    result.first_cause = first_cause_;
    result.last_cause = last_cause_;
    return result;
}

void Run::save(StateWriter& writer) const {
    writer(count_);
    if (count_ == 0) return;
    writer(outcome_);
    writer(std::string(reason_));
    writer(static_cast<std::uint64_t>(readings_.size()));
    for (const auto& each : readings_) {
        writer(std::string(each.name));
        writer(each.value);
    }
    writer(nearest_miss_);
    writer(first_cause_);
    writer(last_cause_);
}

bool Run::load(StateReader& reader, const Kind& kind) {
    clear();
    reader(count_);
    if (count_ == 0) return true;
    reader(outcome_);
    std::string text;
    reader(text);
    reason_ = literal_of(kind, text);
    std::uint64_t size = 0;
    reader(size);
    if (reason_.empty() || size > Readings::count_max) return false;
    for (; size > 0; --size) {
        double value = 0;
        reader(text);
        reader(value);
        const std::string_view name = literal_of(kind, text);
        if (name.empty()) return false;
        readings_.add(name, value);
    }
    reader(nearest_miss_);
    reader(first_cause_);
    reader(last_cause_);
    return true;
}

}  // namespace tapedeck::strategy
