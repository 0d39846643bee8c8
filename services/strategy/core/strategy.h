#pragma once

#include "base/money.h"
#include "events/decision.h"
#include "events/state.h"
#include "strategy/core/indicators/bar.h"
#include "strategy/core/indicators/reading.h"

#include <boost/container/static_vector.hpp>

#include <cstdint>
#include <string_view>

namespace tapedeck::strategy {

/// A reason code and what it means. Both are literals: code points at them for ever.
struct Reason {
    std::string_view code;  ///< snake_case, stable: "rsi_below_lower"
    std::string_view help;  ///< one sentence for docs/reason-codes.md
};

/// A value that an evaluation was based on, under a name that its kind declares.
struct NamedReading {
    std::string_view name;  ///< a literal
    double value = 0;

    bool operator==(const NamedReading&) const = default;
};

/// The readings of one evaluation, in the order in which they were added. Never on the heap.
class Readings {
public:
    static constexpr std::size_t count_max = 12;

    /// A missing reading is left out. More than count_max are a bug of the kind.
    void add(std::string_view name, const Reading& reading);

    const NamedReading* begin() const { return values_.data(); }

    const NamedReading* end() const { return values_.data() + values_.size(); }

    std::size_t size() const { return values_.size(); }

    /// Whether no reading is NaN or infinite.
    bool are_finite() const;

private:
    // Made and copied twice a candle: what is not used is neither cleared nor copied.
    boost::container::static_vector<NamedReading, count_max> values_;
};

/// What a strategy makes of the candles so far.
struct Evaluation {
    /// WarmingUp, NoSignal or Signal. Whether a signal is Holding or Blocked is not for the
    /// strategy to know, and Failed is what readings that are not finite make of it.
    Outcome outcome = Outcome::NoSignal;
    std::string_view reason;  ///< a declared code
    Readings readings;
    /// With Signal: the position it wants, 1 long, 0 flat, -1 short. Where shorts are not allowed,
    /// less than 0 is read as 0.
    Ratio wanted;
    /// With NoSignal, how far from a signal, >= 0, in a unit of the kind's own.
    Reading nearest_miss;
    Reading stop;         ///< with Signal: price of a stop-loss that the rule itself suggests
    Reading take_profit;  ///< likewise of a take-profit
};

/// Says that an indicator is still undefined.
Evaluation warming_up(const Readings& readings);

/// Says that there is nothing to do, and how near it was.
Evaluation no_signal(const Reason& reason, const Readings& readings, Reading nearest_miss);

/// Says what position the rule wants.
Evaluation signal(const Reason& reason, const Readings& readings, int wanted);

/// One rule on one instrument: it folds market data and is asked for its opinion after each candle.
/// It knows nothing of positions, targets, time or other instruments. Pure: equal input, equal
/// words.
class Strategy {
public:
    Strategy() = default;
    Strategy(const Strategy&) = delete;
    Strategy& operator=(const Strategy&) = delete;
    virtual ~Strategy() = default;

    /// Takes a closed candle of the strategy's interval.
    virtual void take(const Bar& bar) = 0;

    /// The opinion after the last candle. Asked for at most once a candle, and not after each one.
    virtual Evaluation evaluate() const = 0;

    /// How many candles it takes until it can say more than warming_up.
    virtual std::uint64_t bars_needed() const = 0;

    virtual void save(StateWriter& writer) const = 0;
    virtual void load(StateReader& reader) = 0;
};

/// Saves and loads a strategy by its `archive(a)`, one function for both ways.
template <class Self>
class Archived : public Strategy {
public:
    void save(StateWriter& writer) const final { writer(static_cast<const Self&>(*this)); }

    void load(StateReader& reader) final { reader(static_cast<Self&>(*this)); }
};

}  // namespace tapedeck::strategy
