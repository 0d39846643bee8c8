#include "strategy/core/indicators/cipher_b.h"

#include "strategy/core/indicators/natural_log.h"

namespace tapedeck::strategy {
namespace {

// The gold circle: how far the wave has risen from the bottom before, and below what RSI was there.
constexpr double kGoldRise = 5;
constexpr double kGoldRsi = 30;

constexpr Divergence::Levels kAnyLevel{};

}  // namespace

CipherBRules::CipherBRules(const Levels& levels, const Shown& shown)
    : levels_(levels),
      shown_(shown),
      wave_({.top = levels.divergence_top, .bottom = levels.divergence_bottom}),
      wave_second_(
          {.top = levels.divergence_second_top, .bottom = levels.divergence_second_bottom}),
      wave_any_(kAnyLevel),
      rsi_({.top = levels.rsi_divergence_top, .bottom = levels.rsi_divergence_bottom}),
      rsi_any_(kAnyLevel),
      stoch_(kAnyLevel) {}

const CipherBMarks& CipherBRules::update(const CipherBSeries& series, const Bar& bar) {
    marks_ = {};
    mark_wave(series);
    find_divergences(series, bar);
    const auto any_shown = [this](bool DivergenceReading::*which) {
        return (shown_.wave && marks_.wave.*which) ||
               (shown_.wave_second && marks_.wave_second.*which) ||
               (shown_.rsi && marks_.rsi.*which) || (shown_.stoch && marks_.stoch.*which);
    };
    marks_.divergence_buy = any_shown(&DivergenceReading::bullish);
    marks_.divergence_sell = any_shown(&DivergenceReading::bearish);
    rsi_at_bottom_.update(marks_.wave.bottom.has_value(), rsi_before_[1]);
    marks_.gold_buy = is_gold(series);
    rsi_before_ = {series.rsi, rsi_before_[0]};
    return marks_;
}

void CipherBRules::mark_wave(const CipherBSeries& series) {
    cross_.update(series.wt1, series.wt2);
    marks_.crossed_up = cross_.up();
    marks_.crossed_down = cross_.down();
    if (!series.wt2) return;
    marks_.oversold = *series.wt2 <= levels_.oversold;
    marks_.overbought = *series.wt2 >= levels_.overbought;
    marks_.buy = marks_.crossed_up && marks_.oversold;
    marks_.sell = marks_.crossed_down && marks_.overbought;
}

void CipherBRules::find_divergences(const CipherBSeries& series, const Bar& bar) {
    const auto point = [&bar](double value) {
        return FractalPoint{.value = value, .high = bar.high, .low = bar.low};
    };
    if (series.wt2) {
        const FractalReading& fractal = wave_fractal_.update(point(*series.wt2));
        marks_.wave = wave_.update(fractal);
        marks_.wave_second = wave_second_.update(fractal);
        marks_.wave_any = wave_any_.update(fractal);
    }
    if (series.rsi) {
        const FractalReading& fractal = rsi_fractal_.update(point(*series.rsi));
        marks_.rsi = rsi_.update(fractal);
        marks_.rsi_any = rsi_any_.update(fractal);
    }
    if (series.stoch_k) {
        marks_.stoch = stoch_.update(stoch_fractal_.update(point(*series.stoch_k)));
    }
}

bool CipherBRules::is_gold(const CipherBSeries& series) const {
    const Reading bottom = marks_.wave.previous_bottom;
    const Reading rsi = rsi_at_bottom_.value();
    const bool is_bullish =
        (shown_.wave && marks_.wave.bullish) || (shown_.rsi && marks_.rsi.bullish);
    return is_bullish && bottom && rsi && series.wt2 && *bottom <= levels_.gold &&
           *series.wt2 > levels_.gold && *bottom - *series.wt2 <= -kGoldRise && *rsi < kGoldRsi;
}

CipherB::CipherB(const Parameters& parameters)
    : stoch_rsi_of_log_(parameters.stoch_rsi_of_log),
      wave_(parameters.wave),
      rsi_mfi_(parameters.rsi_mfi),
      rsi_(parameters.rsi),
      stoch_rsi_(parameters.stoch_rsi),
      rules_(parameters.levels, parameters.shown) {}

const CipherBMarks& CipherB::update(const Bar& bar) {
    const WaveTrendReading& wave = wave_.update(bar);
    series_.wt1 = wave.wt1;
    series_.wt2 = wave.wt2;
    series_.rsi_mfi = rsi_mfi_.update(bar);
    series_.rsi = rsi_.update(bar.close);
    const StochasticReading& stoch =
        stoch_rsi_.update(stoch_rsi_of_log_ ? natural_log(bar.close) : bar.close);
    series_.stoch_k = stoch.k;
    series_.stoch_d = stoch.d;
    return rules_.update(series_, bar);
}

}  // namespace tapedeck::strategy
