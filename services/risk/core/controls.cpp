#include "risk/core/controls.h"

namespace tapedeck::risk {

namespace {

Controls::Key key_of(Scope scope, std::string_view name) {
    return {scope, scope == Scope::All ? std::string() : std::string(name)};
}

}  // namespace

void Controls::pause(const TradingPaused& paused) {
    Pause& pause = pauses_[key_of(paused.scope, paused.name)];
    pause.keeps_orders = paused.keep_orders;
}

void Controls::resume(const TradingResumed& resumed) {
    pauses_.erase(key_of(resumed.scope, resumed.name));
}

void Controls::flatten(const FlattenOrdered& ordered) {
    const Scope scope = ordered.instrument.empty() ? Scope::All : Scope::Instrument;
    Pause& pause = pauses_[key_of(scope, ordered.instrument.name())];
    pause.keeps_orders = false;
    pause.flattens = true;
}

void Controls::kill(const KillEngaged& engaged) {
    kill_flattens_ = (killed_ && kill_flattens_) || engaged.flatten;
    killed_ = true;
}

void Controls::release_kill() {
    killed_ = false;
    kill_flattens_ = false;
}

bool Controls::is_paused(Scope scope, std::string_view name) const {
    return !pauses_.empty() && pauses_.find(key_of(scope, name)) != pauses_.end();
}

template <class Predicate>
bool Controls::any_over(
    const std::string& strategy, const Instrument& instrument, Predicate predicate) const {
    for (const auto& [key, pause] : pauses_) {
        const auto& [scope, name] = key;
        const bool covers = scope == Scope::All || (scope == Scope::Strategy && name == strategy) ||
                            (scope == Scope::Instrument && name == instrument.name()) ||
                            (scope == Scope::Venue && name == instrument.venue());
        if (covers && predicate(pause)) return true;
    }
    return false;
}

bool Controls::cancels_entries(const std::string& strategy, const Instrument& instrument) const {
    return any_over(strategy, instrument, [](const Pause& pause) { return !pause.keeps_orders; });
}

bool Controls::flattens(const std::string& strategy, const Instrument& instrument) const {
    return any_over(strategy, instrument, [](const Pause& pause) { return pause.flattens; });
}

}  // namespace tapedeck::risk
