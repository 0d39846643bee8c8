// VuManChu Cipher B: buys at the green circle and at bullish divergences, sells at the red circle
// and at bearish ones; at the gold circle it waits, as the script's author advises.

#include "strategy/core/indicators/cipher_b.h"

#include "strategy/core/kind.h"
#include "strategy/core/kinds/cipher_settings.h"
#include "strategy/core/parameters.h"

#include <algorithm>
#include <cmath>

namespace tapedeck::strategy {
namespace {

constexpr Reason kBuy{
    "cipher_b_buy",
    "The green circle: with this candle WaveTrend crossed up while oversold; wants long."};
constexpr Reason kSell{
    "cipher_b_sell",
    "The red circle: with this candle WaveTrend crossed down while overbought; wants flat (or "
    "short)."};
constexpr Reason kGoldBuy{
    "cipher_b_gold_buy",
    "The gold circle: a bullish divergence from a very low bottom with low RSI; wants long, where "
    "`gold_buys` says so."};
constexpr Reason kWaveBullish{
    "cipher_b_wave_bullish",
    "It became known that WaveTrend's bottom two candles ago was higher than the one before, at a "
    "lower low: wants long (divergence)."};
constexpr Reason kWaveBearish{
    "cipher_b_wave_bearish",
    "It became known that WaveTrend's top two candles ago was lower than the one before, at a "
    "higher high: wants flat or short (divergence)."};
constexpr Reason kRsiBullish{
    "cipher_b_rsi_bullish",
    "It became known that RSI's bottom two candles ago was higher than the one before, at a lower "
    "low: wants long (divergence)."};
constexpr Reason kRsiBearish{
    "cipher_b_rsi_bearish",
    "It became known that RSI's top two candles ago was lower than the one before, at a higher "
    "high: wants flat or short (divergence)."};
constexpr Reason kStochBullish{
    "cipher_b_stoch_bullish",
    "It became known that Stochastic RSI's bottom two candles ago was higher than the one before, "
    "at a lower low: wants long (divergence)."};
constexpr Reason kStochBearish{
    "cipher_b_stoch_bearish",
    "It became known that Stochastic RSI's top two candles ago was lower than the one before, at a "
    "higher high: wants flat or short (divergence)."};
constexpr Reason kHiddenBullish{
    "cipher_b_hidden_bullish",
    "It became known that a bottom two candles ago was lower than the one before, at a higher low: "
    "wants long (hidden divergence)."};
constexpr Reason kHiddenBearish{
    "cipher_b_hidden_bearish",
    "It became known that a top two candles ago was higher than the one before, at a lower high: "
    "wants flat or short (hidden divergence)."};
constexpr Reason kGoldWaits{
    "cipher_b_gold_waits",
    "The gold circle: what would have been a buy at this candle is left alone."};
constexpr Reason kMoneyFlowAgainst{
    "cipher_b_money_flow_against",
    "There was a mark, but the money flow is not on its side of 0, and `money_flow_confirms`."};
constexpr Reason kDisagree{
    "cipher_b_marks_disagree", "The same candle has a mark to buy and a mark to sell."};
constexpr Reason kWithinLevels{
    "cipher_b_crossed_within_levels",
    "A small dot: WaveTrend crossed its signal line, but not up while oversold or down while "
    "overbought."};
constexpr Reason kNoMark{
    "cipher_b_no_mark", "WaveTrend did not cross, and no divergence that counts came up."};

CipherB::Parameters parameters_from(const Settings& own) {
    CipherB::Parameters result;
    result.wave = cipher::wave_of(own);
    result.rsi_mfi = cipher::rsi_mfi_of(own);
    result.rsi_mfi.shift = number_of(own, "rsi_mfi_shift");
    result.rsi = count_of(own, "rsi_period");
    result.stoch_rsi = {
        .rsi = count_of(own, "stoch_rsi_period"),
        .stochastic = {
            .range = count_of(own, "stoch_range"),
            .smoothing = count_of(own, "stoch_smoothing"),
            .signal = count_of(own, "stoch_signal")}};
    result.stoch_rsi_of_log = own.flag("stoch_log", true);
    result.levels = {
        .overbought = number_of(own, "overbought"),
        .oversold = number_of(own, "oversold"),
        .gold = number_of(own, "gold"),
        .divergence_top = number_of(own, "divergence_top"),
        .divergence_bottom = number_of(own, "divergence_bottom"),
        .divergence_second_top = number_of(own, "divergence_second_top"),
        .divergence_second_bottom = number_of(own, "divergence_second_bottom"),
        .rsi_divergence_top = number_of(own, "rsi_divergence_top"),
        .rsi_divergence_bottom = number_of(own, "rsi_divergence_bottom")};
    result.shown = {
        .wave = own.flag("wave_divergences", true),
        .wave_second = own.flag("second_divergences", true),
        .rsi = own.flag("rsi_divergences", false),
        .stoch = own.flag("stoch_divergences", false)};
    return result;
}

class CipherBStrategy final : public Archived<CipherBStrategy> {
public:
    explicit CipherBStrategy(const Settings& own)
        : parameters_(parameters_from(own)),
          shows_hidden_(own.flag("hidden_divergences", false)),
          buys_gold_(own.flag("gold_buys", false)),
          asks_money_flow_(own.flag("money_flow_confirms", false)),
          cipher_(parameters_) {}

    void take(const Bar& bar) override {
        ++bars_;
        cipher_.update(bar);
    }

    Evaluation evaluate() const override {
        const CipherBSeries& series = cipher_.series();
        const CipherBMarks& marks = cipher_.value();
        Readings readings;
        readings.add("wt1", series.wt1);
        readings.add("wt2", series.wt2);
        readings.add("rsi_mfi", series.rsi_mfi);
        readings.add("rsi", series.rsi);
        readings.add("stoch_k", series.stoch_k);
        readings.add("stoch_d", series.stoch_d);
        if (bars_ < bars_needed()) return warming_up(readings);
        add_pivots(readings);
        const bool waits = marks.gold_buy && !buys_gold_;
        const Reason* buy = waits ? nullptr : buy_mark();
        const Reason* sell = sell_mark();
        if (buy != nullptr && sell != nullptr) return no_signal(kDisagree, readings, {});
        if (buy == nullptr && sell == nullptr) {
            const bool crossed = marks.crossed_up || marks.crossed_down;
            const Reason& nothing = waits ? kGoldWaits : (crossed ? kWithinLevels : kNoMark);
            return no_signal(nothing, readings, miss());
        }
        const int wanted = buy != nullptr ? 1 : -1;
        if (asks_money_flow_ && *series.rsi_mfi * wanted <= 0) {
            return no_signal(kMoneyFlowAgainst, readings, std::abs(*series.rsi_mfi));
        }
        return signal(buy != nullptr ? *buy : *sell, readings, wanted);
    }

    std::uint64_t bars_needed() const override { return strategy::bars_needed(parameters_); }

    template <class A>
    void archive(A& a) {
        a(bars_);
        a(cipher_);
    }

private:
    /// The wave's pivot that this candle shows, and the one it is compared with.
    void add_pivots(Readings& readings) const {
        const DivergenceReading& wave = cipher_.value().wave_any;
        readings.add("pivot", wave.top ? wave.top : wave.bottom);
        if (wave.top) readings.add("previous_pivot", wave.previous_top);
        if (wave.bottom) readings.add("previous_pivot", wave.previous_bottom);
    }

    /// Why to buy, the strongest mark first; null if there is none.
    const Reason* buy_mark() const {
        const CipherBMarks& marks = cipher_.value();
        const CipherBRules::Shown& shown = parameters_.shown;
        if (marks.gold_buy) return &kGoldBuy;
        if (marks.buy) return &kBuy;
        if (shown.wave && marks.wave.bullish) return &kWaveBullish;
        if (shown.wave_second && marks.wave_second.bullish) return &kWaveBullish;
        if (shown.rsi && marks.rsi.bullish) return &kRsiBullish;
        if (shown.stoch && marks.stoch.bullish) return &kStochBullish;
        return is_hidden(&DivergenceReading::hidden_bullish) ? &kHiddenBullish : nullptr;
    }

    /// Likewise to sell.
    const Reason* sell_mark() const {
        const CipherBMarks& marks = cipher_.value();
        const CipherBRules::Shown& shown = parameters_.shown;
        if (marks.sell) return &kSell;
        if (shown.wave && marks.wave.bearish) return &kWaveBearish;
        if (shown.wave_second && marks.wave_second.bearish) return &kWaveBearish;
        if (shown.rsi && marks.rsi.bearish) return &kRsiBearish;
        if (shown.stoch && marks.stoch.bearish) return &kStochBearish;
        return is_hidden(&DivergenceReading::hidden_bearish) ? &kHiddenBearish : nullptr;
    }

    /// Of the wave, and of RSI and Stochastic RSI where their divergences count; between any
    /// pivots.
    bool is_hidden(bool DivergenceReading::*which) const {
        const CipherBMarks& marks = cipher_.value();
        const CipherBRules::Shown& shown = parameters_.shown;
        return shows_hidden_ && (marks.wave_any.*which || (shown.rsi && marks.rsi_any.*which) ||
                                 (shown.stoch && marks.stoch.*which));
    }

    /// How far from the next circle, in points of WaveTrend: what lacks to the crossing or to the
    /// level, whichever is more. A crossing that was just made lacks the level only.
    Reading miss() const {
        const CipherBMarks& marks = cipher_.value();
        const double wt2 = *cipher_.series().wt2;
        const double gap = *cipher_.series().wt1 - wt2;
        const bool heads_for_buy = marks.crossed_up || (gap < 0 && !marks.crossed_down);
        const double crossing = marks.crossed_up || marks.crossed_down ? 0 : std::abs(gap);
        const double level =
            heads_for_buy ? wt2 - parameters_.levels.oversold : parameters_.levels.overbought - wt2;
        return std::max({crossing, level, 0.0});
    }

    CipherB::Parameters parameters_;
    bool shows_hidden_;
    bool buys_gold_;
    bool asks_money_flow_;
    std::uint64_t bars_ = 0;
    CipherB cipher_;
};

std::vector<Problem> problems_of(const Settings& own) {
    std::vector<Problem> found;
    cipher::check_wave(own, found);
    cipher::check_order(own, "oversold", "overbought", found);
    cipher::check_order(own, "divergence_bottom", "divergence_top", found);
    cipher::check_order(own, "divergence_second_bottom", "divergence_second_top", found);
    cipher::check_order(own, "rsi_divergence_bottom", "rsi_divergence_top", found);
    return found;
}

std::vector<Setting> choice_settings() {
    return {
        flag_setting(
            "wave_divergences",
            "true",
            "Whether divergences of WaveTrend between pivots beyond the first levels count."),
        flag_setting(
            "second_divergences",
            "true",
            "Whether divergences of WaveTrend between pivots beyond the second levels count."),
        flag_setting("rsi_divergences", "false", "Whether divergences of RSI count."),
        flag_setting("stoch_divergences", "false", "Whether divergences of Stochastic RSI count."),
        flag_setting(
            "hidden_divergences",
            "false",
            "Whether hidden divergences count, of WaveTrend and of what else counts; no levels."),
        flag_setting(
            "gold_buys",
            "false",
            "Whether the gold circle is a buy; otherwise nothing is bought at its candle."),
        flag_setting(
            "money_flow_confirms",
            "false",
            "Whether buys need an RSI+MFI area above 0, and sells one below.")};
}

std::vector<Setting> level_settings() {
    using cipher::rsi_level;
    using cipher::wave_level;
    return {
        wave_level("overbought", "53", "From this WaveTrend up, crossing down is a sell."),
        wave_level("oversold", "-53", "From this WaveTrend down, crossing up is a buy."),
        wave_level("gold", "-75", "Gold circle: WaveTrend's bottom before was not above this."),
        wave_level("divergence_top", "45", "First level: tops of WaveTrend below do not count."),
        wave_level(
            "divergence_bottom", "-65", "First level: bottoms of WaveTrend above do not count."),
        wave_level(
            "divergence_second_top", "15", "Second level: tops of WaveTrend below do not count."),
        wave_level(
            "divergence_second_bottom",
            "-40",
            "Second level: bottoms of WaveTrend above do not count."),
        rsi_level("rsi_divergence_top", "60", "Tops of RSI below this do not count."),
        rsi_level("rsi_divergence_bottom", "30", "Bottoms of RSI above this do not count.")};
}

std::vector<Setting> series_settings() {
    return {
        decimal_setting("rsi_mfi_shift", "2.5", "-1000", "1000", "Taken off the RSI+MFI area."),
        period_setting("rsi_period", "14", "Length of RSI, in candles."),
        period_setting("stoch_rsi_period", "14", "Length of Stochastic RSI's RSI, in candles."),
        period_setting("stoch_range", "14", "Length of Stochastic RSI's range, in candles."),
        period_setting("stoch_smoothing", "3", "Length of Stochastic RSI's %K, in candles."),
        period_setting("stoch_signal", "3", "Length of Stochastic RSI's %D, in candles."),
        flag_setting(
            "stoch_log", "true", "Whether Stochastic RSI looks at the logarithm of the close.")};
}

}  // namespace

Kind cipher_b_kind() {
    Kind kind;
    kind.name = "cipher_b";
    kind.help =
        "VuManChu Cipher B: wants to be long when WaveTrend crosses up while oversold or a bullish "
        "divergence becomes known, and flat (or short) when it crosses down while overbought or a "
        "bearish divergence becomes known. Where its gold circle appears it does not buy.";
    for (auto& part :
         {choice_settings(),
          cipher::wave_settings("12"),
          level_settings(),
          cipher::rsi_mfi_settings(),
          series_settings()}) {
        kind.settings.insert(kind.settings.end(), part.begin(), part.end());
    }
    kind.reasons = {
        kBuy,
        kSell,
        kGoldBuy,
        kWaveBullish,
        kWaveBearish,
        kRsiBullish,
        kRsiBearish,
        kStochBullish,
        kStochBearish,
        kHiddenBullish,
        kHiddenBearish,
        kGoldWaits,
        kMoneyFlowAgainst,
        kDisagree,
        kWithinLevels,
        kNoMark};
    kind.readings = {
        "wt1", "wt2", "rsi_mfi", "rsi", "stoch_k", "stoch_d", "pivot", "previous_pivot"};
    kind.problems = problems_of;
    kind.make = [](const Settings& own) -> std::unique_ptr<Strategy> {
        return std::make_unique<CipherBStrategy>(own);
    };
    return kind;
}

}  // namespace tapedeck::strategy
