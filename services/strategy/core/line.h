#pragma once

#include "events/decider.h"
#include "strategy/core/candle_window.h"
#include "strategy/core/indicators/atr.h"
#include "strategy/core/kind.h"
#include "strategy/core/parameters.h"
#include "strategy/core/run.h"
#include "strategy/core/stance.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::strategy {

/// What a line is told with each record that it folds.
struct Context {
    Seq seq;
    Time now{};
    std::string_view strategy;
    const Parameters& parameters;
    /// Set where the strategy is not evaluated and has to be flat: why.
    const Reason* flat_because = nullptr;
    const std::map<Instrument, Price>& ticks;
};

/// A decision to be recorded, and with a signal its target. It waits here from the record at which
/// it is due until it is read back.
struct Utterance {
    Seq due_at;
    DecisionMade decision;
    std::optional<TargetSet> target;

    template <class A>
    void archive(A& a) {
        a(due_at);
        a(decision);
        a(target);
    }
};

/// What was decided last, for those who ask.
struct LastDecision {
    Outcome outcome = Outcome::NoSignal;
    std::string_view reason;
    Seq cause;
};

/// One strategy on one instrument: folds its candles, judges what the rule says by what was said
/// before, and keeps what is to be recorded of that.
///
/// All judging happens while folding, since runs are counted over evaluations of which most say
/// nothing. What it comes to is due at that very record, and speak() says it there and nowhere
/// else. A target that is due counts as said from then on (so nothing is said twice while it is in
/// flight), until it is read back, or until it turns out that it never was recorded: then own words
/// of a later cause come first, or the service starts anew.
///
/// One signal, however many candles it lasts, is acted upon once: it is spent when its target is
/// said or stands already. What undoes the target later does not revive the signal.
class Line {
public:
    explicit Line(const Instrument& instrument) : instrument_(instrument) {}

    const Instrument& instrument() const { return instrument_; }

    /// Begins to warm up anew under this kind and these settings; what was said stays said.
    void begin(const Kind& kind, const Settings& own, const Parameters& parameters);

    /// Evaluates no more: the strategy or its instrument is no longer configured.
    void retire();

    bool is_retired() const { return strategy_ == nullptr; }

    /// Whether a retired line has nothing left to see to.
    bool is_settled() const {
        return unsaid_.empty() && stance_.target().is_zero() && stance_.is_flat();
    }

    /// `bar` is the candle's, or none if the candle contradicts itself.
    void take(const CandleClosed& candle, const std::optional<Bar>& bar, const Context& context);

    void take(const MarketDataGap& gap) {
        if (window_) window_->take(gap);
    }

    /// Ends the run and what is left of a signal, and says flat if the target is not: at a stop.
    void stop(const Context& context);

    /// The service started under another build or configuration: what was due and is not on the
    /// tape was never said. Signals are void; what was counted is due now.
    void start_over(const Context& context);

    /// Records the run as it is, with the start of the service.
    void end_run(const Context& context);

    // Own words, read back.
    void hear(const DecisionMade& decision, Seq cause);
    void hear(const TargetSet& target, Seq cause, const Context& context);

    /// Own words of this cause were read back: a target due before that is not on the tape.
    void void_targets_before(Seq cause);

    Stance& stance() { return stance_; }

    const Stance& stance() const { return stance_; }

    /// Whether there is something to say at this record.
    bool is_due_at(Seq seq) const { return !unsaid_.empty() && unsaid_.back().due_at == seq; }

    void speak(Seq seq, Outbox& out) const;

    /// The last target, what is due or in flight included.
    Ratio target_said() const;

    std::optional<LastDecision> last_decision() const { return last_; }

    std::uint64_t bars() const { return bars_; }

    std::uint64_t bars_needed() const;

    void save(StateWriter& writer) const;
    bool load(StateReader& reader, const Kind* kind, const Settings& own, const Parameters& p);

private:
    void look_at(const Window& window, const Context& context);
    Evaluation evaluate(const Window& window) const;
    void judge(Evaluation& evaluation, const Window& window, const Context& context);
    void count(const Evaluation& evaluation, const Context& context);
    void say(const Evaluation& evaluation, const Window& window, const Context& context);
    void say_flat(const Reason& reason, const Context& context);
    void insist_on_flat(const Reason& reason, const Context& context);
    void keep(Utterance utterance);
    bool has_target_unsaid() const;
    const Reason* flat_because(const Context& context) const;

    Instrument instrument_;
    const Kind* kind_ = nullptr;  // null when retired, as are the next three
    std::unique_ptr<Strategy> strategy_;
    std::optional<CandleWindow> window_;
    std::optional<Atr> atr_;
    std::uint64_t atr_bars_needed_ = 0;
    std::uint64_t bars_ = 0;  // taken since begin()
    Price last_close_;
    Stance stance_;
    std::optional<Ratio> wanted_;  // by the signal that stands, if one does
    bool is_spent_ = false;        // that signal
    Run run_;
    std::vector<Utterance> unsaid_;  // by due_at
    std::optional<LastDecision> last_;
};

/// The candle as indicators read it; none if it contradicts itself.
std::optional<Bar> bar_of(const CandleClosed& candle);

}  // namespace tapedeck::strategy
