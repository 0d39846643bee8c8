#pragma once

#include "strategy/core/indicators/bar.h"
#include "strategy/core/indicators/crossing.h"
#include "strategy/core/indicators/divergence.h"
#include "strategy/core/indicators/fractal.h"
#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/rsi.h"
#include "strategy/core/indicators/rsi_mfi.h"
#include "strategy/core/indicators/stoch_rsi.h"
#include "strategy/core/indicators/wave_trend.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tapedeck::strategy {

/// The series that Cipher B makes its marks of, at one bar.
struct CipherBSeries {
    Reading wt1;
    Reading wt2;
    Reading rsi;
    Reading stoch_k;
    Reading stoch_d;
    Reading rsi_mfi;  ///< the money flow; makes no mark

    /// wt1 - wt2, the script's "VWAP" or fast wave.
    Reading vwap() const { return wt1 && wt2 ? Reading(*wt1 - *wt2) : std::nullopt; }

    template <class Archive>
    void archive(Archive& a) {
        a(wt1);
        a(wt2);
        a(rsi);
        a(stoch_k);
        a(stoch_d);
        a(rsi_mfi);
    }
};

/// What Cipher B marks at a bar.
struct CipherBMarks {
    bool crossed_up = false;    ///< wt1 crossed above wt2: the small green dot
    bool crossed_down = false;  ///< wt1 crossed below wt2: the small red dot
    bool oversold = false;      ///< wt2 at its level or below
    bool overbought = false;    ///< wt2 at its level or above
    bool buy = false;           ///< crossed up while oversold: the green circle
    bool sell = false;          ///< crossed down while overbought: the red circle
    /// A bullish divergence of a series whose divergences are shown: the big dot of a divergence.
    bool divergence_buy = false;
    bool divergence_sell = false;  ///< likewise a bearish one
    /// The gold circle. The script's author: "don't buy when gold circle appear".
    bool gold_buy = false;

    DivergenceReading wave;         ///< of wt2, between pivots beyond the first levels
    DivergenceReading wave_second;  ///< beyond the second, nearer ones
    DivergenceReading wave_any;     ///< of any pivots; what is hidden is taken from here
    DivergenceReading rsi;          ///< of RSI, beyond its levels
    DivergenceReading rsi_any;      ///< of RSI, of any pivots
    DivergenceReading stoch;        ///< of StochRSI's K, of any pivots

    template <class Archive>
    void archive(Archive& a) {
        a(crossed_up);
        a(crossed_down);
        a(oversold);
        a(overbought);
        a(buy);
        a(sell);
        a(divergence_buy);
        a(divergence_sell);
        a(gold_buy);
        for (auto* each : {&wave, &wave_second, &wave_any, &rsi, &rsi_any, &stoch}) {
            each->archive(a);
        }
    }
};

/// The rules of VuManChu Cipher B (public Pine script "VuManChu B Divergences"): marks from its
/// series. A mark with a missing operand is none.
///
/// Not here: what the script reads from higher timeframes (Sommi flag and diamond, MACD colours),
/// which it does not show unless asked and which repaints; and the Schaff trend cycle, which no
/// mark is made of.
class CipherBRules {
public:
    struct Levels {
        double overbought = 53;
        double oversold = -53;
        double gold = -75;  ///< gold circle: the wave's bottom before was at it or below
        double divergence_top = 45;
        double divergence_bottom = -65;
        double divergence_second_top = 15;
        double divergence_second_bottom = -40;
        double rsi_divergence_top = 60;
        double rsi_divergence_bottom = 30;
    };

    /// Which divergences make a mark: those that the script shows.
    struct Shown {
        bool wave = true;
        bool wave_second = true;
        bool rsi = false;
        bool stoch = false;
    };

    CipherBRules(const Levels& levels, const Shown& shown);

    /// Takes the next bar and its series.
    const CipherBMarks& update(const CipherBSeries& series, const Bar& bar);

    const CipherBMarks& value() const { return marks_; }

    /// Saves or loads everything, levels and choice included.
    template <class Archive>
    void archive(Archive& a) {
        a(levels_.overbought);
        a(levels_.oversold);
        a(levels_.gold);
        a(shown_.wave);
        a(shown_.wave_second);
        a(shown_.rsi);
        a(shown_.stoch);
        cross_.archive(a);
        for (auto* each : {&wave_fractal_, &rsi_fractal_, &stoch_fractal_}) each->archive(a);
        for (auto* each : {&wave_, &wave_second_, &wave_any_, &rsi_, &rsi_any_, &stoch_}) {
            each->archive(a);
        }
        for (Reading& each : rsi_before_) a(each);
        rsi_at_bottom_.archive(a);
        marks_.archive(a);
    }

private:
    void mark_wave(const CipherBSeries& series);
    void find_divergences(const CipherBSeries& series, const Bar& bar);
    bool is_gold(const CipherBSeries& series) const;

    Levels levels_;
    Shown shown_;
    Crossing cross_;
    Fractal wave_fractal_;
    Fractal rsi_fractal_;
    Fractal stoch_fractal_;
    Divergence wave_;
    Divergence wave_second_;
    Divergence wave_any_;
    Divergence rsi_;
    Divergence rsi_any_;
    Divergence stoch_;
    std::array<Reading, 2> rsi_before_;  // one and two bars ago
    EarlierPivot rsi_at_bottom_;         // at the bottom of the wave before
    CipherBMarks marks_;
};

/// VuManChu Cipher B: WaveTrend, the money flow, RSI, Stochastic RSI, and the marks that come of
/// them.
class CipherB {
public:
    /// The script's defaults.
    struct Parameters {
        WaveTrend::Periods wave;
        RsiMfi::Parameters rsi_mfi;
        std::uint64_t rsi = 14;
        StochRsi::Periods stoch_rsi;
        bool stoch_rsi_of_log = true;  ///< Stochastic RSI of ln(close), else of the close
        CipherBRules::Levels levels;
        CipherBRules::Shown shown;
    };

    explicit CipherB(const Parameters& parameters);

    const CipherBMarks& update(const Bar& bar);

    const CipherBMarks& value() const { return rules_.value(); }

    const CipherBSeries& series() const { return series_; }

    /// Saves or loads everything, the parameters included.
    template <class Archive>
    void archive(Archive& a) {
        a(stoch_rsi_of_log_);
        wave_.archive(a);
        rsi_mfi_.archive(a);
        rsi_.archive(a);
        stoch_rsi_.archive(a);
        series_.archive(a);
        rules_.archive(a);
    }

private:
    bool stoch_rsi_of_log_;
    WaveTrend wave_;
    RsiMfi rsi_mfi_;
    Rsi rsi_;
    StochRsi stoch_rsi_;
    CipherBSeries series_;
    CipherBRules rules_;
};

/// The number of bars until circles can be made and every series is defined. A divergence needs two
/// pivots more, which may take any time.
constexpr std::uint64_t bars_needed(const CipherB::Parameters& parameters) {
    const auto& stoch = parameters.stoch_rsi;
    const std::uint64_t stoch_rsi = stoch.rsi + stoch.stochastic.range +
                                    stoch.stochastic.smoothing + stoch.stochastic.signal - 2;
    // A crossing looks one bar back.
    return std::max(
        {bars_needed(parameters.wave) + 1,
         parameters.rsi_mfi.period,
         parameters.rsi + 1,
         stoch_rsi});
}

}  // namespace tapedeck::strategy
