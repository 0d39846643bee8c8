// What a start of the service does to the strategies: those whose parameters are the same go on as
// they were, the others begin anew, and what was left unsaid is said.

#include "strategy/core/strategies.h"

#include <algorithm>
#include <utility>

namespace tapedeck::strategy {
namespace {

/// What a strategy's indicators depend on. An instrument more or less changes nothing for the rest.
auto rule_of(const Settings& own) {
    auto values = own.values();
    values.erase("instruments");
    return values;
}

}  // namespace

void Strategies::apply(const ServiceStarted& started, const Recorded& recorded) {
    states_at_ = recorded.seq;
    if (!started.resumed) {
        // Before anything changes, and under the old parameters. A resumed service has said, or is
        // about to say, all that was due: nothing is lost there.
        for (Configured& configured : all_) {
            for (Line& line : configured.lines) line.start_over(context(configured, recorded));
        }
    }
    configure(configuration_of(started));
    if (!started.resumed) settle_what_is_owed(recorded);
    forget_settled();
}

void Strategies::configure(const Settings& configuration) {
    const std::vector<std::string> names = configuration.names_in("strategy");
    for (Configured& configured : all_) {
        configured.is_removed =
            std::find(names.begin(), names.end(), configured.name) == names.end();
        if (configured.is_removed) equip(configured, false);
    }
    for (const std::string& name : names) {
        Configured* configured = find(name);
        if (configured == nullptr) {
            const auto place = std::lower_bound(
                all_.begin(), all_.end(), name, [](const Configured& each, const std::string& n) {
                    return each.name < n;
                });
            configured = &*all_.insert(place, Configured{});
            configured->name = name;
        }
        const auto rule_before = rule_of(configured->own);
        configured->own = configuration.below("strategy." + name);
        examine(*configured);
        equip(*configured, rule_of(configured->own) == rule_before);
    }
    index();
}

/// Completes and reads the settings: which kind, which parameters, or why not.
void Strategies::examine(Configured& configured) const {
    const std::string name = configured.own.text("kind", "");
    const auto kind = std::find_if(
        kinds_->begin(), kinds_->end(), [&](const Kind& each) { return each.name == name; });
    configured.kind = nullptr;
    configured.failure = {};
    configured.parameters = parameters_of(configured.own);
    if (kind == kinds_->end()) {
        configured.failure = "kind_unknown";
        return;
    }
    configured.own = with_defaults(std::move(configured.own), settings_of(*kind, *kinds_));
    if (!problems_of(configured.own, *kind).empty()) {
        configured.failure = "parameters_invalid";
        return;
    }
    configured.kind = &*kind;
    configured.parameters = parameters_of(configured.own);
}

/// Gives it a line for each of its instruments, and retires those of others.
void Strategies::equip(Configured& configured, bool is_unchanged) {
    auto& lines = configured.lines;
    const bool can_run = configured.kind != nullptr && !configured.is_removed;
    const auto& wanted = configured.parameters.instruments;
    for (Line& line : lines) {
        const bool is_wanted =
            can_run && std::find(wanted.begin(), wanted.end(), line.instrument()) != wanted.end();
        if (!is_wanted) {
            line.retire();
        } else if (line.is_retired() || !is_unchanged) {
            line.begin(*configured.kind, configured.own, configured.parameters);
        }
    }
    if (!can_run) return;
    for (const Instrument& instrument : wanted) {
        const bool is_there = std::any_of(lines.begin(), lines.end(), [&](const Line& line) {
            return line.instrument() == instrument;
        });
        if (is_there) continue;
        Line& line = lines.emplace_back(instrument);
        line.begin(*configured.kind, configured.own, configured.parameters);
    }
}

/// By level: a strategy that must be flat says so until it is.
void Strategies::settle_what_is_owed(const Recorded& recorded) {
    for (Configured& configured : all_) {
        const bool is_stopped = flat_because(configured) != nullptr;
        for (Line& line : configured.lines) {
            if (is_stopped || line.is_retired()) line.stop(context(configured, recorded));
            if (line.is_due_at(recorded.seq)) due_at_ = recorded.seq;
        }
    }
}

/// Lets go of what is no longer configured once nothing of it is left to be seen to.
void Strategies::forget_settled() {
    bool is_changed = false;
    for (Configured& configured : all_) {
        const std::size_t before = configured.lines.size();
        configured.lines.erase(
            std::remove_if(
                configured.lines.begin(),
                configured.lines.end(),
                [](const Line& line) { return line.is_retired() && line.is_settled(); }),
            configured.lines.end());
        is_changed = is_changed || configured.lines.size() != before;
    }
    const std::size_t before = all_.size();
    all_.erase(
        std::remove_if(
            all_.begin(),
            all_.end(),
            [](const Configured& each) { return each.is_removed && each.lines.empty(); }),
        all_.end());
    if (is_changed || all_.size() != before) index();
}

void Strategies::index() {
    std::map<Instrument, std::vector<Place>> places;
    for (std::size_t i = 0; i < all_.size(); ++i) {
        for (std::size_t k = 0; k < all_[i].lines.size(); ++k) {
            places[all_[i].lines[k].instrument()].push_back({i, k});
        }
    }
    listeners_.clear();
    for (auto& [instrument, list] : places) listeners_.push_back({instrument, std::move(list)});
}

}  // namespace tapedeck::strategy
