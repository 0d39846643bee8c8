#pragma once

#include "strategy/core/indicators/bar.h"
#include "strategy/core/indicators/crossing.h"
#include "strategy/core/indicators/divergence.h"
#include "strategy/core/indicators/ema.h"
#include "strategy/core/indicators/fractal.h"
#include "strategy/core/indicators/reading.h"
#include "strategy/core/indicators/rsi.h"
#include "strategy/core/indicators/rsi_mfi.h"
#include "strategy/core/indicators/wave_trend.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace tapedeck::strategy {

/// The series that Cipher A makes its marks of, at one bar. ribbon[0] is EMA 1, the fastest.
struct CipherASeries {
    static constexpr std::size_t ribbon_size = 8;

    std::array<Reading, ribbon_size> ribbon;
    Reading wt1;
    Reading wt2;
    Reading rsi;
    Reading rsi_mfi;  ///< makes no mark; a colour in the chart

    template <class Archive>
    void archive(Archive& a) {
        for (Reading& each : ribbon) a(each);
        a(wt1);
        a(wt2);
        a(rsi);
        a(rsi_mfi);
    }
};

/// What Cipher A marks at a bar, under the names that the script gives its shapes.
struct CipherAMarks {
    bool ribbon_bullish = false;  ///< EMA 2 above EMA 8: the ribbon's colour
    bool long_ema = false;        ///< EMA 2 crossed above EMA 8
    bool short_ema = false;       ///< EMA 8 crossed above EMA 2
    bool blue_triangle = false;   ///< EMA 2 crossed above EMA 3
    bool red_cross = false;       ///< EMA 1 crossed below EMA 2
    bool red_diamond = false;     ///< wt1 crossed below wt2
    bool blood_diamond = false;   ///< red diamond and red cross at once
    bool yellow_cross = false;    ///< red diamond, while RSI and WaveTrend are low but not lowest
    bool bull_candle = false;     ///< second rising candle, opened above the ribbon, no warning
    bool overbought = false;      ///< wt2 at its level or above
    bool oversold = false;        ///< wt2 at its level or below
    DivergenceReading wave;       ///< of wt2

    template <class Archive>
    void archive(Archive& a) {
        a(ribbon_bullish);
        a(long_ema);
        a(short_ema);
        a(blue_triangle);
        a(red_cross);
        a(red_diamond);
        a(blood_diamond);
        a(yellow_cross);
        a(bull_candle);
        a(overbought);
        a(oversold);
        wave.archive(a);
    }
};

/// The rules of VuManChu Cipher A (public Pine script, after falconCoin): marks from its series.
/// A mark with a missing operand is none, except in what it must not be: a bull candle may come
/// while WaveTrend is undefined.
///
/// The script marks no divergences; said here are those of Cipher B's function and first levels.
class CipherARules {
public:
    struct Levels {
        double overbought = 53;
        double oversold = -53;
        double yellow_wave_max = 45;   ///< yellow cross: wt2 below it
        double yellow_wave_min = -80;  ///< and above it (the script's third oversold level)
        double yellow_rsi_max = 30;    ///< and RSI below it
        double yellow_rsi_min = 15;    ///< and above it
        double divergence_top = 45;
        double divergence_bottom = -65;
    };

    explicit CipherARules(const Levels& levels);

    /// Takes the next bar and its series.
    const CipherAMarks& update(const CipherASeries& series, const Bar& bar);

    const CipherAMarks& value() const { return marks_; }

    /// Saves or loads everything, the levels included.
    template <class Archive>
    void archive(Archive& a) {
        a(levels_.overbought);
        a(levels_.oversold);
        a(levels_.yellow_wave_max);
        a(levels_.yellow_wave_min);
        a(levels_.yellow_rsi_max);
        a(levels_.yellow_rsi_min);
        slow_cross_.archive(a);
        triangle_cross_.archive(a);
        fast_cross_.archive(a);
        wave_cross_.archive(a);
        fractal_.archive(a);
        divergence_.archive(a);
        a(rose_before_);
        marks_.archive(a);
    }

private:
    void mark_ribbon(const CipherASeries& series);
    void mark_wave(const CipherASeries& series, const Bar& bar);
    bool is_bull_candle(const CipherASeries& series, const Bar& bar) const;

    Levels levels_;
    Crossing slow_cross_;      // EMA 2 and EMA 8
    Crossing triangle_cross_;  // EMA 2 and EMA 3
    Crossing fast_cross_;      // EMA 1 and EMA 2
    Crossing wave_cross_;      // wt1 and wt2
    Fractal fractal_;
    Divergence divergence_;
    bool rose_before_ = false;  // the last bar closed above its open
    CipherAMarks marks_;
};

/// VuManChu Cipher A: the ribbon of eight EMAs of the close, WaveTrend, RSI, the RSI+MFI area, and
/// the marks that come of them.
class CipherA {
public:
    /// The script's defaults.
    struct Parameters {
        std::array<std::uint64_t, CipherASeries::ribbon_size> ribbon = {
            5, 11, 15, 18, 21, 24, 28, 34};
        WaveTrend::Periods wave = {.channel = 9, .average = 13, .signal = 3};
        std::uint64_t rsi = 14;
        RsiMfi::Parameters rsi_mfi = {.period = 60, .multiplier = 150, .shift = 0};
        CipherARules::Levels levels;
    };

    explicit CipherA(const Parameters& parameters);

    const CipherAMarks& update(const Bar& bar);

    const CipherAMarks& value() const { return rules_.value(); }

    const CipherASeries& series() const { return series_; }

    /// Saves or loads everything, the parameters included.
    template <class Archive>
    void archive(Archive& a) {
        for (Ema& each : ribbon_) each.archive(a);
        wave_.archive(a);
        rsi_.archive(a);
        rsi_mfi_.archive(a);
        series_.archive(a);
        rules_.archive(a);
    }

private:
    std::array<Ema, CipherASeries::ribbon_size> ribbon_;
    WaveTrend wave_;
    Rsi rsi_;
    RsiMfi rsi_mfi_;
    CipherASeries series_;
    CipherARules rules_;
};

/// The number of bars until each mark can be made.
constexpr std::uint64_t bars_needed(const CipherA::Parameters& parameters) {
    const std::uint64_t ribbon =
        *std::max_element(parameters.ribbon.begin(), parameters.ribbon.end());
    // A crossing looks one bar back.
    return std::max(
        {ribbon + 1,
         bars_needed(parameters.wave) + 1,
         parameters.rsi + 1,
         parameters.rsi_mfi.period});
}

}  // namespace tapedeck::strategy
