#pragma once

// What the kinds cipher_a and cipher_b are both configured with.

#include "strategy/core/indicators/rsi_mfi.h"
#include "strategy/core/indicators/wave_trend.h"
#include "strategy/core/kind.h"

#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::strategy::cipher {

/// Descriptors of wt_channel, wt_average (whose default differs) and wt_signal.
std::vector<Setting> wave_settings(std::string average);

/// Descriptors of rsi_mfi_period and rsi_mfi_multiplier.
std::vector<Setting> rsi_mfi_settings();

/// A descriptor of a level of WaveTrend, which knows no bound; these are far outside of it.
Setting wave_level(std::string key, std::string default_text, std::string help);

/// A descriptor of a level of RSI.
Setting rsi_level(std::string key, std::string default_text, std::string help);

WaveTrend::Periods wave_of(const Settings& own);

/// Without the shift, which only Cipher B has.
RsiMfi::Parameters rsi_mfi_of(const Settings& own);

/// A channel of one bar has no deviation to divide by.
void check_wave(const Settings& own, std::vector<Problem>& found);

/// Says so where `lower` is not below `upper`.
void check_order(
    const Settings& own,
    std::string_view lower,
    std::string_view upper,
    std::vector<Problem>& found);

}  // namespace tapedeck::strategy::cipher
