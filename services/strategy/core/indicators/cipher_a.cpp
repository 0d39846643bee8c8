#include "strategy/core/indicators/cipher_a.h"

namespace tapedeck::strategy {
namespace {

// Places in the ribbon of the EMAs that marks are made of.
constexpr std::size_t kEma1 = 0;
constexpr std::size_t kEma2 = 1;
constexpr std::size_t kEma3 = 2;
constexpr std::size_t kEma8 = 7;

std::array<Ema, CipherASeries::ribbon_size> ribbon_of(
    const std::array<std::uint64_t, CipherASeries::ribbon_size>& n) {
    return {Ema(n[0]), Ema(n[1]), Ema(n[2]), Ema(n[3]), Ema(n[4]), Ema(n[5]), Ema(n[6]), Ema(n[7])};
}

}  // namespace

CipherARules::CipherARules(const Levels& levels)
    : levels_(levels),
      divergence_({.top = levels.divergence_top, .bottom = levels.divergence_bottom}) {}

const CipherAMarks& CipherARules::update(const CipherASeries& series, const Bar& bar) {
    marks_ = {};
    mark_ribbon(series);
    mark_wave(series, bar);
    marks_.bull_candle = is_bull_candle(series, bar);
    rose_before_ = bar.close > bar.open;
    return marks_;
}

void CipherARules::mark_ribbon(const CipherASeries& series) {
    const auto& ema = series.ribbon;
    slow_cross_.update(ema[kEma2], ema[kEma8]);
    triangle_cross_.update(ema[kEma2], ema[kEma3]);
    fast_cross_.update(ema[kEma1], ema[kEma2]);
    marks_.ribbon_bullish = ema[kEma2] && ema[kEma8] && *ema[kEma2] > *ema[kEma8];
    marks_.long_ema = slow_cross_.up();
    marks_.short_ema = slow_cross_.down();
    marks_.blue_triangle = triangle_cross_.up();
    marks_.red_cross = fast_cross_.down();
}

void CipherARules::mark_wave(const CipherASeries& series, const Bar& bar) {
    wave_cross_.update(series.wt1, series.wt2);
    if (!series.wt2) return;
    const double wave = *series.wt2;
    marks_.overbought = wave >= levels_.overbought;
    marks_.oversold = wave <= levels_.oversold;
    marks_.red_diamond = wave_cross_.down();
    marks_.blood_diamond = marks_.red_diamond && marks_.red_cross;
    marks_.yellow_cross = marks_.red_diamond && wave < levels_.yellow_wave_max &&
                          wave > levels_.yellow_wave_min && series.rsi &&
                          *series.rsi<levels_.yellow_rsi_max&& * series.rsi> levels_.yellow_rsi_min;
    marks_.wave =
        divergence_.update(fractal_.update({.value = wave, .high = bar.high, .low = bar.low}));
}

bool CipherARules::is_bull_candle(const CipherASeries& series, const Bar& bar) const {
    const Reading& ema2 = series.ribbon[kEma2];
    const Reading& ema8 = series.ribbon[kEma8];
    return ema2 && ema8 && bar.open > *ema2 && bar.open > *ema8 && rose_before_ &&
           bar.close > bar.open && !marks_.red_diamond && !marks_.red_cross;
}

CipherA::CipherA(const Parameters& parameters)
    : ribbon_(ribbon_of(parameters.ribbon)),
      wave_(parameters.wave),
      rsi_(parameters.rsi),
      rsi_mfi_(parameters.rsi_mfi),
      rules_(parameters.levels) {}

const CipherAMarks& CipherA::update(const Bar& bar) {
    for (std::size_t i = 0; i < ribbon_.size(); ++i) {
        series_.ribbon[i] = ribbon_[i].update(bar.close);
    }
    const WaveTrendReading& wave = wave_.update(bar);
    series_.wt1 = wave.wt1;
    series_.wt2 = wave.wt2;
    series_.rsi = rsi_.update(bar.close);
    series_.rsi_mfi = rsi_mfi_.update(bar);
    return rules_.update(series_, bar);
}

}  // namespace tapedeck::strategy
