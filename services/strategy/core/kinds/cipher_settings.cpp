#include "strategy/core/kinds/cipher_settings.h"

#include "strategy/core/parameters.h"

#include <utility>

namespace tapedeck::strategy::cipher {

std::vector<Setting> wave_settings(std::string average) {
    return {
        period_setting("wt_channel", "9", "Length of WaveTrend's channel, in candles."),
        period_setting(
            "wt_average", std::move(average), "Length of the EMA that is WaveTrend, in candles."),
        period_setting("wt_signal", "3", "Length of the SMA that WaveTrend crosses, in candles.")};
}

std::vector<Setting> rsi_mfi_settings() {
    return {
        period_setting("rsi_mfi_period", "60", "Length of the RSI+MFI area, in candles."),
        decimal_setting(
            "rsi_mfi_multiplier", "150", "0.01", "10000", "What the RSI+MFI area is scaled with.")};
}

Setting wave_level(std::string key, std::string default_text, std::string help) {
    return decimal_setting(
        std::move(key), std::move(default_text), "-1000", "1000", std::move(help));
}

Setting rsi_level(std::string key, std::string default_text, std::string help) {
    return decimal_setting(std::move(key), std::move(default_text), "0", "100", std::move(help));
}

WaveTrend::Periods wave_of(const Settings& own) {
    return {
        .channel = count_of(own, "wt_channel"),
        .average = count_of(own, "wt_average"),
        .signal = count_of(own, "wt_signal")};
}

RsiMfi::Parameters rsi_mfi_of(const Settings& own) {
    return {
        .period = count_of(own, "rsi_mfi_period"),
        .multiplier = number_of(own, "rsi_mfi_multiplier"),
        .shift = 0};
}

void check_wave(const Settings& own, std::vector<Problem>& found) {
    if (count_of(own, "wt_channel") < 2) {
        found.push_back(
            {"wt_channel", "must be at least 2: one candle does not deviate from itself"});
    }
    if (count_of(own, "wt_signal") < 2) {
        found.push_back({"wt_signal", "must be at least 2: WaveTrend does not cross itself"});
    }
}

void check_order(
    const Settings& own,
    std::string_view lower,
    std::string_view upper,
    std::vector<Problem>& found) {
    if (number_of(own, lower) < number_of(own, upper)) return;
    found.push_back(
        {std::string(lower),
         "must be less than `" + std::string(upper) + "` (" + own.text(upper, "") + ")"});
}

}  // namespace tapedeck::strategy::cipher
