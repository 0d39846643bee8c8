#pragma once

#include "strategy/core/indicators/fractal.h"
#include "strategy/core/indicators/reading.h"

namespace tapedeck::strategy {

/// Pine's `valuewhen(condition, source, 0)[2]`: the source where the condition last held, as it was
/// known two bars ago. A pivot that this bar shows is two bars old and excludes any other one less
/// than three bars before it: for a pivot this is the one before.
class EarlierPivot {
public:
    /// Takes the next bar's, and returns what value() does from now on.
    Reading update(bool condition, Reading source);

    Reading value() const { return value_; }

    /// Saves or loads everything.
    template <class Archive>
    void archive(Archive& a) {
        a(latest_);
        a(one_ago_);
        a(value_);
    }

private:
    Reading latest_;
    Reading one_ago_;
    Reading value_;
};

/// What a bar shows about the series and the price at the pivot two bars before it, compared with
/// the pivot before that one. A divergence is said at the bar at which it is known, and never
/// unsaid; charts draw it two bars further left.
struct DivergenceReading {
    Reading top;                  ///< the series at the pivot, if it is a top that counts
    Reading bottom;               ///< likewise a bottom
    Reading previous_top;         ///< the series at the top before, as known two bars ago
    Reading previous_bottom;      ///< likewise at the bottom before
    bool bearish = false;         ///< the price made a higher high, the series a lower one
    bool bullish = false;         ///< the price made a lower low, the series a higher one
    bool hidden_bearish = false;  ///< the price made a lower high, the series a higher one
    bool hidden_bullish = false;  ///< the price made a higher low, the series a lower one

    template <class Archive>
    void archive(Archive& a) {
        a(top);
        a(bottom);
        a(previous_top);
        a(previous_bottom);
        a(bearish);
        a(bullish);
        a(hidden_bearish);
        a(hidden_bullish);
    }
};

/// Divergences between price and an oscillator, from one fractal pivot to the next, as in
/// `findDivs` of VuManChu Cipher B (after RicardoSantos). Highs are compared at tops, lows at
/// bottoms.
///
/// A pivot of exactly 0 is none: the script uses its value as the condition.
class Divergence {
public:
    /// Only tops at `top` and above and bottoms at `bottom` and below count. Missing: all do.
    struct Levels {
        Reading top;
        Reading bottom;
    };

    explicit Divergence(Levels levels) : levels_(levels) {}

    /// Takes what a Fractal of the series says about the next bar.
    const DivergenceReading& update(const FractalReading& fractal);

    const DivergenceReading& value() const { return value_; }

    /// Saves or loads everything, the levels included.
    template <class Archive>
    void archive(Archive& a) {
        a(levels_.top);
        a(levels_.bottom);
        top_.archive(a);
        high_.archive(a);
        bottom_.archive(a);
        low_.archive(a);
        value_.archive(a);
    }

private:
    Levels levels_;
    EarlierPivot top_;
    EarlierPivot high_;
    EarlierPivot bottom_;
    EarlierPivot low_;
    DivergenceReading value_;
};

}  // namespace tapedeck::strategy
