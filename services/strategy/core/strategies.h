#pragma once

#include "events/decider.h"
#include "strategy/core/line.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::strategy {

/// How far a strategy is with one instrument.
struct InstrumentStatus {
    Instrument instrument;
    Ratio target;                               ///< the last that counts, in flight included
    std::optional<LastDecision> last_decision;  ///< none before the first evaluation
    std::uint64_t bars = 0;                     ///< candles taken since the warm-up began
    std::uint64_t bars_needed = 0;              ///< until it can signal
};

/// A strategy as the command line shows it.
struct StrategyStatus {
    std::string name;
    std::string kind;
    StrategyState state = StrategyState::Active;
    std::string reason;  ///< of the state
    std::vector<InstrumentStatus> instruments;
};

/// The strategy service: every strategy of the configuration on each of its instruments.
///
/// Start reading at apply(CandleClosed) in strategies.cpp, then Line::look_at. What it says and
/// when is told in docs/reason-codes.md and the service's README.
class Strategies final : public Decider {
public:
    /// The name under which it starts and submits.
    static constexpr std::string_view kService = "strategy";

    /// `kinds` outlives it.
    explicit Strategies(const std::vector<Kind>& kinds = registered_kinds()) : kinds_(&kinds) {}

    void apply(const Recorded& recorded) override;
    void decide(const Recorded& recorded, Outbox& out) const override;
    void save(StateWriter& writer) const override;
    bool load(StateReader& reader) override;

    /// All configured strategies, by name.
    std::vector<StrategyStatus> status() const;

private:
    /// A strategy of the configuration; or one that was, while a line of it is not settled.
    struct Configured {
        std::string name;
        Settings own;  ///< complete, but for a kind that does not exist
        bool is_removed = false;
        // What follows is a function of the above.
        const Kind* kind = nullptr;  ///< null: removed, or it cannot run
        std::string_view failure;    ///< why it cannot run; empty if it can
        Parameters parameters;
        std::vector<Line> lines;
    };

    struct Place {
        std::size_t configured = 0;
        std::size_t line = 0;
    };

    struct Listeners {
        Instrument instrument;
        std::vector<Place> places;
    };

    void apply(const CandleClosed& candle, const Recorded& recorded);
    void apply(const MarketDataGap& gap);
    void apply(const ServiceStarted& started, const Recorded& recorded);
    void apply(const DecisionMade& decision, const Recorded& recorded);
    void apply(const TargetSet& target, const Recorded& recorded);
    void apply(const StrategyStateChanged& changed);
    void apply(const PositionChanged& changed, const Recorded& recorded);
    void apply(const TradingPaused& paused, const Recorded& recorded);
    void apply(const TradingResumed& resumed, const Recorded& recorded);
    void apply(const StrategyStopped& stopped, const Recorded& recorded);

    void configure(const Settings& configuration);
    void examine(Configured& configured) const;
    void equip(Configured& configured, bool is_unchanged);
    void settle_what_is_owed(const Recorded& recorded);
    void forget_settled();
    void index();

    Configured* find(std::string_view name);
    Line* find(std::string_view strategy, const Instrument& instrument);
    const std::vector<Place>* listeners_of(const Instrument& instrument) const;
    Context context(const Configured& configured, const Recorded& recorded) const;
    const Reason* flat_because(const Configured& configured) const;
    bool is_paused(const std::string& name) const;
    StrategyStateChanged state_of(const Configured& configured) const;
    void speak_states(Outbox& out) const;

    template <class Visit>
    void for_each_line(Visit visit);

    const std::vector<Kind>* kinds_;
    std::vector<Configured> all_;       // by name
    std::vector<Listeners> listeners_;  // by instrument; a function of all_

    std::set<std::string> stopped_;  // by the operator, configured or not
    std::set<std::string> paused_;
    bool is_all_paused_ = false;
    std::map<Instrument, Price> ticks_;
    std::map<std::string, StrategyStateChanged> announced_;  // what the tape says of each strategy

    Seq due_at_;     // the last record at which a line has something to say
    Seq states_at_;  // the last record that may have changed a strategy's state
};

}  // namespace tapedeck::strategy
